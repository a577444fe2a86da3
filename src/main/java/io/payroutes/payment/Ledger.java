package io.payroutes.payment;

import io.payroutes.inbox.ContradictionException;
import io.payroutes.inbox.StripeEvent;
import io.payroutes.store.Row;
import io.payroutes.store.Table;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * The rows of the ledger. Each object is kept as its latest snapshot; everything about one payment happens under the lock
 * of the payment's row, taken first.
 */
public final class Ledger {
    private final Clock clock;
    private final Table payments;
    private final Table charges;
    private final Table refunds;
    private final Table disputes;
    private final Table setupIntents;
    private final Timeline timeline;
    private final @Nullable Boolean livemode;

    /** @param livemode the only mode that is taken; null takes both */
    public Ledger(JdbcOperations jdbc, Clock clock, @Nullable Boolean livemode) {
        this.clock = clock;
        this.payments = new Table(jdbc, "payment", "payment_id");
        this.charges = new Table(jdbc, "charge", "charge_id");
        this.refunds = new Table(jdbc, "refund", "refund_id");
        this.disputes = new Table(jdbc, "dispute", "dispute_id");
        this.setupIntents = new Table(jdbc, "setup_intent", "setup_intent_id");
        this.timeline = new Timeline(jdbc);
        this.livemode = livemode;
    }

    /** @throws ContradictionException if the event is of the mode that this installation does not take */
    void mustTake(StripeEvent event) {
        if (livemode != null && !livemode.equals(event.livemode())) {
            throw new ContradictionException(
                    livemode
                            ? "a test event, and only live ones are taken"
                            : "a live event, and only test ones are taken");
        }
    }

    /** The payment, if it has been heard of. */
    public Optional<Payment> payment(String paymentId) {
        return payments.find(paymentId).map(Payment::of);
    }

    /** The payments that name an order, in no order of their own. */
    public List<Payment> paymentsOf(String orderRef) {
        return payments.findBy("order_ref", orderRef).stream().map(Payment::of).toList();
    }

    /** The payment's charges, failed ones included. */
    public List<Charge> chargesOf(String paymentId) {
        return charges.findBy("payment_id", paymentId).stream().map(Charge::of).toList();
    }

    public List<Dispute> disputesOf(String paymentId) {
        return disputes.findBy("payment_id", paymentId).stream()
                .map(Dispute::of)
                .toList();
    }

    public Timeline timeline() {
        return timeline;
    }

    /**
     * Writes the snapshot if it is the latest.
     *
     * @return whether it is
     */
    boolean keepLatest(Table table, String id, Version version, Map<String, @Nullable Object> columns) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>(columns);
        version.writeTo(values);
        Optional<Row> known = table.lock(id);
        if (known.isEmpty()) {
            if (table.insertNew(values)) {
                return true;
            }
            known = table.lock(id); // somebody was faster
        }
        if (version.compareTo(known.map(Version::of).orElse(Version.NONE)) <= 0) {
            return false;
        }
        table.update(id, values);
        return true;
    }

    /** Locks the payment's row, and makes one that knows nothing yet if there is none. */
    LockedPayment lock(String paymentId, Instant createdAt) {
        return lock(paymentId, Version.NONE, Map.of("payment_id", paymentId, "created_at", createdAt));
    }

    /** Locks the payment's row, and makes one of this snapshot if there is none. */
    LockedPayment lock(String paymentId, Version version, Map<String, @Nullable Object> columns) {
        Optional<Row> known = payments.lock(paymentId);
        if (known.isEmpty()) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            values.put("attempt_failed", false);
            values.put("failed_attempts", 0);
            values.putAll(columns);
            version.writeTo(values);
            PaymentStatus status = StatusRule.of(Payment.of(Row.of(Map.of()).with(values)), List::of, List::of);
            values.put("payment_status", status == null ? null : status.label());
            values.put("check_at", clock.instant());
            if (payments.insertNew(values)) {
                return new LockedPayment(this, Row.of(Map.of()).with(values), true);
            }
            known = payments.lock(paymentId); // somebody was faster
        }
        return new LockedPayment(this, known.orElseThrow(), false);
    }

    Instant now() {
        return clock.instant();
    }

    /** The payment that a charge belongs to, as far as is known. */
    @Nullable
    String paymentOfCharge(@Nullable String chargeId) {
        return chargeId == null
                ? null
                : charges.find(chargeId).map(row -> row.text("payment_id")).orElse(null);
    }

    Table payments() {
        return payments;
    }

    Table charges() {
        return charges;
    }

    Table refunds() {
        return refunds;
    }

    Table disputes() {
        return disputes;
    }

    Table setupIntents() {
        return setupIntents;
    }
}
