package io.payroutes.payment;

import io.payroutes.store.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A charge as the ledger has it.
 *
 * @param amount authorised, minor units
 * @param amountCaptured taken, minor units; null where an API version before 2020 does not say
 * @param amountRefunded as Stripe counts it, minor units; {@link #refunded(Long)} says what was really paid back
 */
public record Charge(
        String id,
        @Nullable String status,
        long amount,
        @Nullable Long amountCaptured,
        long amountRefunded,
        String currency,
        boolean captured,
        boolean disputed,
        @Nullable String apiVersion,
        @Nullable Instant captureBefore,
        Instant createdAt) {

    static Charge of(Row row) {
        return new Charge(
                row.mustText("charge_id"),
                row.text("status"),
                row.mustNumber("amount"),
                row.number("amount_captured"),
                row.mustNumber("amount_refunded"),
                row.mustText("currency"),
                row.isSet("captured"),
                row.isSet("disputed"),
                row.text("api_version"),
                row.time("capture_before"),
                row.mustTime("created_at"));
    }

    public boolean isFailed() {
        return "failed".equals(status);
    }

    /** Whether money was taken with this charge. */
    public boolean isSuccessful() {
        return "succeeded".equals(status) && captured;
    }

    /**
     * What was taken.
     *
     * @param received what the PaymentIntent says it received, minor units; settles it where the charge does not say
     */
    public long taken(@Nullable Long received) {
        if (!isSuccessful()) {
            return 0;
        }
        if (amountCaptured != null) {
            return amountCaptured;
        }
        return received != null && received > 0 ? Math.min(received, amount) : amount;
    }

    /** What was really paid back, minor units. */
    public long refunded(@Nullable Long received) {
        return refunded(received, amountRefunded);
    }

    /** What was really paid back when Stripe counted {@code counted} as refunded, minor units. */
    public long refunded(@Nullable Long received, long counted) {
        return RealRefund.of(apiVersion, amount, taken(received), counted);
    }
}
