package io.payroutes.checkout;

import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import io.payroutes.api.JsonRequest;
import io.payroutes.payment.PaymentActions;
import io.payroutes.payment.PaymentActions.Action;
import io.payroutes.payment.PaymentIntentStatus;
import io.payroutes.store.BadParameterException;
import io.payroutes.store.NoSuchRecordException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.jspecify.annotations.Nullable;

/**
 * What the back office does with a payment: capture, cancel, refund. The same request within a day is the same one,
 * whatever happened to its answer; an {@code Idempotency-Key} tells two alike apart. Each is a line of the payment's time
 * line before Stripe is asked.
 */
public final class PaymentDesk {
    private final IdempotencyKeys keys;
    private final PaymentActions actions;

    public PaymentDesk(IdempotencyKeys keys, PaymentActions actions) {
        this.keys = keys;
        this.actions = actions;
    }

    /** Capture what is authorised: all of it, or {@code amount}; the rest is released. */
    public void capture(@Variable("id") String id, Exchange exchange) {
        JsonRequest request = JsonRequest.of(exchange, "amount");
        Map<String, Object> parameters = new LinkedHashMap<>();
        put(parameters, "amount_to_capture", request.amount("amount"));
        begin(Action.CAPTURE, id, parameters, request.amount("amount"), null, exchange);
        exchange.getMessage().setBody(parameters);
    }

    /**
     * Cancel a payment that has not succeeded.
     *
     * @see <a href="https://docs.stripe.com/api/payment_intents/cancel">Stripe: the reasons</a>
     */
    public void cancel(@Variable("id") String id, Exchange exchange) {
        JsonRequest request = JsonRequest.of(exchange, "reason");
        String reason = request.oneOf("reason", "abandoned", "duplicate", "fraudulent", "requested_by_customer");
        Map<String, Object> parameters = new LinkedHashMap<>();
        put(parameters, "cancellation_reason", reason);
        begin(Action.CANCEL, id, parameters, null, reason, exchange);
        exchange.getMessage().setBody(parameters);
    }

    /**
     * Pay back all that is left, or {@code amount}.
     *
     * @see <a href="https://docs.stripe.com/api/refunds/create">Stripe: the reasons</a>
     */
    public void refund(@Variable("id") String id, Exchange exchange) {
        JsonRequest request = JsonRequest.of(exchange, "amount", "reason");
        String reason = request.oneOf("reason", "duplicate", "fraudulent", "requested_by_customer");
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("payment_intent", id);
        put(parameters, "amount", request.amount("amount"));
        put(parameters, "reason", reason);
        begin(Action.REFUND, id, parameters, request.amount("amount"), reason, exchange);
        exchange.getMessage().setBody(parameters);
    }

    private static void put(Map<String, Object> parameters, String name, @Nullable Object value) {
        if (value != null) {
            parameters.put(name, value);
        }
    }

    private void begin(
            Action action,
            String id,
            Map<String, Object> parameters,
            @Nullable Long amount,
            @Nullable String reason,
            Exchange exchange) {
        if (!id.matches("[A-Za-z0-9_]{1,255}")) {
            throw new NoSuchRecordException("payment");
        }
        IdempotencyKeys.Key key = keys.begin(action.name(), id, Arrays.asList(parameters, idempotencyKey(exchange)));
        actions.record(id, action, id, null, amount, null, reason, key.value());
        exchange.setProperty(IdempotencyKeys.PROPERTY, key);
        exchange.getMessage().setHeader("CamelStripeObjectId", id);
        exchange.getMessage().setHeader("CamelStripeIdempotencyKey", key.value());
    }

    /** The caller's own key, read from the request itself because its headers have been dropped. */
    static @Nullable String idempotencyKey(Exchange exchange) {
        String key = exchange.getMessage() instanceof HttpMessage message
                ? message.getRequest().getHeader("Idempotency-Key")
                : null;
        if (key != null && (key.isBlank() || key.length() > 255)) {
            throw new BadParameterException("Idempotency-Key", "must have 1 to 255 characters");
        }
        return key;
    }

    /** The payment as Stripe has it now. */
    public Map<String, @Nullable Object> payment(@Body PaymentIntent intent) {
        long received = Objects.requireNonNullElse(intent.getAmountReceived(), 0L);
        long capturable = Objects.requireNonNullElse(intent.getAmountCapturable(), 0L);
        PaymentIntentStatus status = PaymentIntentStatus.of(intent.getStatus());
        boolean isManual = "manual".equals(intent.getCaptureMethod());
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("object", "payment");
        answer.put("id", intent.getId());
        answer.put("status", status.wireName());
        answer.put("amount", intent.getAmount());
        answer.put("amount_capturable", capturable);
        answer.put("amount_received", received);
        answer.put(
                "amount_released",
                isManual && status.isFinal() ? Math.max(0, intent.getAmount() - received - capturable) : 0);
        answer.put("currency", intent.getCurrency());
        answer.put("cancellation_reason", intent.getCancellationReason());
        return answer;
    }

    /** The refund as Stripe has made it; it can still fail. */
    public Map<String, @Nullable Object> refunded(@Body Refund refund) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("object", "refund");
        answer.put("id", refund.getId());
        answer.put("status", refund.getStatus());
        answer.put("amount", refund.getAmount());
        answer.put("currency", refund.getCurrency());
        answer.put("reason", refund.getReason());
        answer.put("payment", refund.getPaymentIntent());
        answer.put("charge", refund.getCharge());
        return answer;
    }
}
