package io.payroutes.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that must go out.
 *
 * @param id derived from what the message is about, so that the same cause gives the same id; the idempotency key
 * @param kind what it says, for instance the type of the CloudEvent or the name of the mail; few different values
 * @param paymentId the payment it is about; null if none, and then it waits for nothing
 * @param orderRef the order it is about, null if none or not known
 * @param sequence place among the messages of this payment to this destination: it waits until those with a smaller one
 *     are out, dropped or dead
 * @param dueAt not before
 * @param recipient mail address if it is known already, null otherwise
 * @param payload the message, or what it is made from when it is sent
 */
public record Outgoing(
        String id,
        Destination destination,
        String kind,
        @Nullable String paymentId,
        @Nullable String orderRef,
        int sequence,
        Instant dueAt,
        @Nullable String recipient,
        String payload) {

    /** Without recipient and payload: both are about people, and this text ends up in logs. */
    @Override
    public String toString() {
        return destination.wireName() + " delivery " + id + " (" + kind + ")";
    }
}
