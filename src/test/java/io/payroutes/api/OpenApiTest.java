package io.payroutes.api;

import static io.payroutes.api.Rows.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.stripe.net.Webhook;
import com.zaxxer.hikari.HikariDataSource;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.stripe.StripeStandIn;
import io.payroutes.reconciliation.ReconciliationRuns;
import io.payroutes.reconciliation.Span;
import io.payroutes.webhook.StripeWebhookEndpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import javax.sql.DataSource;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What openapi.yaml says is what the program does: the same paths and methods, each answer that is described. */
class OpenApiTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> ids = new HashMap<>(Map.of(
            "/api/payments/{id}", "pi_a",
            "/api/setup-intents/{id}", "seti_a",
            "/api/events/{id}", "evt_a",
            "/api/events/{id}/replay", "evt_a",
            "/api/deliveries/{id}", "del_a",
            "/api/deliveries/{id}/retry", "del_a",
            "/api/orders/{id}", "o_a",
            "/api/orders/{id}/charge", "o_a",
            "/assets/{file}", "style.css"));

    /** What is sent where something has to be sent to get a good answer. */
    private final Map<String, String> bodies = new HashMap<>(Map.of(
            "/api/orders", "{\"id\":\"o_new\",\"amount\":4900,\"currency\":\"jpy\"}",
            "/api/orders/{id}/charge", "{\"payment_method\":\"pm_card_visa\"}",
            "/api/setup-intents/{id}/confirm",
                    "{\"payment_method\":\"pm_card_visa\",\"return_url\":\"https://example.com\"}",
            "/checkout/{order}/intent", "{}"));

    private final JsonNode description = description();
    private TestDatabase database;
    private RunningPayroutes payroutes;
    private StripeStandIn stripe;

    @BeforeEach
    void start() {
        database = TestDatabase.open(TestDatabase.Kind.H2);
        stripe = StripeStandIn.start();
        payroutes = RunningPayroutes.on(database)
                .with("api.keys", Client.KEY)
                .with("inbox.poll", "1h")
                .with("inbox.gathering", "1h")
                .with("stripe.api-key", stripe.secretKey())
                .with("stripe.api-base", stripe.url())
                .with("stripe.publishable-key", stripe.publishableKey())
                .with("stripe.retries", "0")
                .start();
        Rows rows = new Rows(database);
        rows.payment("pi_a", NOON, "succeeded", "Succeeded");
        rows.transition("pi_a", "first", NOON, 1, "succeeded");
        rows.charge("ch_a", "pi_a");
        rows.refund("re_a", "pi_a");
        rows.dispute("dp_a", "pi_a");
        rows.setupIntent("seti_a");
        rows.event("evt_a", "charge.captured", "parked", NOON, NOON);
        rows.delivery("del_a", "erp", "pi_a", "dead", NOON, NOON);
        rows.attempt("del_a", NOON);
        rows.finding("f_a", "pi_a", "amount_mismatch", "open", NOON);
        rows.run("run_a", NOON);
        for (String what : List.of("", "/explain", "/reopen")) {
            ids.put("/api/reconciliation/findings/{id}" + what, "f_a");
        }
        String run = payroutes
                .bean("reconciliationRuns", ReconciliationRuns.class)
                .begin(new Span(NOON, NOON.plusSeconds(60), null), "test");
        for (String what : List.of("", "/transactions.csv", "/findings.csv", "/report.html")) {
            ids.put("/api/reconciliation/runs/{id}" + what, run);
        }
        String span = "{\"from\":\"" + NOON + "\",\"to\":\"" + NOON.plusSeconds(60) + "\"}";
        bodies.put("/api/reconciliation/runs", span);
        bodies.put("/api/catch-ups", span);
        bodies.put("/api/reconciliation/findings/{id}/explain", "{\"by\":\"Aya\",\"why\":\"agreed\"}");
        order("o_a");
        order("o_declined");
        String reference = order("o_paid");
        for (String path : List.of(
                "/checkout/{order}",
                "/checkout/{order}/card",
                "/checkout/{order}/complete",
                "/checkout/{order}/intent")) {
            ids.put(path, reference);
        }
        bodies.put("/pay", "{\"payment_method_id\":\"pm_card_visa\",\"order\":\"" + order("o_card") + "\"}");
        String customer = atStripe("customers", "email=a@example.com");
        ids.put("/api/customers/{id}/payment-methods", customer);
        bodies.put("/api/setup-intents", "{\"customer\":\"" + customer + "\"}");
        ids.put("/api/setup-intents/{id}/confirm", atStripe("setup_intents", "customer=" + customer));
        ids.put("/api/setup-intents/{id}/cancel", atStripe("setup_intents", "customer=" + customer));
        String payment =
                "amount=4900&currency=jpy&payment_method_types[]=card&payment_method=pm_card_visa&confirm=true";
        ids.put("/api/payments/{id}/capture", atStripe("payment_intents", payment + "&capture_method=manual"));
        ids.put("/api/payments/{id}/cancel", atStripe("payment_intents", payment + "&capture_method=manual"));
        ids.put("/api/payments/{id}/refund", atStripe("payment_intents", payment));
        ids.put("/api/payments/{id}/charges", ids.get("/api/payments/{id}/refund"));
    }

    private String order(String id) {
        try {
            String body = "{\"id\":\"" + id + "\",\"amount\":4900,\"currency\":\"jpy\"}";
            return JSON.readTree(api("POST", "/api/orders", body, true).body())
                    .path("checkout_order")
                    .asText();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String atStripe(String kind, String form) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(stripe.url() + "/v1/" + kind))
                    .header("Authorization", "Bearer " + stripe.secretKey())
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(form))
                    .build();
            return JSON.readTree(HTTP.send(request, BodyHandlers.ofString()).body())
                    .path("id")
                    .asText();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() {
        payroutes.close();
        stripe.close();
        database.close();
    }

    @Test
    void everyRouteIsDescribedAndEveryDescriptionIsOfARoute() {
        Set<String> described = new TreeSet<>();
        description
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        Set<String> there = new TreeSet<>();
        for (Route route : payroutes.camel().getRoutes()) {
            if (route.getEndpoint() instanceof PlatformHttpEndpoint endpoint) {
                for (String method : endpoint.getHttpMethodRestrict().split(",", -1)) {
                    there.add(method.strip() + " " + endpoint.getPath());
                }
            } else if (route.getEndpoint() instanceof StripeWebhookEndpoint endpoint) {
                there.add("POST " + endpoint.getPath());
            }
        }
        assertThat(described).isEqualTo(there);
    }

    @Test
    void everyAnswerThatIsDescribedIsGivenAndLooksAsDescribed() throws Exception {
        Set<String> away = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : description.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                for (Map.Entry<String, JsonNode> answer :
                        operation.getValue().path("responses").properties()) {
                    if (answer.getKey().equals("503")) {
                        away.add(operation.getKey() + " " + path.getKey());
                    } else {
                        assertAnswers(operation.getKey(), path.getKey(), answer.getKey(), answer.getValue());
                    }
                }
            }
        }
        payroutes
                .bean("dataSource", DataSource.class)
                .unwrap(HikariDataSource.class)
                .close();
        stripe.close();
        for (String operation : away) {
            String[] parts = operation.split(" ", -1);
            JsonNode answer = description
                    .path("paths")
                    .path(parts[1])
                    .path(parts[0])
                    .path("responses")
                    .path("503");
            HttpResponse<String> response = assertAnswers(parts[0], parts[1], "503", answer);
            assertThat(response.headers().firstValue("retry-after"))
                    .as(operation)
                    .isPresent();
        }
    }

    @Test
    void everyParameterThatIsDescribedIsTaken() {
        Client client = new Client(payroutes.url(""));
        Map<String, String> values = Map.of(
                "payment_status", "partial_capture",
                "from", "2026-01-01",
                "to", "2026-12-31T00:00:00Z",
                "limit", "1",
                "refresh", "false");
        int taken = 0;
        for (Map.Entry<String, JsonNode> path : description.path("paths").properties()) {
            for (JsonNode reference : path.getValue().path("get").path("parameters")) {
                JsonNode parameter = resolved(reference);
                String name = parameter.path("name").textValue();
                if (parameter.path("in").textValue().equals("query") && !name.equals("after")) {
                    JsonNode known = resolved(parameter.path("schema")).path("enum");
                    List<String> tried = known.isEmpty()
                            ? List.of(values.getOrDefault(name, "x"))
                            : StreamSupport.stream(known.spliterator(), false)
                                    .map(JsonNode::textValue)
                                    .toList();
                    for (String value : tried) {
                        String query = good(path.getKey()) + "?" + name + "=" + value;
                        assertThat(client.get(query).status()).as(query).isEqualTo(200);
                    }
                    taken++;
                }
            }
        }
        assertThat(taken).isGreaterThan(20);
    }

    private HttpResponse<String> assertAnswers(String method, String path, String status, JsonNode answer)
            throws Exception {
        String what = method + " " + path + " " + status;
        HttpResponse<String> response = ask(method.toUpperCase(Locale.ROOT), path, status);
        assertThat(response.statusCode()).as(what).isEqualTo(Integer.parseInt(status));
        Map.Entry<String, JsonNode> content =
                resolved(answer).path("content").properties().iterator().next();
        assertThat(response.headers().firstValue("content-type").orElse(""))
                .as(what)
                .startsWith(content.getKey());
        if (content.getKey().endsWith("json")) {
            assertThat(schema(content.getValue().path("schema")).validate(JSON.readTree(response.body())))
                    .as(what + ": " + response.body())
                    .isEmpty();
        } else {
            assertThat(response.body()).as(what).isNotBlank();
        }
        return response;
    }

    /** A request that must get this answer. A status that is not here needs a case of its own. */
    private HttpResponse<String> ask(String method, String path, String status) throws Exception {
        if (path.equals("/webhook")) {
            return switch (status) {
                case "200", "503" -> webhook("application/json", true);
                case "400" -> webhook("application/json", false);
                case "415" -> webhook("text/plain", true);
                default -> throw new AssertionError("nobody knows how to get " + status);
            };
        }
        String good = good(path);
        String body = bodies.getOrDefault(path, "");
        String none = path.replaceAll("\\{\\w+}", path.contains("/customers/") ? "cus_none" : "none");
        if (!path.startsWith("/api")) {
            return customer(method, path, status, good, body, none);
        }
        return switch (status) {
            case "200", "201", "202", "503" -> api(method, good, body, true);
            case "400" ->
                !method.equals("POST")
                        ? api(method, good + "?nonsense=1", "", true)
                        : path.contains("{id}")
                                ? api(method, path.replace("{id}", "%00"), "", true)
                                : api(method, path, "[]", true);
            case "401" -> api(method, good, "", false);
            case "402" ->
                api(
                        method,
                        path.replace("{id}", "o_declined"),
                        "{\"payment_method\":\"pm_card_visa_chargeDeclined\"}",
                        true);
            case "404" -> api(method, none, body, true);
            case "409" -> api(method, path, body.replace("4900", "5000"), true);
            default -> throw new AssertionError("nobody knows how to get " + status);
        };
    }

    private HttpResponse<String> customer(
            String method, String path, String status, String good, String body, String none)
            throws IOException, InterruptedException {
        return switch (status) {
            case "200", "503" -> page(method, good, body, "application/json", null);
            case "400" -> page(method, good, "[]", "application/json", null);
            case "403" -> page(method, good, body, "application/json", "https://evil.example");
            case "404" ->
                page(
                        method,
                        none,
                        path.equals("/pay") ? "{\"payment_method_id\":\"pm_1\",\"order\":\"none\"}" : body,
                        "application/json",
                        null);
            case "415" -> page(method, good, "x", "text/plain", null);
            default -> throw new AssertionError("nobody knows how to get " + status);
        };
    }

    private HttpResponse<String> page(
            String method, String path, String body, String contentType, @Nullable String origin)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(payroutes.url(path)))
                .header("Content-Type", contentType)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (origin != null) {
            request.header("Origin", origin);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private String good(String path) {
        return path.replaceAll("\\{\\w+}", ids.getOrDefault(path, "none"));
    }

    private HttpResponse<String> api(String method, String path, String body, boolean withKey)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(payroutes.url(path)))
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (withKey) {
            request.header("Authorization", "Bearer " + Client.KEY);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> webhook(String contentType, boolean signed)
            throws IOException, InterruptedException, GeneralSecurityException {
        String body = "{\"id\":\"evt_new\",\"object\":\"event\",\"type\":\"x\",\"data\":{\"object\":{}}}";
        long now = Instant.now().getEpochSecond();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(payroutes.url("/webhook")))
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body));
        if (signed) {
            String signature = Webhook.Util.computeHmacSha256("whsec_test", now + "." + body);
            request.header("Stripe-Signature", "t=" + now + ",v1=" + signature);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? description.at(node.path("$ref").textValue().substring(1)) : node;
    }

    /** A schema of the description, with all the others in reach. */
    private JsonSchema schema(JsonNode schema) {
        ObjectNode whole = schema.deepCopy();
        whole.set("components", description.path("components"));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(whole);
    }

    private static JsonNode description() {
        try {
            return JSON.valueToTree(new Load(LoadSettings.builder().build())
                    .loadFromString(Files.readString(Path.of("src/main/resources/openapi.yaml"))));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
