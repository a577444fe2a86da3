package io.payroutes.checkout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import io.payroutes.api.Problem;
import io.payroutes.order.Order;
import io.payroutes.stripe.MissingApiKeyException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Words what Stripe refuses as a problem document for the back office. Stripe's own text is for the back office; what the
 * customer may be told is apart from it, and codes that hint at a crime are told to nobody.
 */
public final class StripeProblem {
    private static final Logger LOG = LoggerFactory.getLogger(StripeProblem.class);
    private static final Set<String> UNTOLD = Set.of("fraudulent", "lost_card", "merchant_blacklist", "stolen_card");

    private final CustomerTexts texts;

    public StripeProblem(CustomerTexts texts) {
        this.texts = texts;
    }

    /** Whether it is Stripe that failed. */
    public boolean isStripes(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure) {
        return failure instanceof StripeException;
    }

    /** Makes the answer from the failure that the exchange ended with. */
    public void document(Exchange exchange) throws JsonProcessingException {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Map<String, @Nullable Object> more = new LinkedHashMap<>();
        int status;
        String detail;
        if (failure instanceof CardException card) {
            status = 402;
            detail = "The payment was declined.";
            more.put("code", card.getCode());
            more.put("decline_code", told(card.getDeclineCode()));
            Order order = exchange.getProperty(OrderIntents.ORDER, Order.class);
            more.put("customer_message", texts.declined(card.getCode(), card.getDeclineCode(), texts.language(order)));
            more.put("payment", paymentOf(card));
        } else if (failure instanceof InvalidRequestException refusal) {
            status = isAboutWhatIsNotThere(refusal) ? 404 : 400;
            detail = refusal.getStripeError() == null
                    ? "Stripe refuses this request."
                    : String.valueOf(refusal.getStripeError().getMessage());
            more.put("code", refusal.getCode());
        } else if (failure instanceof IdempotencyException) {
            status = 409;
            detail = "The same key came with another request before.";
        } else if (failure instanceof MissingApiKeyException) {
            status = 503;
            detail = "stripe.api-key is not set, and without it Stripe cannot be asked.";
        } else {
            status = unavailable(failure);
            detail = status == 502
                    ? "Stripe does not accept stripe.api-key for this request."
                    : "Stripe cannot be asked at present; please try again.";
            LOG.warn(
                    "{} could not be answered: {}",
                    exchange.getFromRouteId(),
                    failure.getClass().getSimpleName());
        }
        if (status == 503) {
            exchange.getMessage().setHeader("Retry-After", "10");
        }
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, Problem.MEDIA_TYPE);
        exchange.getMessage()
                .setBody(Problem.document(status, detail, exchange.getVariable("path", String.class), more));
    }

    /** Stripe answers 404 only where the object is in the path; a refund names its payment in the body. */
    private static boolean isAboutWhatIsNotThere(InvalidRequestException refusal) {
        return Integer.valueOf(404).equals(refusal.getStatusCode())
                || ("resource_missing".equals(refusal.getCode()) && "payment_intent".equals(refusal.getParam()));
    }

    private static int unavailable(Throwable failure) {
        Integer status = failure instanceof StripeException stripe && !(failure instanceof ApiConnectionException)
                ? stripe.getStatusCode()
                : null;
        return status != null && (status == 401 || status == 403) ? 502 : 503;
    }

    private static @Nullable String told(@Nullable String declineCode) {
        return declineCode != null && UNTOLD.contains(declineCode) ? "generic_decline" : declineCode;
    }

    private static @Nullable String paymentOf(CardException card) {
        return card.getStripeError() == null || card.getStripeError().getPaymentIntent() == null
                ? null
                : card.getStripeError().getPaymentIntent().getId();
    }
}
