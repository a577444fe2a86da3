package io.payroutes.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.payroutes.api.JsonRequest;
import io.payroutes.money.Money;
import io.payroutes.store.BadParameterException;
import io.payroutes.store.NoSuchRecordException;
import io.payroutes.store.PageQuery;
import io.payroutes.store.Resource;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/** Takes the shop's orders and shows them. */
public final class OrderDesk {
    private static final String ID = "[A-Za-z0-9][A-Za-z0-9_.:~-]{0,99}";
    private static final int MOST_LINES = 500;
    private static final int LONGEST_LINES = 100_000;

    private final Orders orders;
    private final CheckoutLinks links;
    private final String captureMethod;
    private final Clock clock;

    /** @param captureMethod of orders that do not say: automatic or manual */
    public OrderDesk(Orders orders, CheckoutLinks links, String captureMethod, Clock clock) {
        this.orders = orders;
        this.links = links;
        this.captureMethod = captureMethod;
        this.clock = clock;
    }

    /**
     * Keeps an order. The same order again changes nothing and is answered in the same way.
     *
     * @throws BadParameterException if it cannot be an order
     * @throws OrderConflictException if there is another order of this id
     */
    public Map<String, @Nullable Object> take(Exchange exchange) {
        Order asked = read(JsonRequest.of(
                exchange,
                "id",
                "amount",
                "currency",
                "customer",
                "language",
                "description",
                "digital",
                "lines",
                "capture_method"));
        boolean isNew = orders.add(asked);
        Order order = orders.find(asked.id()).orElseThrow();
        if (!isNew && !Orders.isSame(order, asked)) {
            throw new OrderConflictException("There is another order " + asked.id()
                    + ". An order does not change once it is there; give the new one an id of its own.");
        }
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, isNew ? 201 : 200);
        return resource(order);
    }

    /** One order with where it is paid. */
    public Map<String, @Nullable Object> one(
            @Variable("id") String id, @Variable("parameters") Map<String, String> parameters) {
        PageQuery.none(parameters);
        return orders.find(id).map(this::resource).orElseThrow(() -> new NoSuchRecordException("order"));
    }

    private Order read(JsonRequest request) {
        String id = request.mustText("id", 100);
        if (!id.matches(ID)) {
            throw new BadParameterException(
                    "id", "must begin with a letter or digit and hold only these and _ . : ~ -");
        }
        Buyer buyer = Buyer.of(request);
        String capture = request.oneOf("capture_method", "automatic", "manual");
        return new Order(
                id,
                money(request),
                buyer.id,
                buyer.email,
                buyer.name,
                language(request),
                request.text("description", 500),
                request.flag("digital"),
                lines(request),
                capture == null ? captureMethod : capture,
                null,
                null,
                "order_" + UUID.randomUUID(),
                null,
                clock.instant().truncatedTo(ChronoUnit.MICROS));
    }

    private static Money money(JsonRequest request) {
        Long amount = request.amount("amount");
        if (amount == null) {
            throw new BadParameterException("amount", "is missing");
        }
        String currency = request.mustText("currency", 3).toLowerCase(Locale.ROOT);
        if (!currency.matches("[a-z]{3}")) {
            throw new BadParameterException("currency", "must be a three-letter code such as usd or jpy");
        }
        Money money = new Money(amount, currency);
        if (!money.canBeCharged()) {
            throw new BadParameterException(
                    "amount", "is not one that can be charged in " + currency + " (docs.stripe.com/currencies)");
        }
        return money;
    }

    private static @Nullable String language(JsonRequest request) {
        String language = request.text("language", 35);
        if (language != null && !language.matches("[A-Za-z]{2,8}([_-][A-Za-z0-9]{1,8})*")) {
            throw new BadParameterException("language", "must be a language tag such as en or ja");
        }
        return language;
    }

    /** Lines are the shop's and the ERP's; here they are only kept, so only their form is looked at. */
    private static @Nullable String lines(JsonRequest request) {
        JsonNode lines = request.value("lines");
        if (lines.isMissingNode()) {
            return null;
        }
        if (!lines.isArray() || lines.size() > MOST_LINES || lines.toString().length() > LONGEST_LINES) {
            throw new BadParameterException(
                    "lines", "must be a list of at most " + MOST_LINES + " lines and " + LONGEST_LINES + " characters");
        }
        for (JsonNode node : lines) {
            JsonRequest line = request.part(
                    node, "lines", "id", "sku", "description", "quantity", "unit_amount", "amount", "metadata");
            line.text("id", 255);
            line.text("sku", 255);
            line.text("description", 500);
            line.amount("quantity");
            wholeAmount(line, "unit_amount");
            wholeAmount(line, "amount");
        }
        return lines.toString();
    }

    private static void wholeAmount(JsonRequest line, String field) {
        JsonNode node = line.value(field);
        // A line may be free of charge; a discount is a line of its own and below zero.
        if (!node.isMissingNode() && !(node.isIntegralNumber() && node.canConvertToLong())) {
            throw new BadParameterException(field, "must be a whole number in the currency's minor unit");
        }
    }

    private Map<String, @Nullable Object> resource(Order order) {
        Map<String, @Nullable Object> customer = new LinkedHashMap<>();
        customer.put("id", order.customerId());
        customer.put("email", order.email());
        customer.put("name", order.customerName());
        Map<String, @Nullable Object> resource = new LinkedHashMap<>();
        resource.put("object", "order");
        resource.put("id", order.id());
        resource.put("amount", order.money().minorUnits());
        resource.put("currency", order.money().currency());
        resource.put("customer", customer);
        resource.put("language", order.language());
        resource.put("description", order.description());
        resource.put("digital", order.digital());
        resource.put("lines", Resource.json(order.lines()));
        resource.put("capture_method", order.captureMethod());
        resource.put("payment", order.paymentId());
        resource.put("checkout_order", links.reference(order.id()));
        resource.put("checkout_url", links.checkout(order.id()));
        resource.put("created_at", order.createdAt().toString());
        return resource;
    }

    /** The customer field: Stripe's id alone, or an object. */
    private record Buyer(
            @Nullable String id,
            @Nullable String email,
            @Nullable String name) {

        static Buyer of(JsonRequest request) {
            JsonNode customer = request.value("customer");
            if (customer.isMissingNode()) {
                return new Buyer(null, null, null);
            }
            if (customer.isTextual()) {
                return new Buyer(request.id("customer"), null, null);
            }
            JsonRequest buyer = request.part(customer, "customer", "id", "email", "name");
            String email = buyer.text("email", 320);
            if (email != null && !email.matches("[^\\s@,;<>\"]+@[^\\s@,;<>\"]+")) {
                throw new BadParameterException("email", "must be one mail address");
            }
            return new Buyer(buyer.id("id"), email, buyer.text("name", 200));
        }
    }
}
