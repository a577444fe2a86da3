package io.payroutes.delivery;

import io.payroutes.store.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A delivery while it is under way.
 *
 * @param id also the idempotency key at the destination
 * @param kind what the message says
 * @param paymentId null if it is about none
 * @param orderRef null if it is about none, or not known
 * @param recipient mail address, null if it is not known yet
 * @param payload the message, or what it is made from
 * @param attempt number of this attempt, 1 for the first; proof that the lease is still ours
 * @param createdAt when it was enqueued
 * @param firstAttemptAt when it was tried for the first time; this attempt counts
 * @param leasedUntil from then on somebody else may have it
 * @param startedAt when the worker took it
 */
public record ClaimedDelivery(
        String id,
        Destination destination,
        String kind,
        @Nullable String paymentId,
        @Nullable String orderRef,
        int sequence,
        @Nullable String recipient,
        String payload,
        int attempt,
        Instant createdAt,
        Instant firstAttemptAt,
        Instant leasedUntil,
        Instant startedAt) {

    static ClaimedDelivery of(Row row, Instant startedAt) {
        return new ClaimedDelivery(
                row.mustText("delivery_id"),
                Destination.of(row.mustText("destination")),
                row.mustText("kind"),
                row.text("payment_id"),
                row.text("order_ref"),
                (int) row.mustNumber("sequence"),
                row.text("recipient"),
                row.mustText("payload"),
                (int) row.mustNumber("attempts"),
                row.mustTime("created_at"),
                row.mustTime("first_attempt_at"),
                row.mustTime("due_at"),
                startedAt);
    }

    /** What messages about one thing have in common, so that a broker keeps their order: payment, order or itself. */
    public String orderingKey() {
        return paymentId != null ? paymentId : orderRef != null ? orderRef : id;
    }

    /** Without recipient and payload: both are about people, and this text ends up in logs. */
    @Override
    public String toString() {
        return destination.wireName() + " delivery " + id + " (" + kind + ")";
    }
}
