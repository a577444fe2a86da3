package io.payroutes.checkout;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.payroutes.FreePort;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.stripe.Fault;
import io.payroutes.demo.stripe.StandInSettings;
import io.payroutes.demo.stripe.StripeStandIn;
import io.payroutes.order.CheckoutLinks;
import io.payroutes.store.Row;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The program and a stand-in for Stripe that sends it events, as one shop; and somebody who orders and pays there. */
final class Shop implements AutoCloseable {
    static final String KEY = "key-of-the-back-office";

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestDatabase database;
    private final int port = FreePort.next();
    private final StripeStandIn stripe;
    private final UnaryOperator<RunningPayroutes.Builder> settings;
    private RunningPayroutes payroutes;

    private Shop(TestDatabase database, Clock clock, UnaryOperator<RunningPayroutes.Builder> settings) {
        this.database = database;
        this.settings = settings;
        this.stripe = StripeStandIn.start(
                new StandInSettings().clock(clock).webhook(URI.create(url("/webhook")), "whsec_test"));
        this.payroutes = start();
    }

    static Shop open(TestDatabase database) {
        return open(database, Clock.systemUTC(), builder -> builder);
    }

    static Shop open(TestDatabase database, Clock clock, UnaryOperator<RunningPayroutes.Builder> settings) {
        return new Shop(database, clock, settings);
    }

    private RunningPayroutes start() {
        return settings.apply(RunningPayroutes.on(database)
                        .httpPort(port)
                        .with("stripe.api-key", stripe.secretKey())
                        .with("stripe.api-base", stripe.url())
                        .with("stripe.publishable-key", stripe.publishableKey())
                        .with("stripe.js-url", stripe.scriptUrl())
                        .with("checkout.url", url(""))
                        .with("checkout.rate.requests", "100000")
                        .with("checkout.rate.payments", "100000")
                        .with("api.keys", KEY)
                        // What a program that was stopped has left is taken up soon.
                        .with("inbox.lease", "5s")
                        .with("inbox.retry.initial", "200ms")
                        .with("mail.shop-name", "Tea & Sons"))
                .start();
    }

    /** The program stops and starts again; the database and Stripe stay. */
    void restart() {
        payroutes.close();
        payroutes = start();
    }

    StripeStandIn stripe() {
        return stripe;
    }

    RunningPayroutes payroutes() {
        return payroutes;
    }

    String url(String path) {
        return "http://localhost:" + port + path;
    }

    /** An answer over HTTP. */
    record Answer(int status, JsonNode json, HttpResponse<String> response) {
        String text(String field) {
            return json.path(field).asText();
        }
    }

    Answer api(String method, String path, @Nullable Object body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url("/api" + path)))
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json");
        return send(request, method, body, headers);
    }

    /** What a page of ours sends. */
    Answer page(String path, Object body) {
        return browser(path, body, "Origin", url(""));
    }

    Answer browser(String path, Object body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url(path))).header("Content-Type", "application/json");
        return send(request, "POST", body, headers);
    }

    private static Answer send(HttpRequest.Builder request, String method, @Nullable Object body, String... headers) {
        try {
            String text = body == null ? "" : body instanceof String s ? s : JSON.writeValueAsString(body);
            request.method(
                    method,
                    text.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(text));
            for (int i = 0; i < headers.length; i += 2) {
                request.setHeader(headers[i], headers[i + 1]);
            }
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String answer = response.body();
            boolean isJson = answer.startsWith("{") || answer.startsWith("[");
            return new Answer(
                    response.statusCode(), isJson ? JSON.readTree(answer) : JSON.createObjectNode(), response);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Takes an order of 4,900 yen and answers its reference. */
    String order(String id) {
        return order(id, Map.of());
    }

    String order(String id, Map<String, Object> more) {
        Map<String, Object> order = new LinkedHashMap<>(Map.of("id", id, "amount", 4900, "currency", "jpy"));
        order.putAll(more);
        Answer answer = api("POST", "/orders", order);
        if (answer.status() != 201) {
            throw new IllegalStateException(answer.json().toString());
        }
        return answer.text("checkout_order");
    }

    /** The reference that a mail's link has for an order or a payment. */
    String reference(String orderId) {
        CheckoutLinks links = new CheckoutLinks(url(""), database.jdbc(), Clock.systemUTC());
        links.start();
        return links.reference(orderId);
    }

    Answer pay(String order, String paymentMethod) {
        return page("/pay", Map.of("payment_method_id", paymentMethod, "order", order));
    }

    Answer payAgain(String paymentIntent) {
        return page("/pay", Map.of("payment_intent_id", paymentIntent));
    }

    /** Asks while Stripe does what it is asked and its answers are lost on the way. */
    Answer losingAnswers(String method, String path, Supplier<Answer> ask) {
        stripe.faults().next(100, method, path, Fault.Kind.DROP_AFTER);
        try {
            return ask.get();
        } finally {
            stripe.faults().clear();
        }
    }

    /** A customer at Stripe with a saved card. */
    String customerWith(String paymentMethod) {
        String customer =
                stripe("POST", "/v1/customers", "email=taro@example.com").text("id");
        stripe("POST", "/v1/payment_methods/" + paymentMethod + "/attach", "customer=" + customer);
        return customer;
    }

    Answer stripe(String method, String path, String form) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(stripe.url() + path))
                .header("Authorization", "Bearer " + stripe.secretKey())
                .header("Content-Type", "application/x-www-form-urlencoded");
        return send(request, method, form);
    }

    /** The PaymentIntents at Stripe that name the order. */
    List<ObjectNode> intents(String orderId) {
        return stripe("GET", "/v1/payment_intents?limit=100", "")
                .json()
                .path("data")
                .valueStream()
                .filter(intent -> intent.at("/metadata/order_id").asText().equals(orderId))
                .map(ObjectNode.class::cast)
                .toList();
    }

    /** The successful charges at Stripe of a payment. */
    long charged(String payment) {
        return stripe("GET", "/v1/charges?limit=100&payment_intent=" + payment, "")
                .json()
                .path("data")
                .valueStream()
                .filter(charge -> charge.path("status").asText().equals("succeeded"))
                .count();
    }

    String paymentOf(String orderId) {
        return api("GET", "/orders/" + orderId, null).text("payment");
    }

    /** Waits until the ledger has the payment in this status. */
    void awaitStatus(String payment, String status) {
        await().atMost(PATIENCE)
                .until(() ->
                        api("GET", "/payments/" + payment, null).text("status").equals(status));
    }

    /** Waits until every event that Stripe has sent is handled, parked or the like. */
    void awaitQuiet() {
        await().atMost(PATIENCE)
                .until(() -> stripe.deliveries().outstanding() == 0
                        && database.jdbc()
                                .queryForList(
                                        "SELECT event_id FROM stripe_event WHERE due_at IS NOT NULL AND reason IS NULL")
                                .isEmpty());
    }

    /** What the ERP is told about a payment, in order. */
    List<Row> toldErp(String payment) {
        return database
                .jdbc()
                .queryForList(
                        "SELECT * FROM delivery WHERE payment_id = ? AND destination = 'erp' ORDER BY sequence",
                        payment)
                .stream()
                .map(Row::of)
                .toList();
    }

    @Override
    public void close() {
        payroutes.close();
        stripe.close();
    }
}
