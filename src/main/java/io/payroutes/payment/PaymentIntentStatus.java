package io.payroutes.payment;

import io.payroutes.inbox.ContradictionException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Stripe's status of a PaymentIntent.
 *
 * @see <a href="https://docs.stripe.com/payments/paymentintents/lifecycle">Stripe: how PaymentIntents work</a>
 */
public enum PaymentIntentStatus {
    REQUIRES_PAYMENT_METHOD,
    REQUIRES_CONFIRMATION,
    REQUIRES_ACTION,
    PROCESSING,
    REQUIRES_CAPTURE,
    CANCELED,
    SUCCEEDED;

    /** No status comes after this one; refunds and disputes live on the charge. */
    public boolean isFinal() {
        return switch (this) {
            case SUCCEEDED, CANCELED -> true;
            case REQUIRES_PAYMENT_METHOD, REQUIRES_CONFIRMATION, REQUIRES_ACTION, PROCESSING, REQUIRES_CAPTURE -> false;
        };
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads Stripe's word, the names of API versions before 2019-02-11 included.
     *
     * @throws ContradictionException if there is no status, or one that did not exist when this was written
     */
    public static PaymentIntentStatus of(@Nullable String wireName) {
        return switch (wireName == null ? "" : wireName) {
            case "requires_payment_method", "requires_source" -> REQUIRES_PAYMENT_METHOD;
            case "requires_confirmation" -> REQUIRES_CONFIRMATION;
            case "requires_action", "requires_source_action" -> REQUIRES_ACTION;
            case "processing" -> PROCESSING;
            case "requires_capture" -> REQUIRES_CAPTURE;
            case "canceled" -> CANCELED;
            case "succeeded" -> SUCCEEDED;
            default -> throw new ContradictionException("the PaymentIntent's status is not one we know");
        };
    }
}
