package io.payroutes.payment;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The payment status as the Payments page of Stripe's Dashboard names it: a summary of the PaymentIntent's status and of
 * what became of its charge.
 *
 * @see <a href="https://docs.stripe.com/payments/payment-intents/verifying-status">Stripe: payment statuses</a>
 */
public enum PaymentStatus {
    INCOMPLETE("Incomplete"),
    PENDING("Pending"),
    UNCAPTURED("Uncaptured"),
    PARTIAL_CAPTURE("Partial capture"),
    SUCCEEDED("Succeeded"),
    FAILED("Failed"),
    CANCELED("Canceled"),
    PARTIALLY_PAID("Partially paid"),
    WAITING_ON_FUNDING("Waiting on funding"),
    REFUNDED("Refunded"),
    PARTIAL_REFUND("Partial refund"),
    DISPUTED("Disputed");

    private final String label;

    PaymentStatus(String label) {
        this.label = label;
    }

    /** The Dashboard's words. */
    public String label() {
        return label;
    }

    /** The status of this label, whatever the case and whether written with blanks or underscores. */
    public static Optional<PaymentStatus> of(String label) {
        String name = label.strip().toUpperCase(Locale.ROOT).replace(' ', '_');
        return Stream.of(values()).filter(s -> s.name().equals(name)).findFirst();
    }
}
