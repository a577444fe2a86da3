package io.payroutes.payment;

import io.payroutes.store.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A payment as the ledger has it. All but the id is unknown while only its charges have been heard of.
 *
 * @param amount what was asked for, minor units
 * @param amountReceived what has arrived, minor units
 * @param failedAttempts how many different attempts failed
 */
public record Payment(
        String id,
        @Nullable PaymentIntentStatus status,
        @Nullable PaymentStatus paymentStatus,
        @Nullable Long amount,
        @Nullable Long amountReceived,
        @Nullable Long amountRemaining,
        @Nullable String currency,
        @Nullable String nextActionType,
        @Nullable String cancellationReason,
        boolean attemptFailed,
        long failedAttempts,
        @Nullable String latestChargeId,
        @Nullable String orderRef,
        @Nullable Boolean livemode,
        @Nullable Instant paidAt) {

    static Payment of(Row row) {
        String status = row.text("status");
        String paymentStatus = row.text("payment_status");
        return new Payment(
                row.mustText("payment_id"),
                status == null ? null : PaymentIntentStatus.of(status),
                paymentStatus == null ? null : PaymentStatus.of(paymentStatus).orElse(null),
                row.number("amount"),
                row.number("amount_received"),
                row.number("amount_remaining"),
                row.text("currency"),
                row.text("next_action_type"),
                row.text("cancellation_reason"),
                row.isSet("attempt_failed"),
                row.mustNumber("failed_attempts"),
                row.text("latest_charge_id"),
                row.text("order_ref"),
                row.flag("livemode"),
                row.time("paid_at"));
    }
}
