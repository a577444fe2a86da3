package io.payroutes.checkout;

import io.payroutes.checkout.CustomerTexts.Answer;
import io.payroutes.order.Order;
import io.payroutes.order.OrderConflictException;
import io.payroutes.store.BadParameterException;
import io.payroutes.store.NoSuchRecordException;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.processor.ThrottlerRejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the customers' pages hear when a request cannot be answered: a status, and a text in the buyer's language. */
public final class CheckoutErrors {
    private static final Logger LOG = LoggerFactory.getLogger(CheckoutErrors.class);

    private final CustomerTexts texts;

    public CheckoutErrors(CustomerTexts texts) {
        this.texts = texts;
    }

    private record Refusal(int status, Answer answer) {}

    /** Answers the failure that the exchange ended with. What is our mistake or Stripe's is logged, without its payload. */
    public Map<String, Object> answer(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Refusal refusal = refusal(failure);
        if (refusal.status >= 500) {
            LOG.warn("{} could not be answered: {}", exchange.getFromRouteId(), describe(failure));
            exchange.getMessage().setHeader("Retry-After", "10");
        } else if (refusal.status == 429) {
            exchange.getMessage().setHeader("Retry-After", "60");
        }
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, refusal.status);
        String language = texts.language(exchange.getProperty(OrderIntents.ORDER, Order.class));
        return Map.of("error", texts.say(refusal.answer, language));
    }

    private static Refusal refusal(Throwable failure) {
        if (failure instanceof BadParameterException) {
            return new Refusal(400, Answer.NOT_UNDERSTOOD);
        }
        if (failure instanceof NoSuchRecordException) {
            return new Refusal(404, Answer.NO_ORDER);
        }
        if (failure instanceof ForeignOriginException) {
            return new Refusal(403, Answer.FOREIGN_PAGE);
        }
        if (failure instanceof ThrottlerRejectedExecutionException) {
            return new Refusal(429, Answer.TOO_MANY);
        }
        if (failure instanceof OrderConflictException) {
            return new Refusal(409, Answer.ANOTHER_AMOUNT);
        }
        // A payment method that Stripe does not know, or one that belongs to somebody else.
        return failure instanceof com.stripe.exception.InvalidRequestException
                ? new Refusal(400, Answer.NOT_CONFIRMED)
                : new Refusal(503, Answer.NOT_NOW);
    }

    private static String describe(Throwable failure) {
        return failure instanceof com.stripe.exception.StripeException stripe
                ? stripe.getClass().getSimpleName() + " " + stripe.getStatusCode() + " " + stripe.getCode()
                : failure.getClass().getName();
    }
}
