package io.payroutes.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.Stripe;
import com.stripe.exception.InvalidRequestException;
import com.stripe.model.Charge;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethodCollection;
import com.stripe.model.StripeObject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.spi.EndpointServiceLocation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each operation with each method is one request, the right one, and gives the SDK's object. */
class StripeCallsTest {
    private StripeOnLoopback stripe;
    private StripeRoute route;

    @BeforeEach
    void start() throws Exception {
        stripe = new StripeOnLoopback();
        route = new StripeRoute(stripe);
    }

    @AfterEach
    void stop() {
        route.close();
        stripe.close();
    }

    /** All calls there are, as they arrive at Stripe; {@code +} marks those that camel-stripe does not have. */
    static final String CALLS = """
            charges/create              POST /v1/charges                         Charge
            charges/retrieve            GET /v1/charges/obj_1                    Charge
            charges/update              POST /v1/charges/obj_1                   Charge
            charges/list                GET /v1/charges                          ChargeCollection
            charges/capture             POST /v1/charges/obj_1/capture           Charge
            customers/create            POST /v1/customers                       Customer
            customers/retrieve          GET /v1/customers/obj_1                  Customer
            customers/update            POST /v1/customers/obj_1                 Customer
            customers/delete            DELETE /v1/customers/obj_1               Customer
            customers/list              GET /v1/customers                        CustomerCollection
            paymentIntents/create       POST /v1/payment_intents                 PaymentIntent
            paymentIntents/retrieve     GET /v1/payment_intents/obj_1            PaymentIntent
            paymentIntents/update       POST /v1/payment_intents/obj_1           PaymentIntent
            paymentIntents/cancel       POST /v1/payment_intents/obj_1/cancel    PaymentIntent
            paymentIntents/list         GET /v1/payment_intents                  PaymentIntentCollection
            +paymentIntents/confirm     POST /v1/payment_intents/obj_1/confirm   PaymentIntent
            +paymentIntents/capture     POST /v1/payment_intents/obj_1/capture   PaymentIntent
            paymentMethods/create       POST /v1/payment_methods                 PaymentMethod
            paymentMethods/retrieve     GET /v1/payment_methods/obj_1            PaymentMethod
            paymentMethods/update       POST /v1/payment_methods/obj_1           PaymentMethod
            paymentMethods/list         GET /v1/payment_methods                  PaymentMethodCollection
            +paymentMethods/attach      POST /v1/payment_methods/obj_1/attach    PaymentMethod
            +paymentMethods/detach      POST /v1/payment_methods/obj_1/detach    PaymentMethod
            refunds/create              POST /v1/refunds                         Refund
            refunds/retrieve            GET /v1/refunds/obj_1                    Refund
            refunds/update              POST /v1/refunds/obj_1                   Refund
            refunds/list                GET /v1/refunds                          RefundCollection
            subscriptions/create        POST /v1/subscriptions                   Subscription
            subscriptions/retrieve      GET /v1/subscriptions/obj_1              Subscription
            subscriptions/update        POST /v1/subscriptions/obj_1             Subscription
            subscriptions/cancel        DELETE /v1/subscriptions/obj_1           Subscription
            subscriptions/list          GET /v1/subscriptions                    SubscriptionCollection
            invoices/create             POST /v1/invoices                        Invoice
            invoices/retrieve           GET /v1/invoices/obj_1                   Invoice
            invoices/update             POST /v1/invoices/obj_1                  Invoice
            invoices/list               GET /v1/invoices                         InvoiceCollection
            products/create             POST /v1/products                        Product
            products/retrieve           GET /v1/products/obj_1                   Product
            products/update             POST /v1/products/obj_1                  Product
            products/delete             DELETE /v1/products/obj_1                Product
            products/list               GET /v1/products                         ProductCollection
            prices/create               POST /v1/prices                          Price
            prices/retrieve             GET /v1/prices/obj_1                     Price
            prices/update               POST /v1/prices/obj_1                    Price
            prices/list                 GET /v1/prices                           PriceCollection
            balanceTransactions/retrieve GET /v1/balance_transactions/obj_1      BalanceTransaction
            balanceTransactions/list    GET /v1/balance_transactions             BalanceTransactionCollection
            +balance/retrieve           GET /v1/balance                          Balance
            +disputes/retrieve          GET /v1/disputes/obj_1                   Dispute
            +disputes/update            POST /v1/disputes/obj_1                  Dispute
            +disputes/close             POST /v1/disputes/obj_1/close            Dispute
            +disputes/list              GET /v1/disputes                         DisputeCollection
            +events/retrieve            GET /v1/events/obj_1                     Event
            +events/list                GET /v1/events                           EventCollection
            +payouts/create             POST /v1/payouts                         Payout
            +payouts/retrieve           GET /v1/payouts/obj_1                    Payout
            +payouts/cancel             POST /v1/payouts/obj_1/cancel            Payout
            +payouts/list               GET /v1/payouts                          PayoutCollection
            +setupIntents/create        POST /v1/setup_intents                   SetupIntent
            +setupIntents/retrieve      GET /v1/setup_intents/obj_1              SetupIntent
            +setupIntents/update        POST /v1/setup_intents/obj_1             SetupIntent
            +setupIntents/confirm       POST /v1/setup_intents/obj_1/confirm     SetupIntent
            +setupIntents/cancel        POST /v1/setup_intents/obj_1/cancel      SetupIntent
            +setupIntents/list          GET /v1/setup_intents                    SetupIntentCollection
            """;

    record Call(boolean isUpstream, String operation, String method, String verb, String path, String type) {

        static Stream<Call> all() {
            return CALLS.lines().map(line -> {
                String[] words = line.split("\\s+", -1);
                String[] call = words[0].replace("+", "").split("/", -1);
                return new Call(!line.startsWith("+"), call[0], call[1], words[1], words[2], words[3]);
            });
        }
    }

    static Stream<Call> calls() {
        return Call.all();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void eachCallIsOneRequest(Call call) throws Exception {
        Object result = route.ask("stripe:" + call.operation, call.method, "obj_1", null);

        StripeOnLoopback.Request request = stripe.onlyRequest();
        assertThat(request.line()).isEqualTo(call.verb + " " + call.path);
        assertThat(request.body()).isEmpty();
        assertThat(request.header("Authorization")).isEqualTo("Bearer " + StripeRoute.KEY);
        assertThat(request.header("Stripe-Version")).isEqualTo(Stripe.API_VERSION);
        assertThat(request.header("Stripe-Account")).isNull();
        if (call.verb.equals("POST")) {
            assertThat(request.header("Idempotency-Key")).matches("[0-9a-f-]{36}");
            assertThat(request.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded;charset=UTF-8");
        } else {
            assertThat(request.header("Idempotency-Key")).isNull();
        }
        assertThat(result).isInstanceOf(StripeObject.class);
        assertThat(result.getClass().getName()).isEqualTo("com.stripe.model." + call.type);
    }

    @Test
    void thereIsNoCallBesides() {
        Set<String> offered = new TreeSet<>();
        for (StripeOperation operation : StripeOperation.values()) {
            for (StripeMethod method : StripeMethod.values()) {
                if (operation.offers(method)) {
                    offered.add((operation.isUpstream(method) ? "" : "+") + operation + "/" + method.headerValue());
                }
            }
        }
        assertThat(offered)
                .isEqualTo(new TreeSet<>(CALLS.lines()
                        .map(line -> line.replaceFirst("\\s.*", ""))
                        .toList()));
    }

    static List<Object> sameBodies() {
        String json = "{\"amount\":2000,\"currency\":\"usd\",\"metadata\":{\"order\":\"ü 1\"},\"list\":[\"a\",\"b\"]}";
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        List<Object> bodies = new ArrayList<>();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("amount", 2000L);
        map.put("currency", "usd");
        map.put("metadata", Map.of("order", "ü 1"));
        map.put("list", List.of("a", "b"));
        bodies.add(map);
        bodies.add(json);
        bodies.add(bytes);
        bodies.add(new ByteArrayInputStream(bytes));
        return bodies;
    }

    @ParameterizedTest
    @MethodSource("sameBodies")
    void aBodyMayComeInAnyFormThatIsText(Object body) throws Exception {
        route.ask("stripe:paymentIntents", "create", null, body);

        assertThat(stripe.onlyRequest().body())
                .isEqualTo("amount=2000&currency=usd&metadata[order]=%C3%BC+1&list[0]=a&list[1]=b");
    }

    static List<@Nullable Object> emptyBodies() {
        List<@Nullable Object> bodies = new ArrayList<>();
        bodies.add(null);
        bodies.add("");
        bodies.add(" \n");
        bodies.add("null");
        bodies.add(new byte[0]);
        bodies.add(Map.of());
        return bodies;
    }

    @ParameterizedTest
    @MethodSource("emptyBodies")
    void noBodyIsNoParameters(@Nullable Object body) throws Exception {
        route.ask("stripe:payouts", "create", null, body);

        assertThat(stripe.onlyRequest().body()).isEmpty();
    }

    @Test
    void numbersAreWrittenAsTheyAreMeant() throws Exception {
        route.ask(
                "stripe:prices",
                "create",
                null,
                "{\"unit_amount_decimal\": 0.0000001, \"a\": 1E+21, \"b\": [2000.0, 12345678901234567890]}");
        route.ask("stripe:prices", "create", null, Map.of("tiers", List.of(Map.of("up_to", 1e10))));

        assertThat(stripe.requests())
                .extracting(StripeOnLoopback.Request::body)
                .containsExactly(
                        "unit_amount_decimal=0.0000001&a=1000000000000000000000&b[0]=2000.0&b[1]=12345678901234567890",
                        "tiers[0][up_to]=10000000000");
    }

    static List<Object> unreadableBodies() {
        return List.of("{\"amount\": 20", "[1]", "2000", "amount=2000", new Object(), new byte[] {(byte) 0xff});
    }

    @ParameterizedTest
    @MethodSource("unreadableBodies")
    void aBodyThatIsNoObjectIsRefusedBeforeTheCall(Object body) {
        assertThatThrownBy(() -> route.ask("stripe:charges", "create", null, body))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Failed to parse JSON body: ");
        assertThat(stripe.requests()).isEmpty();
    }

    @Test
    void createIsWhatIsDoneWithoutAMethod() throws Exception {
        StripeRoute.result(route.send("stripe:customers", Map.of(), Map.of("email", "a@example.com")));
        StripeRoute.result(route.send("stripe:customers", Map.of("CamelStripeMethod", ""), null));

        assertThat(stripe.requests())
                .extracting(StripeOnLoopback.Request::line)
                .containsExactly("POST /v1/customers", "POST /v1/customers");
        assertThat(stripe.requests().get(0).body()).isEqualTo("email=a%40example.com");
    }

    @Test
    void theNameOfAnOperationIsTheSameInCapitals() throws Exception {
        route.ask("stripe:PAYMENTINTENTS", "list", null, null);

        assertThat(stripe.onlyRequest().line()).isEqualTo("GET /v1/payment_intents");
    }

    static List<Object> operationHeaders() {
        return List.of("refunds", "Refunds", StripeOperation.REFUNDS);
    }

    @ParameterizedTest
    @MethodSource("operationHeaders")
    void theHeaderHasTheLastWordOnTheOperation(Object operation) throws Exception {
        StripeRoute.result(route.send("stripe:charges", Map.of("CamelStripeOperation", operation), null));

        assertThat(stripe.onlyRequest().line()).isEqualTo("POST /v1/refunds");
    }

    @ParameterizedTest
    @CsvSource({
        "charges, delete, Unsupported method for charges: delete",
        "paymentIntents, delete, Unsupported method for payment intents: delete",
        "paymentMethods, delete, Unsupported method for payment methods: delete",
        "balanceTransactions, create, Unsupported method for balance transactions: create",
        "customers, Create, Unsupported method for customers: Create",
        "refunds, annul, Unsupported method for refunds: annul",
        "balance, list, Unsupported method for balance: list",
    })
    void aMethodThatAnOperationDoesNotHaveIsRefused(String operation, String method, String message) {
        assertThatThrownBy(() -> route.ask("stripe:" + operation, method, "obj_1", null))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThat(stripe.requests()).isEmpty();
    }

    @Test
    void withoutAMethodWhatCannotBeCreatedIsRefused() {
        assertThatThrownBy(() -> StripeRoute.result(route.send("stripe:balanceTransactions", Map.of(), null)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Unsupported method for balance transactions: create");
    }

    @Test
    void anUnknownOperationIsRefused() {
        assertThatThrownBy(() -> route.camel().getEndpoint("stripe:coupons"))
                .isInstanceOf(ResolveEndpointFailedException.class)
                .cause()
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Unknown operation: coupons");
        assertThatThrownBy(() -> StripeRoute.result(
                        route.send("stripe:charges", Map.of("CamelStripeOperation", "coupons"), null)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Unknown operation: coupons");
    }

    @ParameterizedTest
    @ValueSource(strings = {"maxNetworkRetries=3", "idempotencyKey=x", "connectTimeout=5", "method=list"})
    void anOptionThatCamelStripeDoesNotHaveIsRefused(String option) {
        assertThatThrownBy(() -> route.camel().getEndpoint("stripe:charges?" + option))
                .isInstanceOf(ResolveEndpointFailedException.class);
    }

    @Test
    void nothingIsConsumed() {
        Endpoint endpoint = route.camel().getEndpoint("stripe:events");

        assertThatThrownBy(() -> endpoint.createConsumer(exchange -> {}))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void retrieveTakesExpandAndNothingElseThatHappensToBeThere() throws Exception {
        route.ask("stripe:charges", "retrieve", "ch_1", Map.of("expand", List.of("customer"), "order", 42));
        route.ask("stripe:charges", "retrieve", "ch_2", " {\"expand\": [\"customer\", \"refunds\"]}");
        route.ask("stripe:charges", "retrieve", "ch_3", Map.of("expand[]", "customer"));
        route.ask("stripe:charges", "retrieve", "ch_4", "order 42");
        route.ask("stripe:charges", "retrieve", "ch_5", new Charge());
        route.ask("stripe:charges", "retrieve", "ch_6", new byte[] {(byte) 0xff});

        assertThat(stripe.requests())
                .extracting(StripeOnLoopback.Request::line)
                .containsExactly(
                        "GET /v1/charges/ch_1?expand[0]=customer",
                        "GET /v1/charges/ch_2?expand[0]=customer&expand[1]=refunds",
                        "GET /v1/charges/ch_3?expand[]=customer",
                        "GET /v1/charges/ch_4",
                        "GET /v1/charges/ch_5",
                        "GET /v1/charges/ch_6");
    }

    @Test
    void cancelTakesTheReasonAndDeleteTakesNothing() throws Exception {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("cancellation_reason", "duplicate");
        body.put("order", 42);
        route.ask("stripe:paymentIntents", "cancel", "pi_1", body);
        route.ask("stripe:subscriptions", "cancel", "sub_1", "{\"prorate\": true, \"order\": 42}");
        route.ask("stripe:setupIntents", "cancel", "seti_1", Map.of("cancellation_reason", "abandoned"));
        route.ask("stripe:customers", "delete", "cus_1", body);

        assertThat(stripe.requests())
                .extracting(request -> request.line() + " " + request.body())
                .containsExactly(
                        "POST /v1/payment_intents/pi_1/cancel cancellation_reason=duplicate",
                        "DELETE /v1/subscriptions/sub_1?prorate=true ",
                        "POST /v1/setup_intents/seti_1/cancel cancellation_reason=abandoned",
                        "DELETE /v1/customers/cus_1 ");
    }

    @Test
    void aCustomersPaymentMethodsAreListedUnderTheCustomer() throws Exception {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("customer", "cus_1");
        body.put("allow_redisplay", "always");
        Object page = route.ask("stripe:paymentMethods", "list", "cus_1", body);
        route.ask("stripe:paymentMethods", "list", "cus_1", null);
        route.ask("stripe:paymentMethods", "list", "cus_2", body); // an id that an earlier step has left
        route.ask("stripe:paymentMethods", "list", "pi_1", body);
        route.ask("stripe:paymentMethods", "list", null, body);

        assertThat(page).isInstanceOf(PaymentMethodCollection.class);
        String plain = "GET /v1/payment_methods?customer=cus_1&allow_redisplay=always";
        assertThat(stripe.requests())
                .extracting(StripeOnLoopback.Request::line)
                .containsExactly(
                        "GET /v1/customers/cus_1/payment_methods?allow_redisplay=always",
                        "GET /v1/customers/cus_1/payment_methods",
                        plain,
                        plain,
                        plain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "..", ".", "../events", "a\\b", "a\nb", "a\u0000"})
    void anIdThatCouldLeadElsewhereIsRefused(String id) {
        assertThatThrownBy(() -> route.ask("stripe:charges", "retrieve", id, null))
                .isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("CamelStripeObjectId is no id of a Stripe object");
        assertThat(stripe.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"retrieve", "update", "capture"})
    void anIdMustBeThere(String method) {
        assertThatThrownBy(() -> route.ask("stripe:charges", method, null, null))
                .isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("Invalid null ID");
        assertThatThrownBy(() -> route.ask("stripe:charges", method, " ", null))
                .isExactlyInstanceOf(InvalidRequestException.class);
        assertThat(stripe.requests()).isEmpty();
    }

    @Test
    void whatAnIdHasOfTheSignsOfAUrlIsEscaped() throws Exception {
        route.ask("stripe:products", "retrieve", "Gold plan? #1 & 50%;ü+:@", null);

        assertThat(stripe.onlyRequest().line())
                .isEqualTo("GET /v1/products/Gold%20plan%3F%20%231%20%26%2050%25%3B%C3%BC%2B%3A%40");
    }

    @Test
    void theIdempotencyKeyAndTheAccountComeOfHeaders() throws Exception {
        Map<String, Object> headers = Map.of(
                "CamelStripeIdempotencyKey", "order-1", "CamelStripeAccount", "acct_1", "CamelStripeMethod", "create");
        StripeRoute.result(route.send("stripe:charges", headers, null));

        assertThat(stripe.onlyRequest().header("Idempotency-Key")).isEqualTo("order-1");
        assertThat(stripe.onlyRequest().header("Stripe-Account")).isEqualTo("acct_1");
    }

    @Test
    void anIdempotencyKeyThatStripeWouldNotTakeIsRefused() {
        assertThatThrownBy(() -> StripeRoute.result(
                        route.send("stripe:charges", Map.of("CamelStripeIdempotencyKey", "k".repeat(256)), null)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("256");
        assertThat(stripe.requests()).isEmpty();
    }

    @Test
    void whatOnlyReadsHasNoIdempotencyKey() throws Exception {
        for (String method : List.of("retrieve", "list", "delete")) {
            Map<String, Object> headers = Map.of(
                    "CamelStripeIdempotencyKey", "order-1",
                    "CamelStripeAccount", "acct_1",
                    "CamelStripeObjectId", "cus_1",
                    "CamelStripeMethod", method);
            StripeRoute.result(route.send("stripe:customers", headers, null));
        }

        assertThat(stripe.requests()).hasSize(3).allSatisfy(request -> {
            assertThat(request.header("Idempotency-Key")).isNull();
            assertThat(request.header("Stripe-Account")).isEqualTo("acct_1");
        });
    }

    @Test
    void eachCallHasAnIdempotencyKeyOfItsOwn() throws Exception {
        route.ask("stripe:charges", "create", null, null);
        route.ask("stripe:charges", "create", null, null);

        assertThat(stripe.requests().get(0).header("Idempotency-Key"))
                .isNotEqualTo(stripe.requests().get(1).header("Idempotency-Key"));
    }

    @Test
    void whatStripeSaysOfTheCallIsInProperties() {
        Map<String, Object> headers = Map.of("CamelStripeMethod", "retrieve", "CamelStripeObjectId", "ch_1");
        Exchange exchange = route.send("stripe:charges", headers, null);

        Charge charge = exchange.getMessage().getBody(Charge.class);
        assertThat(exchange.getProperty("CamelStripeRequestId")).isEqualTo("req_1");
        assertThat(exchange.getProperty("CamelStripeResponseDate"))
                .isInstanceOf(Instant.class)
                .isEqualTo(charge.getLastResponse().date());
        assertThat(exchange.getMessage().getHeaders()).isEqualTo(headers);
    }

    @ParameterizedTest
    @CsvSource({"'Wed, 25 Nov 2026 13:00:07 GMT', 2026-11-25T13:00:07Z", "yesterday, ", "'', "})
    void stripesClockIsReadIfItCanBe(String date, @Nullable Instant instant) throws Exception {
        String charge = "{\"id\": \"ch_1\", \"object\": \"charge\"}";
        try (OneAnswer stripeOnce = new OneAnswer(
                "HTTP/1.1 200 OK\r\nDate: " + date + "\r\nContent-Length: " + charge.length() + "\r\n\r\n" + charge)) {
            route.with(component -> component.setApiBase(stripeOnce.base()));
            Exchange exchange = route.send(
                    "stripe:charges", Map.of("CamelStripeMethod", "retrieve", "CamelStripeObjectId", "ch_1"), null);

            assertThat(exchange.getException()).isNull();
            assertThat(exchange.getProperty("CamelStripeResponseDate")).isEqualTo(instant);
            assertThat(exchange.getProperty("CamelStripeRequestId")).isNull();
        }
    }

    @Test
    void whatStripeSaidOfAnEarlierCallDoesNotStayInProperties() throws Exception {
        Exchange exchange = route.camel().getEndpoint("stripe:charges").createExchange();
        exchange.setProperty("CamelStripeResponseDate", Instant.EPOCH);
        exchange.setProperty("CamelStripeRequestId", "req_0");
        exchange.getMessage().setHeader("CamelStripeMethod", "annul");
        route.camel().start();
        route.camel().createProducerTemplate().send("stripe:charges", exchange);

        assertThat(exchange.getProperty("CamelStripeResponseDate")).isNull();
        assertThat(exchange.getProperty("CamelStripeRequestId")).isNull();
    }

    @Test
    void anObjectCallsStripeByTheKeyThatItCameBy() throws Exception {
        PaymentIntent intent = (PaymentIntent) route.ask("stripe:paymentIntents", "retrieve", "pi_1", null);
        intent.confirm();

        assertThat(stripe.requests()).hasSize(2);
        assertThat(stripe.requests().get(1).line()).isEqualTo("POST /v1/payment_intents/obj_1/confirm");
        assertThat(stripe.requests().get(1).header("Authorization")).isEqualTo("Bearer " + StripeRoute.KEY);
    }

    @Test
    void tracingIsToldWhereTheCallsGo() {
        EndpointServiceLocation ours = (EndpointServiceLocation) route.camel().getEndpoint("stripe:charges");
        EndpointServiceLocation other =
                (EndpointServiceLocation) route.camel().getEndpoint("stripe:charges?apiBase=http://localhost:1");

        assertThat(ours.getServiceUrl()).isEqualTo(stripe.base());
        assertThat(ours.getServiceProtocol()).isEqualTo("rest");
        assertThat(other.getServiceUrl()).isEqualTo("http://localhost:1");
    }
}
