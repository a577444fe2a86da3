package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.payroutes.demo.ApiVersion;
import io.payroutes.demo.OtherEvents;
import io.payroutes.demo.SignedEvent;
import io.payroutes.demo.StripeEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.DefaultComponent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stripe's events are taken before the other routes are there, and the program is not ready until they are. */
@Timeout(120)
class IntakeFirstTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String WEBHOOK = "- route:\n    id: w\n    from:\n      uri: stripe-webhook\n";
    private static final String ROUTE = "- route:\n    id: r\n    from:\n      uri: direct:r\n";

    private final TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
    private final int port = FreePort.next();
    private final int managementPort = FreePort.next();
    private final Gate gate = new Gate();

    @TempDir
    private Path more;

    @BeforeEach
    void aRouteThatIsNotBuiltBeforeTheGateOpens() throws IOException {
        Files.writeString(more.resolve("gated.camel.yaml"), """
                - route:
                    id: gated
                    from:
                      uri: direct:gated
                      steps:
                        - to:
                            uri: gate:keeper
                """);
    }

    @AfterEach
    void close() {
        gate.opened.countDown();
        database.close();
    }

    @Test
    void takesEventsWhileTheOtherRoutesAreBuiltAndIsReadyWhenTheyRun() throws Exception {
        CompletableFuture<RunningPayroutes> starting = starting();
        assertThat(gate.reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        assertThat(send(event("evt_early")).statusCode()).isEqualTo(200);
        assertThat(gate.running).containsExactly("stripe-webhook");
        assertThat(send(request("/api/payments")).statusCode()).isEqualTo(401);
        HttpResponse<String> notYet = send(request("/api/payments").header("Authorization", "Bearer key"));
        assertThat(notYet.statusCode()).isEqualTo(503);
        assertThat(notYet.headers().firstValue("Retry-After")).contains("1");
        assertThat(notYet.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(send(request("/checkout/ord_1")).statusCode()).isEqualTo(503);
        assertThat(send(ready()).statusCode()).isEqualTo(503);
        assertThat(send(ready()).body()).contains("Not all routes run yet.");
        assertThat(stateOf("evt_early")).isEqualTo("received");

        gate.opened.countDown();
        try (RunningPayroutes payroutes = starting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            assertThat(payroutes.camel().getRoutes())
                    .hasSizeGreaterThan(10)
                    .allMatch(route -> payroutes
                            .camel()
                            .getRouteController()
                            .getRouteStatus(route.getRouteId())
                            .isStarted());
            assertThat(send(request("/api/payments").header("Authorization", "Bearer key"))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(send(request("/no/such/path")).statusCode()).isEqualTo(404);
            // Once each consumer has looked at its table.
            await().atMost(PATIENCE).until(() -> send(ready()).statusCode() == 200);
            await().atMost(PATIENCE).until(() -> stateOf("evt_early").equals("ignored"));
        }
    }

    @Test
    void startingTheOtherRoutesLeavesNobodyWhoIsAskedAboutEachExchange() throws Exception {
        gate.opened.countDown();
        try (RunningPayroutes payroutes = starting().get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            assertThat(payroutes.camel().getManagementStrategy().getStartedEventNotifiers())
                    .allMatch(EventNotifier::isIgnoreExchangeEvents)
                    .extracting(Object::getClass)
                    // The metrics', and one for each of the two HTTP servers.
                    .hasSizeLessThanOrEqualTo(3);
            assertThat(payroutes.camel().getCamelContextExtension().isEventNotificationApplicable())
                    .isFalse();
        }
    }

    @Test
    void doesNotStartWhenAnotherRouteCannotBeBuiltAndKeepsTheEventsThatWereTaken() throws Exception {
        gate.shut = true;
        CompletableFuture<RunningPayroutes> starting = starting();
        assertThat(gate.reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(send(event("evt_early")).statusCode()).isEqualTo(200);

        gate.opened.countDown();
        assertThatThrownBy(() -> starting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasRootCauseMessage("the gate is shut");
        assertThat(stateOf("evt_early")).isEqualTo("received");
        assertThatThrownBy(() -> send(event("evt_late"))).isInstanceOf(IOException.class);
    }

    @Test
    void whatEventsMayNeedAsWellIsThereFromTheBeginning() throws IOException {
        Map<String, String> files = Map.of(
                "a-renamed.camel.yaml",
                WEBHOOK,
                "b-route.camel.yaml",
                ROUTE,
                "c-two.camel.yaml",
                ROUTE + ROUTE.replace("id: r", "id: s"),
                "d-errors.camel.yaml",
                "- routeConfiguration:\n    id: c\n",
                "e-beans.camel.yaml",
                "- beans:\n    - name: b\n" + ROUTE,
                "f-short.camel.yaml",
                "- from:\n    uri: direct:f\n",
                "g-comment.camel.yaml",
                "# says what it is for\n- route: # and here\n    id: g\n",
                "h-quoted.camel.yaml",
                WEBHOOK.replace("stripe-webhook", "\"stripe-webhook:events\""));
        Path folder = Files.createDirectory(more.resolve("some"));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
        assertThat(first(folder))
                .containsExactlyInAnyOrder(
                        "a-renamed.camel.yaml",
                        "d-errors.camel.yaml",
                        "e-beans.camel.yaml",
                        "f-short.camel.yaml",
                        "h-quoted.camel.yaml");
    }

    @Test
    void allRoutesAreThereFromTheBeginningWhenNoneTakesEvents() throws IOException {
        Path folder = Files.createDirectory(more.resolve("some"));
        Files.writeString(folder.resolve("b-route.camel.yaml"), ROUTE);
        assertThat(first(folder)).containsExactly("b-route.camel.yaml");
    }

    private static List<String> first(Path folder) throws IOException {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            return new IntakeFirst()
                    .findRouteResourcesFromDirectory(camel, null, "file:" + folder + "/*.camel.yaml").stream()
                            .map(Resource::getURI)
                            .map(uri -> Path.of(uri).getFileName().toString())
                            .toList();
        }
    }

    private CompletableFuture<RunningPayroutes> starting() {
        return CompletableFuture.supplyAsync(() -> RunningPayroutes.on(database)
                .httpPort(port)
                .bind("gate", gate)
                .with("management.port", managementPort)
                .with("api.keys", "key")
                .with(
                        "camel.main.routesIncludePattern",
                        "file:routes/*.camel.yaml,file:routes/api/*.camel.yaml,file:routes/checkout/*.camel.yaml,file:"
                                + more + "/*.camel.yaml")
                .start());
    }

    private String stateOf(String event) {
        return database.jdbc().queryForObject("SELECT state FROM stripe_event WHERE event_id = ?", String.class, event);
    }

    private HttpRequest.Builder event(String id) {
        StripeEvent event = OtherEvents.unknown(
                        io.payroutes.demo.Endpoint.of(ApiVersion.BASIL),
                        Instant.now().getEpochSecond())
                .withId(id);
        return SignedEvent.request(
                URI.create("http://localhost:" + port + "/webhook"), event, "whsec_test", Instant.now());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }

    private HttpRequest.Builder ready() {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + managementPort + "/observe/health/ready"));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
    }

    /** Keeps a route from being built. */
    private static final class Gate extends DefaultComponent {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);
        private volatile List<String> running = List.of();
        private volatile boolean shut;

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
                throws InterruptedException {
            running = getCamelContext().getRoutes().stream()
                    .map(Route::getRouteId)
                    .filter(id -> getCamelContext()
                            .getRouteController()
                            .getRouteStatus(id)
                            .isStarted())
                    .toList();
            reached.countDown();
            opened.await();
            if (shut) {
                throw new IllegalStateException("the gate is shut");
            }
            return getCamelContext().getEndpoint("mock:" + remaining);
        }
    }
}
