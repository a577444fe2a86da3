package io.payroutes.inbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event while it is handled.
 *
 * @param id Stripe's event id
 * @param type Stripe's event type; routes choose by it
 * @param created Stripe's time of the change in whole seconds; the time of receipt if the event does not say
 * @param receivedAt when the inbox took it
 * @param livemode null if the event does not say
 * @param apiVersion the version the payload is rendered with, null if the event does not say
 * @param account the connected account, null for our own
 * @param object {@code data.object}, as Stripe rendered it
 * @param attempt number of this attempt, 1 for the first; proof that the lease is still ours
 */
public record StripeEvent(
        String id,
        String type,
        Instant created,
        Instant receivedAt,
        @Nullable Boolean livemode,
        @Nullable String apiVersion,
        @Nullable String account,
        JsonNode object,
        int attempt) {

    /** Without the object: payloads hold names and addresses, and this text ends up in logs. */
    @Override
    public String toString() {
        return type + " " + id;
    }
}
