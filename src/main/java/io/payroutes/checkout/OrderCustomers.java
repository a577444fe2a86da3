package io.payroutes.checkout;

import com.stripe.model.Customer;
import com.stripe.model.PaymentIntent;
import io.payroutes.order.Order;
import io.payroutes.order.OrderConflictException;
import io.payroutes.order.Orders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.jspecify.annotations.Nullable;

/** The customer at Stripe whom a payment method is kept for. */
public final class OrderCustomers {
    /** Exchange property with the PaymentIntent while something else is asked of Stripe. */
    static final String INTENT = "paymentIntent";

    private final Orders orders;

    public OrderCustomers(Orders orders) {
        this.orders = orders;
    }

    /** What a buyer becomes a customer from; once for each order. */
    public void creation(@ExchangeProperty(OrderIntents.ORDER) Order order, Exchange exchange) {
        Map<String, Object> customer = new LinkedHashMap<>();
        put(customer, "email", order.email());
        put(customer, "name", order.customerName());
        if (order.language() != null) {
            customer.put("preferred_locales", List.of(order.language()));
        }
        exchange.getMessage().setHeader("CamelStripeIdempotencyKey", "customer-" + order.intentKey());
        exchange.getMessage().setBody(customer);
    }

    private static void put(Map<String, Object> customer, String name, @Nullable String value) {
        if (value != null) {
            customer.put(name, value);
        }
    }

    /** Keeps the customer that was made. */
    public void keep(@Body Customer customer, Exchange exchange) {
        Order order = exchange.getProperty(OrderIntents.ORDER, Order.class);
        exchange.setProperty(OrderIntents.ORDER, orders.keepCustomer(order, customer.getId()));
    }

    /**
     * Whether the PaymentIntent has to be told its customer.
     *
     * @throws OrderConflictException if it has another one
     */
    public boolean isMissing(
            @ExchangeProperty(INTENT) PaymentIntent intent, @ExchangeProperty(OrderIntents.ORDER) Order order) {
        String wanted = order.customerId();
        if (intent.getCustomer() != null
                && wanted != null
                && !intent.getCustomer().equals(wanted)) {
            throw new OrderConflictException("The payment of this order belongs to another customer.");
        }
        return intent.getCustomer() == null && wanted != null;
    }

    /** What the PaymentIntent is told: whose it is. */
    public Map<String, Object> ofOrder(@ExchangeProperty(OrderIntents.ORDER) Order order) {
        return Map.of("customer", Objects.requireNonNull(order.customerId()));
    }
}
