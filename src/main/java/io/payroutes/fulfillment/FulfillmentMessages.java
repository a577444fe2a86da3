package io.payroutes.fulfillment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.payroutes.money.Money;
import io.payroutes.order.Order;
import io.payroutes.order.Orders;
import io.payroutes.payment.Payment;
import io.payroutes.payment.PaymentIntent;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the ERP gets to read: CloudEvents 1.0 in structured JSON. The schemas of the data are under {@code schemas/}.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CloudEvents 1.0</a>
 */
final class FulfillmentMessages {
    static final String REQUESTED = "io.payroutes.fulfillment.requested.v1";
    static final String HELD = "io.payroutes.fulfillment.held.v1";
    static final String RELEASED = "io.payroutes.fulfillment.released.v1";
    static final String CANCELED = "io.payroutes.fulfillment.canceled.v1";
    static final String CAPTURABLE = "io.payroutes.payment.capturable.v1";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String source;
    private final Orders orders;

    /** @param source the CloudEvents source: who speaks, a URI reference */
    FulfillmentMessages(String source, Orders orders) {
        this.source = source;
        this.orders = orders;
    }

    /** The goods may leave. */
    String requested(String id, PaymentIntent intent, boolean paid, Instant at) {
        long amount = paid ? Objects.requireNonNullElse(intent.amountReceived(), intent.amount()) : intent.amount();
        ObjectNode data = data(id, intent.id(), intent.orderRef());
        money(data, new Money(amount, intent.currency()));
        data.put("paid", paid);
        data.put("charge", intent.latestChargeId());
        data.put("digital", intent.digital());
        data.put("description", intent.description());
        Optional<Order> order = orders.find(intent.orderRef());
        data.set("customer", customer(intent, order));
        data.set("lines", lines(order));
        data.set("shipping", intent.shipping() == null ? JsonNodeFactory.instance.nullNode() : intent.shipping());
        data.put("livemode", intent.livemode());
        return message(REQUESTED, id, intent.id(), at, data);
    }

    /** The money is authorised and can be captured until {@code captureBefore}. */
    String capturable(String id, PaymentIntent intent, @Nullable Instant captureBefore, Instant at) {
        ObjectNode data = data(Fulfillments.fulfillmentId(intent.id()), intent.id(), intent.orderRef());
        money(data, new Money(intent.amountCapturable(), intent.currency()));
        data.put("amount_received", Objects.requireNonNullElse(intent.amountReceived(), 0L));
        data.put("charge", intent.latestChargeId());
        data.put("capture_before", captureBefore == null ? null : captureBefore.toString());
        data.set("customer", customer(intent, orders.find(intent.orderRef())));
        data.put("livemode", intent.livemode());
        return message(CAPTURABLE, id, intent.id(), at, data);
    }

    /** Something has changed about goods that may be on their way: hold, release, or stop and take back. */
    String followUp(String type, String id, Payment payment, String reason, Instant at) {
        ObjectNode data = data(Fulfillments.fulfillmentId(payment.id()), payment.id(), payment.orderRef());
        data.put("reason", reason);
        if (payment.currency() != null) {
            long amount = Objects.requireNonNullElse(
                    payment.amountReceived(), Objects.requireNonNullElse(payment.amount(), 0L));
            money(data, new Money(amount, payment.currency()));
        }
        data.put("charge", payment.latestChargeId());
        data.put("livemode", payment.livemode());
        return message(type, id, payment.id(), at, data);
    }

    private static ObjectNode data(String fulfillmentId, String paymentId, @Nullable String orderRef) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("fulfillment", fulfillmentId);
        data.put("order", orderRef);
        data.put("payment", paymentId);
        return data;
    }

    private static void money(ObjectNode data, Money money) {
        data.put("amount", money.minorUnits());
        data.put("amount_decimal", money.toDecimal());
        data.put("currency", money.currency());
    }

    private static JsonNode lines(Optional<Order> order) {
        String lines = order.map(Order::lines).orElse(null);
        try {
            return lines == null ? JsonNodeFactory.instance.nullNode() : JSON.readTree(lines);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("an order's lines were JSON when they were kept", e);
        }
    }

    private static ObjectNode customer(PaymentIntent intent, Optional<Order> order) {
        ObjectNode customer = JsonNodeFactory.instance.objectNode();
        customer.put("id", intent.customerId());
        customer.put("name", first(intent.customerName(), order.map(Order::customerName)));
        String email = intent.receiptEmail() != null ? intent.receiptEmail() : intent.customerEmail();
        customer.put("email", first(first(email, order.map(Order::email)), Optional.ofNullable(intent.billingEmail())));
        return customer;
    }

    private static @Nullable String first(@Nullable String one, Optional<String> other) {
        return one == null ? other.orElse(null) : one;
    }

    private String message(String type, String id, String paymentId, Instant at, ObjectNode data) {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("specversion", "1.0");
        message.put("id", id);
        message.put("source", source);
        message.put("type", type);
        message.put("subject", paymentId);
        message.put("time", at.toString());
        message.put("datacontenttype", "application/json");
        message.set("data", data);
        try {
            return JSON.writeValueAsString(message);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }
}
