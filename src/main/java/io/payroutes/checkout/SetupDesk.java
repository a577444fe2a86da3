package io.payroutes.checkout;

import com.stripe.model.SetupIntent;
import io.payroutes.api.JsonRequest;
import io.payroutes.payment.PaymentIntentStatus;
import io.payroutes.store.BadParameterException;
import io.payroutes.store.NoSuchRecordException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/** SetupIntents: keeping a customer's payment method without a payment. They never mix with payments. */
public final class SetupDesk {
    private final IdempotencyKeys keys;

    public SetupDesk(IdempotencyKeys keys) {
        this.keys = keys;
    }

    /** A new one for a customer; confirmed at once if asked for, which needs a payment method. */
    public void create(Exchange exchange) {
        JsonRequest request =
                JsonRequest.of(exchange, "customer", "payment_method", "usage", "confirm", "return_url", "description");
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("customer", request.mustId("customer"));
        put(parameters, "payment_method", request.id("payment_method"));
        put(parameters, "usage", request.oneOf("usage", "off_session", "on_session"));
        put(parameters, "description", request.text("description", 500));
        String returnUrl = request.text("return_url", 2000);
        boolean mayRedirect = returnUrl != null || !request.flag("confirm");
        parameters.put(
                "automatic_payment_methods",
                mayRedirect ? Map.of("enabled", true) : Map.of("enabled", true, "allow_redirects", "never"));
        if (request.flag("confirm")) {
            if (request.id("payment_method") == null) {
                throw new BadParameterException("payment_method", "is missing, and confirm needs one");
            }
            parameters.put("confirm", true);
            put(parameters, "return_url", returnUrl);
        }
        String key = PaymentDesk.idempotencyKey(exchange);
        begin("setup", "new", parameters, key == null ? UUID.randomUUID().toString() : key, exchange);
        exchange.getMessage().setBody(parameters);
    }

    /** Confirm it with a payment method. */
    public void confirm(@Variable("id") String id, Exchange exchange) {
        JsonRequest request = JsonRequest.of(exchange, "payment_method", "return_url");
        Map<String, Object> parameters = new LinkedHashMap<>();
        put(parameters, "payment_method", request.id("payment_method"));
        put(parameters, "return_url", request.text("return_url", 2000));
        begin("setup_confirm", known(id), parameters, PaymentDesk.idempotencyKey(exchange), exchange);
        exchange.getMessage().setBody(parameters);
    }

    /**
     * Cancel it.
     *
     * @see <a href="https://docs.stripe.com/api/setup_intents/cancel">Stripe: the reasons</a>
     */
    public void cancel(@Variable("id") String id, Exchange exchange) {
        JsonRequest request = JsonRequest.of(exchange, "reason");
        Map<String, Object> parameters = new LinkedHashMap<>();
        put(
                parameters,
                "cancellation_reason",
                request.oneOf("reason", "abandoned", "duplicate", "requested_by_customer"));
        begin("setup_cancel", known(id), parameters, PaymentDesk.idempotencyKey(exchange), exchange);
        exchange.getMessage().setBody(parameters);
    }

    private static String known(String id) {
        if (!id.matches("[A-Za-z0-9_]{1,255}")) {
            throw new NoSuchRecordException("setup intent");
        }
        return id;
    }

    private static void put(Map<String, Object> parameters, String name, @Nullable Object value) {
        if (value != null) {
            parameters.put(name, value);
        }
    }

    private void begin(
            String action, String id, Map<String, Object> parameters, @Nullable String own, Exchange exchange) {
        IdempotencyKeys.Key key = keys.begin(action, id, List.of(parameters, String.valueOf(own)));
        exchange.setProperty(IdempotencyKeys.PROPERTY, key);
        exchange.getMessage().setHeader("CamelStripeObjectId", id);
        exchange.getMessage().setHeader("CamelStripeIdempotencyKey", key.value());
    }

    /** The SetupIntent as Stripe has it now. */
    public Map<String, @Nullable Object> answer(@Body SetupIntent setup) {
        PaymentIntentStatus status = PaymentIntentStatus.of(setup.getStatus());
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("object", "setup_intent");
        answer.put("id", setup.getId());
        answer.put("status", status.wireName());
        answer.put("customer", setup.getCustomer());
        answer.put("payment_method", setup.getPaymentMethod());
        answer.put("usage", setup.getUsage());
        answer.put("client_secret", status.isFinal() ? null : setup.getClientSecret());
        answer.put(
                "next_action_type",
                setup.getNextAction() == null ? null : setup.getNextAction().getType());
        answer.put("cancellation_reason", setup.getCancellationReason());
        return answer;
    }
}
