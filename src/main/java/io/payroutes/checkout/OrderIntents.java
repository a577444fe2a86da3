package io.payroutes.checkout;

import com.stripe.model.PaymentIntent;
import io.payroutes.order.Order;
import io.payroutes.order.OrderConflictException;
import io.payroutes.order.Orders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/**
 * The one PaymentIntent of an order. It is made unconfirmed and from the order alone, so that the request is the same
 * however often and by whomever it is made, and with the order's own idempotency key: two tabs, a reload, or a restart in
 * the middle end with the same PaymentIntent.
 */
public final class OrderIntents {
    /** Exchange property with the {@link Order}. */
    static final String ORDER = "salesOrder";

    /** Exchange property: how a PaymentIntent that has to be made is to be confirmed, automatic or manual. */
    static final String CONFIRMATION = "confirmationMethod";

    private static final Duration KNOWN_TO_STRIPE = Duration.ofHours(23);
    private static final Duration CLOCKS_APART = Duration.ofMinutes(10);

    private final Orders orders;
    private final Metadata metadata;
    private final Clock clock;

    public OrderIntents(Orders orders, Metadata metadata, Clock clock) {
        this.orders = orders;
        this.metadata = metadata;
        this.clock = clock;
    }

    /** Keys of the PaymentIntent's metadata that the order's facts are written to. */
    public record Metadata(String order, String language, String digital) {}

    /**
     * Whether the PaymentIntent was asked for so long ago, and no answer kept, that Stripe may have forgotten the
     * idempotency key. Then it is looked for before another one is made.
     */
    public boolean mayBeLost(@ExchangeProperty(ORDER) Order order) {
        Instant asked = order.intentAskedAt();
        return order.paymentId() == null
                && asked != null
                && asked.isBefore(clock.instant().minus(KNOWN_TO_STRIPE));
    }

    /** What to list to find it. */
    public Map<String, Object> search(@ExchangeProperty(ORDER) Order order) {
        Instant asked = java.util.Objects.requireNonNull(order.intentAskedAt());
        return Map.of(
                "limit", 100, "created", Map.of("gte", asked.minus(CLOCKS_APART).getEpochSecond()));
    }

    /** Takes the order's PaymentIntent from what was listed, if it is there. */
    public void find(@Body Iterator<PaymentIntent> listed, Exchange exchange) {
        Order order = exchange.getProperty(ORDER, Order.class);
        while (listed.hasNext()) {
            PaymentIntent intent = listed.next();
            if (intent.getMetadata() != null
                    && order.id().equals(intent.getMetadata().get(metadata.order))) {
                keep(order, intent, exchange);
                return;
            }
        }
    }

    /** What the PaymentIntent is made from. */
    public void creation(Exchange exchange) {
        Order order = orders.askForIntent(
                exchange.getProperty(ORDER, Order.class),
                exchange.getProperty(CONFIRMATION, "automatic", String.class));
        exchange.setProperty(ORDER, order);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put(metadata.order, order.id());
        if (order.language() != null) {
            facts.put(metadata.language, order.language());
        }
        if (order.digital()) {
            facts.put(metadata.digital, "true");
        }
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("amount", order.money().minorUnits());
        parameters.put("currency", order.money().currency());
        parameters.put("metadata", facts);
        if (order.description() != null) {
            parameters.put("description", order.description());
        }
        if (order.customerId() != null) {
            parameters.put("customer", order.customerId());
        }
        if ("manual".equals(order.captureMethod())) {
            parameters.put("capture_method", "manual");
        }
        if (order.isConfirmedByServer()) {
            // Only cards can be confirmed without the customer leaving the page.
            parameters.put("confirmation_method", "manual");
            parameters.put("payment_method_types", List.of("card"));
        } else {
            parameters.put("automatic_payment_methods", Map.of("enabled", true));
        }
        exchange.getMessage().setHeader("CamelStripeIdempotencyKey", order.intentKey());
        exchange.getMessage().setBody(parameters);
    }

    /** Takes the PaymentIntent that was made as the order's one. */
    public void adopt(@Body PaymentIntent intent, Exchange exchange) {
        keep(exchange.getProperty(ORDER, Order.class), intent, exchange);
    }

    private void keep(Order order, PaymentIntent intent, Exchange exchange) {
        exchange.setProperty(ORDER, orders.adopt(order, intent.getId(), intent.getConfirmationMethod()));
    }

    /**
     * Nothing is paid by a PaymentIntent that says something else than the order.
     *
     * @throws OrderConflictException if it does
     */
    public void mustAskForTheOrder(@Body PaymentIntent intent, @ExchangeProperty(ORDER) Order order) {
        if (!intent.getId().equals(order.paymentId())) {
            throw new OrderConflictException("The order has another payment.");
        }
        if (intent.getAmount() != order.money().minorUnits()
                || !order.money().currency().equals(intent.getCurrency())) {
            throw new OrderConflictException("The payment at Stripe is about another amount than the order.");
        }
    }
}
