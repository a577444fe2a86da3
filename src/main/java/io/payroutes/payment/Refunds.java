package io.payroutes.payment;

import io.payroutes.inbox.StripeEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Body;
import org.jspecify.annotations.Nullable;

/** Records what events tell of refunds. Runs in the transaction of the event. */
public final class Refunds {
    private final Ledger ledger;

    public Refunds(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Records a {@code refund.*} or {@code charge.refund.updated} event.
     *
     * @throws io.payroutes.inbox.ContradictionException if its object is no refund, or lacks what every refund has
     */
    public ObjectChange record(@Body StripeEvent event) {
        ledger.mustTake(event);
        StripeObject refund = StripeObject.of(event, "refund");
        String chargeId = refund.reference("charge");
        String named = refund.reference("payment_intent");
        String paymentId = named != null ? named : ledger.paymentOfCharge(chargeId);
        LockedPayment locked = paymentId == null ? null : ledger.lock(paymentId, createdAt(event, refund));
        keep(event, refund, chargeId, paymentId);
        Payment payment = null;
        if (locked != null) {
            ledger.timeline().add(locked.payment().id(), change(event, refund));
            payment = locked.save();
        }
        return new ObjectChange(event, refund.id(), chargeId, payment);
    }

    void keep(StripeEvent event, StripeObject refund, @Nullable String chargeId, @Nullable String paymentId) {
        String id = refund.id();
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("refund_id", id);
        columns.put("charge_id", chargeId);
        columns.put("payment_id", paymentId);
        columns.put("status", refund.text("status", 64));
        columns.put("amount", refund.mustAmount("amount"));
        columns.put("currency", refund.currency());
        columns.put("reason", refund.text("reason", 128));
        columns.put("failure_reason", refund.text("failure_reason", 128));
        columns.put("balance_transaction_id", refund.reference("balance_transaction"));
        columns.put("created_at", createdAt(event, refund));
        int rank = rank(refund.text("status", 64));
        ledger.keepLatest(
                ledger.refunds(),
                id,
                new Version(rank >= 3 ? 1 : 0, event.created().getEpochSecond(), rank, event.id()),
                columns);
    }

    // A refund can fail after it succeeded, and then nothing follows.
    private static int rank(@Nullable String status) {
        return switch (Objects.requireNonNullElse(status, "")) {
            case "requires_action" -> 1;
            case "succeeded" -> 2;
            case "canceled" -> 3;
            case "failed" -> 4;
            default -> 0;
        };
    }

    private static Instant createdAt(StripeEvent event, StripeObject refund) {
        Instant created = refund.time("created");
        return created == null ? event.created() : created;
    }

    private static Timeline.Change change(StripeEvent event, StripeObject refund) {
        String status = refund.text("status", 64);
        return new Timeline.Change(
                event.created(),
                200 + rank(status),
                event.type(),
                refund.id(),
                status,
                refund.amount("amount"),
                refund.currency(),
                refund.has("failure_reason") ? refund.text("failure_reason", 128) : refund.text("reason", 128));
    }
}
