package io.payroutes.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Outgoing messages for tests. */
final class Outbound {

    private Outbound() {}

    static Outgoing toErp(String id, @Nullable String paymentId, int sequence, Instant dueAt) {
        return to(Destination.ERP, id, paymentId, sequence, dueAt, "{\"id\":\"" + id + "\"}");
    }

    static Outgoing to(
            Destination destination,
            String id,
            @Nullable String paymentId,
            int sequence,
            Instant dueAt,
            String payload) {
        return new Outgoing(id, destination, "test", paymentId, "order-1", sequence, dueAt, null, payload);
    }
}
