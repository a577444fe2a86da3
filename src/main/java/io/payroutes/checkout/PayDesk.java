package io.payroutes.checkout;

import com.stripe.exception.CardException;
import com.stripe.model.PaymentIntent;
import com.stripe.model.StripeError;
import io.payroutes.api.JsonRequest;
import io.payroutes.checkout.CustomerTexts.Answer;
import io.payroutes.order.CheckoutLinks;
import io.payroutes.order.LinkedOrders;
import io.payroutes.order.Order;
import io.payroutes.order.Orders;
import io.payroutes.payment.PaymentIntentStatus;
import io.payroutes.store.BadParameterException;
import io.payroutes.store.NoSuchRecordException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/**
 * Paying by card with the server confirming, as in Stripe's guide for cards without webhooks: what its client code sends
 * and expects. What is paid is the order's; the browser only says with which card.
 *
 * @see <a href="https://docs.stripe.com/payments/without-webhooks">Stripe: card payments without webhooks</a>
 */
public final class PayDesk {
    private static final String REQUEST = "payRequest";

    private final Orders orders;
    private final LinkedOrders linked;
    private final CheckoutLinks links;
    private final Confirmations confirmations;
    private final CustomerTexts texts;

    public PayDesk(
            Orders orders, LinkedOrders linked, CheckoutLinks links, Confirmations confirmations, CustomerTexts texts) {
        this.orders = orders;
        this.linked = linked;
        this.links = links;
        this.confirmations = confirmations;
        this.texts = texts;
    }

    /** What the browser asks for: a first confirmation with a payment method, or another one after an action. */
    private record PayRequest(
            @Nullable String paymentMethod, @Nullable String paymentIntent, boolean saveCard) {}

    /**
     * Reads a request to {@code /pay}, and finds its order.
     *
     * @throws BadParameterException if it names neither a payment method nor a PaymentIntent
     * @throws NoSuchRecordException if there is no such order
     */
    public void read(Exchange exchange) {
        JsonRequest json = JsonRequest.any(exchange);
        PayRequest request =
                new PayRequest(json.id("payment_method_id"), json.id("payment_intent_id"), json.flag("save_card"));
        exchange.setProperty(REQUEST, request);
        exchange.setProperty(OrderIntents.CONFIRMATION, "manual");
        if (request.paymentMethod != null) {
            Order order = byReference(json.mustText("order", 400));
            exchange.setProperty(OrderIntents.ORDER, order);
            exchange.setProperty(Confirmations.RETURN_URL, links.complete(order.id()));
            exchange.setProperty(Confirmations.WITH, with(request.paymentMethod, request.saveCard));
        } else if (request.paymentIntent != null) {
            exchange.setProperty(
                    OrderIntents.ORDER,
                    orders.paidBy(request.paymentIntent).orElseThrow(() -> new NoSuchRecordException("order")));
            exchange.setProperty(Confirmations.WITH, Map.of("use_stripe_sdk", true));
        } else {
            throw new BadParameterException("payment_method_id", "or payment_intent_id is missing");
        }
    }

    /** Reads a request for the PaymentIntent of an order that is confirmed in the browser, and finds the order. */
    public void readIntent(@Variable("order") String reference, Exchange exchange) {
        JsonRequest json = JsonRequest.any(exchange);
        exchange.setProperty(OrderIntents.ORDER, byReference(reference));
        exchange.setProperty(REQUEST, new PayRequest(null, null, json.flag("save_card")));
    }

    private Order byReference(String reference) {
        return linked.find(reference).orElseThrow(() -> new NoSuchRecordException("order"));
    }

    private static Map<String, Object> with(String paymentMethod, boolean saveCard) {
        Map<String, Object> with = new LinkedHashMap<>();
        with.put("payment_method", paymentMethod);
        with.put("use_stripe_sdk", true);
        if (saveCard) {
            with.put("setup_future_usage", "off_session");
        }
        return with;
    }

    /** Whether the PaymentIntent is to be confirmed. One that has moved on is left alone, and its state is the answer. */
    public boolean isToConfirm(@Body PaymentIntent intent, @ExchangeProperty(REQUEST) PayRequest request) {
        return switch (PaymentIntentStatus.of(intent.getStatus())) {
            case REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION -> request.paymentMethod != null;
            case REQUIRES_CONFIRMATION -> request.paymentMethod != null || !confirmations.isTooLate(intent);
            case PROCESSING, REQUIRES_CAPTURE, SUCCEEDED, CANCELED -> false;
        };
    }

    /** Whether the buyer wants their card kept, and it is not too late for that. */
    public boolean isToSave(@Body PaymentIntent intent, @ExchangeProperty(REQUEST) PayRequest request) {
        return request.saveCard
                && switch (PaymentIntentStatus.of(intent.getStatus())) {
                    case REQUIRES_PAYMENT_METHOD, REQUIRES_CONFIRMATION, REQUIRES_ACTION -> true;
                    case PROCESSING, REQUIRES_CAPTURE, SUCCEEDED, CANCELED -> false;
                };
    }

    /** What the browser hears of the PaymentIntent. A card payment that is still processing needs nothing more of it. */
    public Map<String, Object> answer(@Body PaymentIntent intent, @ExchangeProperty(OrderIntents.ORDER) Order order) {
        String language = texts.language(order);
        return switch (PaymentIntentStatus.of(intent.getStatus())) {
            case SUCCEEDED, REQUIRES_CAPTURE, PROCESSING -> Map.of("success", true);
            case REQUIRES_ACTION -> {
                Map<String, Object> answer = new LinkedHashMap<>();
                answer.put("requires_action", true);
                answer.put("payment_intent_client_secret", intent.getClientSecret());
                yield answer;
            }
            case REQUIRES_CONFIRMATION -> error(texts.say(Answer.TOO_LATE, language));
            case CANCELED -> error(texts.say(Answer.CANCELED, language));
            case REQUIRES_PAYMENT_METHOD -> error(failure(intent, language));
        };
    }

    private String failure(PaymentIntent intent, String language) {
        StripeError error = intent.getLastPaymentError();
        if (error == null || "payment_intent_payment_attempt_expired".equals(error.getCode())) {
            return texts.say(Answer.TOO_LATE, language);
        }
        return texts.declined(error.getCode(), error.getDeclineCode(), language);
    }

    /** What the browser hears of a card that was declined. */
    public Map<String, Object> declined(
            @ExchangeProperty("CamelExceptionCaught") CardException decline,
            @ExchangeProperty(OrderIntents.ORDER) @Nullable Order order) {
        return error(texts.declined(decline.getCode(), decline.getDeclineCode(), texts.language(order)));
    }

    /** The state of the PaymentIntent and the key to it, for Stripe.js. */
    public Map<String, @Nullable Object> intent(@Body PaymentIntent intent) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("status", PaymentIntentStatus.of(intent.getStatus()).wireName());
        answer.put("client_secret", intent.getClientSecret());
        answer.put("confirmation_method", intent.getConfirmationMethod());
        answer.put("amount", intent.getAmount());
        answer.put("currency", intent.getCurrency());
        return answer;
    }

    private static Map<String, Object> error(String text) {
        return Map.of("error", text);
    }
}
