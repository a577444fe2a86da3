package io.payroutes.payment;

import io.payroutes.inbox.StripeEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Body;
import org.jspecify.annotations.Nullable;

/** Records what {@code charge.dispute.*} events tell. Runs in the transaction of the event. */
public final class Disputes {
    private final Ledger ledger;

    public Disputes(Ledger ledger) {
        this.ledger = ledger;
    }

    /** @throws io.payroutes.inbox.ContradictionException if the object is no dispute, or lacks what every dispute has */
    public ObjectChange record(@Body StripeEvent event) {
        ledger.mustTake(event);
        StripeObject dispute = StripeObject.of(event, "dispute");
        String id = dispute.id();
        String chargeId = dispute.reference("charge");
        String named = dispute.reference("payment_intent");
        String paymentId = named != null ? named : ledger.paymentOfCharge(chargeId);
        Instant created = dispute.time("created");
        Instant createdAt = created == null ? event.created() : created;
        LockedPayment locked = paymentId == null ? null : ledger.lock(paymentId, createdAt);
        String status = dispute.text("status", 64);
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("dispute_id", id);
        columns.put("charge_id", chargeId);
        columns.put("payment_id", paymentId);
        columns.put("status", status);
        columns.put("amount", dispute.mustAmount("amount"));
        columns.put("currency", dispute.currency());
        columns.put("reason", dispute.text("reason", 128));
        columns.put("evidence_due_by", dispute.at("evidence_details").time("due_by"));
        columns.put("created_at", createdAt);
        ledger.keepLatest(
                ledger.disputes(),
                id,
                new Version(0, event.created().getEpochSecond(), rank(status), event.id()),
                columns);
        switch (event.type()) {
            case "charge.dispute.funds_withdrawn" -> ledger.disputes().update(id, Map.of("funds_withdrawn", true));
            case "charge.dispute.funds_reinstated" -> ledger.disputes().update(id, Map.of("funds_reinstated", true));
            default -> {}
        }
        Payment payment = null;
        if (locked != null) {
            ledger.timeline()
                    .add(
                            locked.payment().id(),
                            new Timeline.Change(
                                    event.created(),
                                    300 + rank(status),
                                    event.type(),
                                    id,
                                    status,
                                    dispute.amount("amount"),
                                    dispute.currency(),
                                    dispute.text("reason", 128)));
            payment = locked.save();
        }
        return new ObjectChange(event, id, chargeId, payment);
    }

    private static int rank(@Nullable String status) {
        return switch (Objects.requireNonNullElse(status, "")) {
            case "warning_needs_response" -> 0;
            case "warning_under_review" -> 1;
            case "warning_closed", "prevented" -> 2;
            case "needs_response" -> 3;
            case "under_review" -> 4;
            case "lost" -> 5;
            case "won" -> 6;
            default -> 0;
        };
    }
}
