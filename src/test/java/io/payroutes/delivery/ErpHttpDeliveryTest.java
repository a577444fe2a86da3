package io.payroutes.delivery;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static io.payroutes.delivery.Outbound.toErp;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.http.HttpHeader;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import io.payroutes.store.Row;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEachDatabase
class ErpHttpDeliveryTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final byte[] KEY = "a key of the ERP, shared with it".getBytes(StandardCharsets.UTF_8);
    private static final String PATH = "/fulfillment?tenant=a%20b";

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(START);
    private final WireMockServer erp = new WireMockServer(
            WireMockConfiguration.options().dynamicPort().dynamicHttpsPort().bindAddress("127.0.0.1"));

    private Optional<RunningPayroutes> payroutes = Optional.empty();

    ErpHttpDeliveryTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void startErp() {
        database.clear();
        erp.start();
    }

    @AfterEach
    void stop() {
        payroutes.ifPresent(RunningPayroutes::close);
        erp.stop();
    }

    @Test
    void aMessageArrivesOnceSignedAndWithNoHeaderButItsOwn() throws Exception {
        start("erp.signing-secret", "whsec_" + Base64.getEncoder().encodeToString(KEY) + " plain-text-secret");
        answer(aResponse().withStatus(202).withHeader("Set-Cookie", "session=1"));
        String payload = "{\"name\":\"Jenny Rosén 日本 🎉\"}";
        deliveries().enqueue(Outbound.to(Destination.ERP, "d-1", "pi_1", 1, START, payload));

        Row row = await("d-1", DeliveryState.DELIVERED);

        assertThat(row.mustNumber("attempts")).isEqualTo(1);
        List<LoggedRequest> requests = erp.findAll(postRequestedFor(urlEqualTo(PATH)));
        assertThat(requests).hasSize(1);
        LoggedRequest request = requests.get(0);
        assertThat(request.getBodyAsString()).isEqualTo(payload);
        assertThat(request.getHeader("Content-Type")).isEqualTo("application/cloudevents+json; charset=utf-8");
        assertThat(request.getHeader("Idempotency-Key")).isEqualTo("d-1");
        assertThat(request.getHeader("webhook-id")).isEqualTo("d-1");
        assertThat(request.getHeader("webhook-timestamp")).isEqualTo(Long.toString(START.getEpochSecond()));
        String signed = "d-1." + START.getEpochSecond() + "." + payload;
        assertThat(request.getHeader("webhook-signature"))
                .isEqualTo("v1," + hmac(KEY, signed) + " v1,"
                        + hmac("plain-text-secret".getBytes(StandardCharsets.UTF_8), signed));
        Set<String> names = request.getHeaders().all().stream()
                .map(HttpHeader::key)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(names)
                .isSubsetOf(
                        "accept-encoding",
                        "connection",
                        "content-length",
                        "content-type",
                        "host",
                        "idempotency-key",
                        "upgrade",
                        "user-agent",
                        "webhook-id",
                        "webhook-signature",
                        "webhook-timestamp");

        deliveries().enqueue(toErp("d-2", "pi_2", 1, START));
        await("d-2", DeliveryState.DELIVERED);
        assertThat(erp.findAll(anyRequestedFor(anyUrl())).get(1).containsHeader("Cookie"))
                .isFalse();
    }

    @Test
    void withoutASecretNothingIsSigned() {
        start();
        answer(status(200));
        deliveries().enqueue(toErp("d-1", "pi_1", 1, START));
        await("d-1", DeliveryState.DELIVERED);
        assertThat(erp.findAll(anyRequestedFor(anyUrl())).get(0).containsHeader("webhook-signature"))
                .isFalse();
    }

    @Test
    void aDuplicateCountsAsDelivered() {
        start();
        answer(status(409));
        deliveries().enqueue(toErp("d-1", "pi_1", 1, START));
        await("d-1", DeliveryState.DELIVERED);
        assertThat(attempts("d-1").get(0).number("status_code")).isEqualTo(409);
    }

    @Test
    void goneIsARefusalAndDeadAtOnceWithTheBeginningOfTheAnswer() {
        start("erp.answer-excerpt", 40);
        answer(aResponse().withStatus(410).withBody("the order\r\nis gone " + "x".repeat(100_000)));
        deliveries().enqueue(toErp("d-1", "pi_1", 1, START));
        Row row = await("d-1", DeliveryState.DEAD);
        assertThat(row.text("reason"))
                .startsWith("refused: HTTP 410: the order is gone xxx")
                .hasSizeLessThan(100);
        assertThat(attempts("d-1").get(0).text("outcome")).isEqualTo("refused");
    }

    @Test
    void tooManyRequestsIsTriedAgainWhenTheErpWantsIt() {
        start();
        answer(aResponse().withStatus(429).withHeader("Retry-After", "120"));
        deliveries().enqueue(toErp("d-1", "pi_1", 1, START));
        awaitAttempts("d-1", 1);
        assertThat(row("d-1").mustTime("due_at")).isEqualTo(START.plusSeconds(120));
        answer(aResponse().withStatus(503).withHeader("Retry-After", "Sun, 01 Mar 2026 13:00:00 GMT"));
        clock.advance(Duration.ofMinutes(2));
        awaitAttempts("d-1", 2);
        assertThat(row("d-1").mustTime("due_at")).isEqualTo(Instant.parse("2026-03-01T13:00:00Z"));
    }

    @Test
    void aFailureIsFollowedByASuccess() {
        start();
        erp.stubFor(post(anyUrl())
                .inScenario("recovery")
                .whenScenarioStateIs(Scenario.STARTED)
                .willReturn(status(500))
                .willSetStateTo("well"));
        erp.stubFor(post(anyUrl())
                .inScenario("recovery")
                .whenScenarioStateIs("well")
                .willReturn(status(204)));
        deliveries().enqueue(toErp("d-1", "pi_1", 1, START));
        awaitAttempts("d-1", 1);
        assertThat(row("d-1").mustTime("due_at")).isAfter(START);
        clock.advance(Duration.ofMinutes(1));
        assertThat(await("d-1", DeliveryState.DELIVERED).mustNumber("attempts")).isEqualTo(2);
        assertThat(attempts("d-1")).extracting(row -> row.text("outcome")).containsExactly("failed", "delivered");
    }

    @Test
    void aRedirectIsAFailureAndNobodyFollowsIt() {
        start();
        answer(aResponse().withStatus(307).withHeader("Location", erp.url("/elsewhere")));
        deliveries().enqueue(toErp("d-1", "pi_1", 1, START));
        awaitAttempts("d-1", 1);
        assertThat(row("d-1").text("state")).isEqualTo("pending");
        assertThat(erp.findAll(anyRequestedFor(urlEqualTo("/elsewhere")))).isEmpty();
    }

    @Test
    void anErpThatHangsOrBreaksOffCostsOneAttemptEach() {
        start("erp.response-timeout", "300ms");
        answer(aResponse().withStatus(200).withFixedDelay(20_000));
        deliveries().enqueue(toErp("hangs", "pi_1", 1, START));
        awaitAttempts("hangs", 1);
        answer(aResponse().withFault(Fault.EMPTY_RESPONSE));
        deliveries().enqueue(toErp("breaks", "pi_2", 1, START));
        awaitAttempts("breaks", 1);
        assertThat(erp.findAll(anyRequestedFor(anyUrl()))).hasSize(2);
        assertThat(row("hangs").text("state")).isEqualTo("pending");
        assertThat(row("breaks").text("state")).isEqualTo("pending");
    }

    @Test
    void whatACrashedNodeWasSendingIsTakenOverAfterTwiceTheErpsTimeOuts() {
        start("erp.connect-timeout", "5s", "erp.response-timeout", "10s");
        answer(aResponse().withStatus(200).withFixedDelay(3000));
        deliveries().enqueue(toErp("d-1", "pi_1", 1, START));
        Awaitility.await().until(() -> !erp.findAll(anyRequestedFor(anyUrl())).isEmpty());
        assertThat(row("d-1").time("due_at")).isEqualTo(START.plusSeconds(2 * (5 + 2 * 10)));
    }

    @Test
    void anAnswerThatNeverEndsIsNotWaitedFor() {
        start("erp.response-timeout", "3s");
        answer(aResponse().withStatus(200).withBody("x".repeat(1000)).withChunkedDribbleDelay(100, 100_000));
        deliveries().enqueue(toErp("d-1", "pi_1", 1, START));
        await("d-1", DeliveryState.DELIVERED);
    }

    /** Each part of it comes in time. It would keep the thread, and longer than the delivery is claimed for. */
    @Test
    void anAnswerThatNeverBeginsIsNotWaitedForHoweverMuchOfItComes() throws Exception {
        try (ServerSocket chatty = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> server = CompletableFuture.runAsync(() -> {
                try (Socket client = chatty.accept()) {
                    byte[] wait = "HTTP/1.1 102 Processing\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
                    while (!chatty.isClosed()) {
                        client.getOutputStream().write(wait);
                    }
                } catch (IOException e) {
                    // the client has had enough
                }
            });
            start(
                    "erp.url", "http://127.0.0.1:" + chatty.getLocalPort() + "/",
                    "erp.connect-timeout", "500ms",
                    "erp.response-timeout", "1s");
            deliveries().enqueue(toErp("d-1", "pi_1", 1, START));
            awaitAttempts("d-1", 1);
            assertThat(row("d-1").text("state")).isEqualTo("pending");
            assertThat(attempts("d-1").get(0).text("detail")).contains("no answer within 1500 ms");
            server.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void anErpWhoseCertificateNobodyVouchesForGetsNothing() {
        start("erp.url", "https://127.0.0.1:" + erp.httpsPort() + "/");
        answer(status(200));
        deliveries().enqueue(toErp("d-1", "pi_1", 1, START));
        awaitAttempts("d-1", 1);
        assertThat(row("d-1").text("state")).isEqualTo("pending");
        assertThat(attempts("d-1").get(0).text("detail")).contains("certification path");
        assertThat(erp.findAll(anyRequestedFor(anyUrl()))).isEmpty();
    }

    @Test
    void aConnectionRefusedIsAFailure() {
        int port = erp.port();
        erp.stop();
        start("erp.url", "http://127.0.0.1:" + port + "/");
        deliveries().enqueue(toErp("d-1", "pi_1", 1, START));
        awaitAttempts("d-1", 1);
        assertThat(row("d-1").text("state")).isEqualTo("pending");
        assertThat(attempts("d-1").get(0).text("detail")).contains("refused");
    }

    @Test
    void whileTheErpIsDownItIsLeftAloneAndAttemptsAreNotCountedUntilItIsBack() {
        start(
                "erp.breaker.window", 2,
                "erp.breaker.minimum", 2,
                "erp.breaker.open", 1,
                "erp.breaker.trials", 1,
                "erp.workers", 1);
        answer(status(503));
        for (int i = 0; i < 6; i++) {
            deliveries().enqueue(toErp("d-" + i, "pi_" + i, 1, START));
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> counter("failed") == 2 && counter("postponed") == 4);
        assertThat(erp.findAll(anyRequestedFor(anyUrl()))).hasSize(2);
        assertThat(database.jdbc().queryForObject("SELECT sum(attempts) FROM delivery", Integer.class))
                .isEqualTo(2);
        assertThat(database.jdbc().queryForObject("SELECT count(*) FROM delivery_attempt", Integer.class))
                .isEqualTo(2);

        answer(status(200));
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            clock.advance(Duration.ofSeconds(5));
            return counter("delivered") == 6;
        });
        assertThat(erp.findAll(anyRequestedFor(anyUrl()))).hasSize(8);
    }

    @Test
    void withoutAUrlMessagesWaitAndGoOutOnceThereIsOne() {
        start("erp.url", "");
        assertThat(running().camel().getRoute("erp-outbox")).isNull();
        deliveries().enqueue(toErp("d-1", "pi_1", 1, START));
        assertThat(row("d-1").mustNumber("attempts")).isZero();
        running().close();
        answer(status(200));
        start();
        await("d-1", DeliveryState.DELIVERED);
    }

    private void start(Object... settings) {
        RunningPayroutes.Builder builder = RunningPayroutes.on(database)
                .bind("clock", clock)
                .with("erp.url", erp.isRunning() ? "http://localhost:" + erp.port() + PATH : "http://replaced.invalid");
        for (int i = 0; i < settings.length; i += 2) {
            builder.with((String) settings[i], settings[i + 1]);
        }
        payroutes = Optional.of(builder.start());
    }

    private RunningPayroutes running() {
        return payroutes.orElseThrow();
    }

    private Deliveries deliveries() {
        return running().bean("deliveries", Deliveries.class);
    }

    private void answer(ResponseDefinitionBuilder response) {
        erp.resetMappings();
        erp.stubFor(any(anyUrl()).willReturn(response));
    }

    private double counter(String outcome) {
        var counter = running()
                .bean("metricsRegistry", io.micrometer.core.instrument.MeterRegistry.class)
                .find("payroutes.deliveries")
                .tags("destination", "erp", "outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    private Row await(String id, DeliveryState state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> row(id).mustText("state").equals(state.wireName()));
        return row(id);
    }

    private void awaitAttempts(String id, int attempts) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> attempts(id).size() == attempts);
    }

    private Row row(String id) {
        return Row.of(database.jdbc().queryForMap("SELECT * FROM delivery WHERE delivery_id = ?", id));
    }

    private List<Row> attempts(String id) {
        return database
                .jdbc()
                .queryForList("SELECT * FROM delivery_attempt WHERE delivery_id = ? ORDER BY attempted_at", id)
                .stream()
                .map(Row::of)
                .toList();
    }

    private static String hmac(byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
