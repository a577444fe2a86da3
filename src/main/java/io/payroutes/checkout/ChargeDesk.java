package io.payroutes.checkout;

import com.stripe.model.PaymentIntent;
import io.payroutes.api.JsonRequest;
import io.payroutes.order.CheckoutLinks;
import io.payroutes.order.Order;
import io.payroutes.order.OrderConflictException;
import io.payroutes.order.Orders;
import io.payroutes.payment.PaymentIntentStatus;
import io.payroutes.store.BadParameterException;
import io.payroutes.store.NoSuchRecordException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/**
 * Charging an order to a payment method that the customer has saved.
 *
 * @see <a href="https://docs.stripe.com/payments/existing-customers">Stripe: existing customers</a>
 */
public final class ChargeDesk {
    private final Orders orders;
    private final CheckoutLinks links;

    public ChargeDesk(Orders orders, CheckoutLinks links) {
        this.orders = orders;
        this.links = links;
    }

    /**
     * Reads what to charge the order to.
     *
     * @throws BadParameterException if that cannot be done
     * @throws NoSuchRecordException if there is no such order
     * @throws OrderConflictException if the order has another customer
     */
    public void read(@Variable("id") String orderId, Exchange exchange) {
        Order order = orders.find(orderId).orElseThrow(() -> new NoSuchRecordException("order"));
        JsonRequest request = JsonRequest.of(exchange, "customer", "payment_method", "off_session", "return_url");
        String paymentMethod = request.mustId("payment_method");
        String customer = request.id("customer");
        if (customer != null) {
            order = orders.keepCustomer(order, customer);
            if (!customer.equals(order.customerId())) {
                throw new OrderConflictException("The order belongs to another customer.");
            }
        }
        Map<String, Object> with = new LinkedHashMap<>();
        with.put("payment_method", paymentMethod);
        with.put("return_url", returnUrl(request, order));
        if (request.flag("off_session")) {
            with.put("off_session", true);
        }
        exchange.setProperty(OrderIntents.ORDER, order);
        exchange.setProperty(OrderIntents.CONFIRMATION, "automatic");
        exchange.setProperty(Confirmations.WITH, with);
    }

    private String returnUrl(JsonRequest request, Order order) {
        String url = request.text("return_url", 2000);
        if (url == null) {
            return links.complete(order.id());
        }
        try {
            URI uri = new URI(url);
            if (("https".equals(uri.getScheme()) || "http".equals(uri.getScheme())) && uri.getHost() != null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new BadParameterException("return_url", "must be an absolute http or https URL");
    }

    /** Whether there is still something to charge. */
    public boolean isOpen(@Body PaymentIntent intent) {
        return switch (PaymentIntentStatus.of(intent.getStatus())) {
            case REQUIRES_PAYMENT_METHOD, REQUIRES_CONFIRMATION, REQUIRES_ACTION -> true;
            case PROCESSING, REQUIRES_CAPTURE, SUCCEEDED, CANCELED -> false;
        };
    }

    /** How the charge went. */
    public Map<String, @Nullable Object> answer(
            @Body PaymentIntent intent, @ExchangeProperty(OrderIntents.ORDER) Order order) {
        PaymentIntentStatus status = PaymentIntentStatus.of(intent.getStatus());
        boolean requiresAction = status == PaymentIntentStatus.REQUIRES_ACTION;
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("object", "order_charge");
        answer.put("order", order.id());
        answer.put("payment", intent.getId());
        answer.put("status", status.wireName());
        answer.put("amount", intent.getAmount());
        answer.put("currency", intent.getCurrency());
        answer.put("requires_action", requiresAction);
        answer.put("client_secret", requiresAction ? intent.getClientSecret() : null);
        answer.put("redirect_url", requiresAction ? redirect(intent) : null);
        return answer;
    }

    private static @Nullable String redirect(PaymentIntent intent) {
        PaymentIntent.NextAction action = intent.getNextAction();
        return action == null || action.getRedirectToUrl() == null
                ? null
                : action.getRedirectToUrl().getUrl();
    }
}
