package io.payroutes.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import io.payroutes.inbox.Backlog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the management port tells, and what Stripe hears meanwhile. */
@OnEachDatabase
class HealthTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(NOW);
    private RunningPayroutes payroutes;

    HealthTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() {
        payroutes = RunningPayroutes.on(database)
                .bind("clock", clock)
                .with("api.keys", "key")
                .with("inbox.poll", "1h")
                .with("inbox.max-backlog", "3")
                .with("inbox.backlog.refresh", "50")
                .with("database.patience", "1s")
                .start();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> get("/observe/health/ready").statusCode() == 200);
    }

    @AfterEach
    void stop() {
        payroutes.close();
        database.clear();
    }

    @Test
    void theManagementPortHasHealthAndMetricsAndNothingElse() throws Exception {
        assertThat(get("/observe/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/observe/metrics").statusCode()).isEqualTo(200);
        assertThat(get("/observe/info").statusCode()).isEqualTo(404);
        assertThat(get("/q/dev").statusCode()).isEqualTo(404);
        assertThat(get("/api/payments").statusCode()).isEqualTo(404);
        assertThat(get("/webhook").statusCode()).isEqualTo(404);
        assertThat(send(HttpRequest.newBuilder(URI.create(payroutes.url("/observe/health"))))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void whatWaitsForAPersonIsToldButNothingIsDownBecauseOfIt() {
        event("evt_parked", "parked", null);
        event("evt_dead", "dead", null);
        database.jdbc()
                .update("INSERT INTO delivery (delivery_id, destination, kind, sequence, state, attempts, created_at,"
                        + " payload) VALUES ('d', 'erp', 'k', 1, 'dead', 1, CURRENT_TIMESTAMP, '{}')");
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            JsonNode check = check("dead-letters");
            assertThat(check.path("data").path("events.parked").asInt()).isEqualTo(1);
            assertThat(check.path("data").path("events.dead").asInt()).isEqualTo(1);
            assertThat(check.path("data").path("deliveries.dead").asInt()).isEqualTo(1);
            assertThat(check.path("status").textValue()).isEqualTo("UP");
            assertThat(check.path("message").textValue())
                    .isEqualTo("Waits for a person: deliveries.dead 1, events.dead 1, events.parked 1");
        });
        assertThat(get("/observe/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/observe/metrics").body()).contains("payroutes_events_parked 1.0", "payroutes_events_dead 1.0");
    }

    @Test
    void anEventThatIsOverdueForTooLongMeansNotReady() {
        event("evt_a", "received", NOW);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> payroutes.bean("backlog", Backlog.class).waiting() == 1);
        assertThat(get("/observe/health/ready").statusCode()).isEqualTo(200);
        clock.advance(Duration.ofMinutes(6));
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(get("/observe/health/ready").statusCode()).isEqualTo(503));
        assertThat(check("inbox").path("status").textValue()).isEqualTo("DOWN");
        assertThat(get("/observe/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/observe/metrics").body())
                .contains("payroutes_events_waiting 1.0", "payroutes_events_waiting_age_seconds 360.0");
    }

    @Test
    void anEventThatWaitsForItsNextAttemptIsNotOverdue() {
        event("evt_a", "received", NOW.plus(Duration.ofHours(2)));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> payroutes.bean("backlog", Backlog.class).waiting() == 1);
        clock.advance(Duration.ofHours(1));
        assertThat(get("/observe/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void aFullBacklogTurnsEventsAwayUntilThereIsRoomAgain() {
        for (int i = 0; i < 3; i++) {
            event("evt_" + i, "received", NOW);
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(webhook("evt_new").statusCode()).isEqualTo(503));
        assertThat(webhook("evt_new").headers().firstValue("retry-after")).isPresent();
        assertThat(get("/observe/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/observe/metrics").body())
                .containsPattern("payroutes_webhooks_refused_total\\{.*reason=\"inbox_full\".*} [1-9]");
        database.jdbc().update("DELETE FROM stripe_event WHERE event_id = 'evt_0'");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(webhook("evt_new").statusCode()).isEqualTo(200));
    }

    @Test
    void refusedWebhooksAreCountedByReason() {
        HttpResponse<String> refused = send(HttpRequest.newBuilder(URI.create(payroutes.url("/webhook")))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(get("/observe/metrics").body())
                .containsPattern("payroutes_webhooks_refused_total\\{.*reason=\"signature_missing\".*} 1.0")
                .containsPattern("payroutes_webhooks_refused_total\\{.*reason=\"body_not_json\".*} 0.0");
    }

    @Test
    void withoutItsDatabaseTheProgramLivesIsNotReadyAndAsksEverybodyToComeAgain() throws Exception {
        payroutes
                .bean("dataSource", DataSource.class)
                .unwrap(com.zaxxer.hikari.HikariDataSource.class)
                .close();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(get("/observe/health/ready").statusCode()).isEqualTo(503));
        assertThat(check("database").path("status").textValue()).isEqualTo("DOWN");
        assertThat(get("/observe/health/live").statusCode()).isEqualTo(200);

        HttpResponse<String> webhook = webhook("evt_a");
        assertThat(webhook.statusCode()).isEqualTo(503);
        assertThat(webhook.headers().firstValue("retry-after")).contains("10");

        HttpResponse<String> api = send(HttpRequest.newBuilder(URI.create(payroutes.url("/api/payments")))
                .header("Authorization", "Bearer key"));
        assertThat(api.statusCode()).isEqualTo(503);
        assertThat(api.headers().firstValue("retry-after")).contains("10");
        assertThat(api.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(api.body()).doesNotContain("Hikari", "Exception");
        assertThat(get("/observe/metrics").body())
                .containsPattern("payroutes_webhooks_refused_total\\{.*reason=\"not_stored\".*} 1.0");
    }

    private void event(String id, String state, @Nullable Instant due) {
        database.jdbc()
                .update(
                        "INSERT INTO stripe_event (event_id, event_type, received_at, state, attempts, due_at, payload)"
                                + " VALUES (?, 'x', ?, ?, 0, ?, '{}')",
                        id,
                        NOW.atOffset(ZoneOffset.UTC),
                        state,
                        due == null ? null : due.atOffset(ZoneOffset.UTC));
    }

    private JsonNode check(String id) {
        try {
            for (JsonNode check : new ObjectMapper()
                    .readTree(get("/observe/health/ready?data=true").body())
                    .path("checks")) {
                if (check.path("name").textValue().equals(id)) {
                    return check;
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        throw new AssertionError(
                "no check " + id + " in " + get("/observe/health/ready").body());
    }

    private HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://localhost:" + payroutes.managementPort() + path)));
    }

    private HttpResponse<String> webhook(String id) {
        String body = "{\"id\":\"" + id + "\",\"object\":\"event\",\"type\":\"x\",\"data\":{\"object\":{}}}";
        long now = clock.instant().getEpochSecond();
        return send(HttpRequest.newBuilder(URI.create(payroutes.url("/webhook")))
                .header("Content-Type", "application/json")
                .header("Stripe-Signature", "t=" + now + ",v1=" + hmac(now + "." + body))
                .POST(BodyPublishers.ofString(body)));
    }

    private static String hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("whsec_test".getBytes(java.nio.charset.StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
