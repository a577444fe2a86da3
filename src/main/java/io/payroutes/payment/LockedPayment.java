package io.payroutes.payment;

import io.payroutes.store.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A payment's row under its lock. What changes about it is gathered and written once, by {@link #save}: nobody else can
 * read it before the transaction ends anyway, and each statement less is one less to wait for. For one event.
 */
final class LockedPayment {
    private final Ledger ledger;
    private final boolean isNew;
    private final Map<String, @Nullable Object> changes = new LinkedHashMap<>();
    private Row row;
    private boolean hasParts;

    /** @param isNew whether the row was made by this transaction, so that nothing can belong to it yet */
    LockedPayment(Ledger ledger, Row row, boolean isNew) {
        this.ledger = ledger;
        this.row = row;
        this.isNew = isNew;
        this.hasParts = !isNew;
    }

    boolean isNew() {
        return isNew;
    }

    /** As it is now, with what is yet to be written. */
    Payment payment() {
        return Payment.of(row);
    }

    /**
     * Takes the snapshot if it is the latest.
     *
     * @return whether it is
     */
    boolean keepLatest(Version version, Map<String, @Nullable Object> columns) {
        if (version.compareTo(Version.of(row)) <= 0) {
            return false;
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>(columns);
        version.writeTo(values);
        change(values);
        return true;
    }

    void countFailedAttempt() {
        change(Map.of("failed_attempts", payment().failedAttempts() + 1));
    }

    /** This event has written a charge of the payment. */
    void expectParts() {
        hasParts = true;
    }

    /**
     * Brings the payment status up to date with the payment, its charges and its disputes, writes what has changed, and has
     * the books of the payment checked. Call it when all that the event tells is written.
     */
    Payment save() {
        Payment payment = payment();
        PaymentStatus status = StatusRule.of(
                payment,
                () -> hasParts ? ledger.chargesOf(payment.id()) : List.of(),
                () -> hasParts ? ledger.disputesOf(payment.id()) : List.of());
        if (status != null && status != payment.paymentStatus()) {
            change(Map.of("payment_status", status.label()));
        }
        if (!isNew || !changes.isEmpty()) {
            change(Map.of("check_at", ledger.now()));
            ledger.payments().update(payment.id(), changes);
        }
        return payment();
    }

    private void change(Map<String, ? extends @Nullable Object> values) {
        changes.putAll(values);
        row = row.with(values);
    }
}
