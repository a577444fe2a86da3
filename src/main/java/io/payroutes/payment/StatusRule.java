package io.payroutes.payment;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which payment status the Dashboard shows for a payment: the table of Stripe's page on payment statuses, and for what
 * that page leaves to the charge (refunds, disputes), the charge's own fields.
 *
 * @see <a href="https://docs.stripe.com/payments/payment-intents/verifying-status">Stripe: payment statuses</a>
 */
final class StatusRule {
    private static final String BANK_TRANSFER = "display_bank_transfer_instructions";
    private static final String FAILED_INVOICE = "failed_invoice";

    private StatusRule() {}

    /**
     * The payment status.
     *
     * @param charges asked for only where they matter, and so are the disputes
     * @return null while only a charge of the payment has been heard of
     */
    static @Nullable PaymentStatus of(
            Payment payment, Supplier<List<Charge>> charges, Supplier<List<Dispute>> disputes) {
        PaymentIntentStatus status = payment.status();
        if (status == null) {
            return null;
        }
        return switch (status) {
            case REQUIRES_PAYMENT_METHOD ->
                lastAttemptFailed(payment, charges.get()) ? PaymentStatus.FAILED : funding(payment);
            case REQUIRES_CONFIRMATION, REQUIRES_ACTION -> funding(payment);
            case PROCESSING -> PaymentStatus.PENDING;
            case REQUIRES_CAPTURE ->
                isPositive(payment.amountReceived()) ? PaymentStatus.PARTIAL_CAPTURE : PaymentStatus.UNCAPTURED;
            case CANCELED ->
                FAILED_INVOICE.equals(payment.cancellationReason()) && anAttemptFailed(payment, charges.get())
                        ? PaymentStatus.FAILED
                        : PaymentStatus.CANCELED;
            case SUCCEEDED -> afterSuccess(payment, charges.get(), disputes.get());
        };
    }

    private static PaymentStatus funding(Payment payment) {
        Long remaining = payment.amountRemaining();
        if (!BANK_TRANSFER.equals(payment.nextActionType()) || remaining == null) {
            return PaymentStatus.INCOMPLETE;
        }
        return remaining < Objects.requireNonNullElse(payment.amount(), remaining)
                ? PaymentStatus.PARTIALLY_PAID
                : PaymentStatus.WAITING_ON_FUNDING;
    }

    private static boolean lastAttemptFailed(Payment payment, List<Charge> charges) {
        return payment.attemptFailed()
                || charges.stream().anyMatch(c -> c.id().equals(payment.latestChargeId()) && c.isFailed());
    }

    // A canceled PaymentIntent need not carry the error any more, and its charge is no more than an id since
    // 2022-11-15.
    private static boolean anAttemptFailed(Payment payment, List<Charge> charges) {
        return payment.failedAttempts() > 0 || lastAttemptFailed(payment, charges);
    }

    private static PaymentStatus afterSuccess(Payment payment, List<Charge> charges, List<Dispute> disputes) {
        boolean isDisputed = disputes.isEmpty()
                ? charges.stream().anyMatch(Charge::disputed)
                : disputes.stream().anyMatch(Dispute::standsAgainstUs);
        if (isDisputed) {
            return PaymentStatus.DISPUTED;
        }
        long taken = charges.stream()
                .mapToLong(c -> c.taken(payment.amountReceived()))
                .sum();
        long refunded = charges.stream()
                .mapToLong(c -> c.refunded(payment.amountReceived()))
                .sum();
        if (refunded <= 0) {
            return PaymentStatus.SUCCEEDED;
        }
        return refunded >= taken ? PaymentStatus.REFUNDED : PaymentStatus.PARTIAL_REFUND;
    }

    private static boolean isPositive(@Nullable Long amount) {
        return amount != null && amount > 0;
    }
}
