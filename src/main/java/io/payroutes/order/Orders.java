package io.payroutes.order;

import io.payroutes.store.Row;
import io.payroutes.store.Table;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** The orders in the database. Thread-safe; whatever is written takes part in the caller's transaction, if there is one. */
public final class Orders {
    private final JdbcOperations jdbc;
    private final Table table;
    private final Clock clock;

    public Orders(JdbcOperations jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.table = new Table(jdbc, "sales_order", "order_id");
        this.clock = clock;
    }

    public Optional<Order> find(@Nullable String orderId) {
        return orderId == null ? Optional.empty() : table.find(orderId).map(Order::of);
    }

    /** The order that is paid with this PaymentIntent. */
    public Optional<Order> paidBy(String paymentId) {
        return table.findBy("payment_id", paymentId).stream().findFirst().map(Order::of);
    }

    /**
     * Keeps an order unless there is one of this id.
     *
     * @return whether it is new
     */
    boolean add(Order order) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("order_id", order.id());
        row.put("amount", order.money().minorUnits());
        row.put("currency", order.money().currency());
        row.put("customer_id", order.customerId());
        row.put("email", order.email());
        row.put("customer_name", order.customerName());
        row.put("language", order.language());
        row.put("description", order.description());
        row.put("digital", order.digital());
        row.put("order_lines", order.lines());
        row.put("capture_method", order.captureMethod());
        row.put("intent_key", order.intentKey());
        row.put("created_at", order.createdAt());
        return table.insertNew(row);
    }

    /**
     * Notes, before Stripe is asked, that the order's PaymentIntent is about to be made, and how it will be confirmed.
     * Whoever comes first decides that for all: the request must be the same each time.
     */
    public Order askForIntent(Order order, String confirmationMethod) {
        jdbc.update(
                "UPDATE sales_order SET confirmation_method = COALESCE(confirmation_method, ?),"
                        + " intent_asked_at = COALESCE(intent_asked_at, ?) WHERE order_id = ?",
                confirmationMethod,
                Row.parameter(clock.instant()),
                order.id());
        return find(order.id()).orElseThrow();
    }

    /**
     * Takes a PaymentIntent as the order's one.
     *
     * @return the order as it is now; with another PaymentIntent, if it had one already
     */
    public Order adopt(Order order, String paymentId, @Nullable String confirmationMethod) {
        jdbc.update(
                "UPDATE sales_order SET payment_id = ?, confirmation_method = COALESCE(?, confirmation_method)"
                        + " WHERE order_id = ? AND payment_id IS NULL",
                paymentId,
                confirmationMethod,
                order.id());
        return find(order.id()).orElseThrow();
    }

    /** Keeps the customer that was made for the buyer, unless the order has one. */
    public Order keepCustomer(Order order, String customerId) {
        jdbc.update(
                "UPDATE sales_order SET customer_id = ? WHERE order_id = ? AND customer_id IS NULL",
                customerId,
                order.id());
        return find(order.id()).orElseGet(() -> order.withCustomer(customerId));
    }

    /** Whether two orders say the same, whatever became of them since. */
    static boolean isSame(Order one, Order other) {
        return one.money().equals(other.money())
                && Objects.equals(one.email(), other.email())
                && Objects.equals(one.customerName(), other.customerName())
                && Objects.equals(one.language(), other.language())
                && Objects.equals(one.description(), other.description())
                && one.digital() == other.digital()
                && Objects.equals(one.lines(), other.lines())
                && one.captureMethod().equals(other.captureMethod())
                // One that was made for a saved card since is no contradiction.
                && (other.customerId() == null || other.customerId().equals(one.customerId()));
    }
}
