package io.payroutes.checkout;

import com.stripe.exception.InvalidRequestException;
import com.stripe.model.PaymentIntent;
import io.payroutes.payment.PaymentIntentStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/**
 * Confirming a PaymentIntent. It can succeed only once, whoever confirms it how often; the idempotency key sees to it that
 * a double click or a retry makes one attempt of it.
 */
public final class Confirmations {
    /** Exchange property: the parameters to confirm with, a Map. */
    static final String WITH = "confirmWith";

    /** Exchange property: where the customer comes back to, should the payment method lead them elsewhere. */
    static final String RETURN_URL = "returnUrl";

    private static final String ACTION = "confirm";

    private final IdempotencyKeys keys;
    private final Duration patience;
    private final Clock clock;

    /** @param patience within this time after the customer was asked to authenticate the payment is confirmed again */
    public Confirmations(IdempotencyKeys keys, Duration patience, Clock clock) {
        this.keys = keys;
        this.patience = patience;
        this.clock = clock;
    }

    /** Makes the request of the PaymentIntent in the body. */
    public void begin(@Body PaymentIntent intent, Exchange exchange) {
        Map<String, Object> with = new TreeMap<>();
        if (exchange.getProperty(WITH) instanceof Map<?, ?> asked) {
            asked.forEach((name, value) -> with.put(name.toString(), value));
        }
        String returnUrl = exchange.getProperty(RETURN_URL, String.class);
        if (returnUrl != null && !"manual".equals(intent.getConfirmationMethod())) {
            // Stripe asks for it wherever a method could redirect, whether this one does or not.
            with.putIfAbsent("return_url", returnUrl);
        }
        List<Object> details = new ArrayList<>();
        details.add(with);
        if (!with.containsKey("payment_method")) {
            // Confirmed again as it is: each authentication is a confirmation of its own.
            details.add(String.valueOf(intent.getPaymentMethod()));
            details.add(String.valueOf(intent.getLatestCharge()));
        }
        IdempotencyKeys.Key key = keys.begin(ACTION, intent.getId(), details);
        exchange.setProperty(IdempotencyKeys.PROPERTY, key);
        exchange.getMessage().setHeader("CamelStripeObjectId", intent.getId());
        exchange.getMessage().setHeader("CamelStripeIdempotencyKey", key.value());
        exchange.getMessage().setBody(with);
    }

    /**
     * Stripe has refused to confirm. Where somebody else was faster, and there is nothing left to confirm, that is no failure.
     *
     * @param intent the PaymentIntent as it is now
     * @throws InvalidRequestException the refusal, if it is still to be paid
     */
    public void mustHaveMovedOn(
            @Body PaymentIntent intent, @ExchangeProperty("CamelExceptionCaught") InvalidRequestException refusal)
            throws InvalidRequestException {
        boolean isStillOpen = switch (PaymentIntentStatus.of(intent.getStatus())) {
            case REQUIRES_PAYMENT_METHOD, REQUIRES_CONFIRMATION -> true;
            case REQUIRES_ACTION, PROCESSING, REQUIRES_CAPTURE, SUCCEEDED, CANCELED -> false;
        };
        if (isStillOpen && !"payment_intent_unexpected_state".equals(refusal.getCode())) {
            throw refusal;
        }
    }

    /** Whether the customer's authentication was too long ago to be used. */
    boolean isTooLate(PaymentIntent intent) {
        return keys.lastAsked(ACTION, intent.getId())
                .filter(asked -> asked.plus(patience).isBefore(clock.instant()))
                .isPresent();
    }
}
