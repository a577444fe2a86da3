package io.payroutes.fulfillment;

import io.payroutes.payment.PaymentIntent;
import java.util.Locale;

/**
 * Which goods leave while a payment is still processing.
 *
 * @see <a href="https://docs.stripe.com/payments/payment-intents/verifying-status">Stripe: digital goods may be fulfilled
 *     before the payment is complete</a>
 */
public enum EarlyRelease {
    NEVER,
    DIGITAL,
    ALWAYS;

    boolean covers(PaymentIntent intent) {
        return switch (this) {
            case NEVER -> false;
            case DIGITAL -> intent.digital();
            case ALWAYS -> true;
        };
    }

    /** @throws IllegalArgumentException if it is none of never, digital and always */
    public static EarlyRelease of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
