package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroutes.demo.ApiVersion;
import io.payroutes.demo.Endpoint;
import io.payroutes.demo.EverySampleEvent;
import io.payroutes.demo.OtherEvents;
import io.payroutes.demo.StripeEvent;
import io.payroutes.inbox.InboxWriter;
import io.payroutes.webhook.EventEnvelope;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where events end that are out of the ordinary way: every type, the ones nobody knows, and the ones nobody could handle. */
@OnEachDatabase
class EveryEventTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final TestDatabase database;

    EveryEventTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void everyTypeOfMoneyGoesSomewhereAndTheOthersAreIgnored() throws Exception {
        List<StripeEvent> events = Stream.concat(
                        EverySampleEvent.in(ApiVersion.DAHLIA).stream(),
                        Stream.of(OtherEvents.unknown(Endpoint.of(ApiVersion.DAHLIA), 1_767_225_600L)))
                .toList();
        try (RunningPayroutes payroutes = RunningPayroutes.on(database).start()) {
            InboxWriter intake = payroutes.bean("intake", InboxWriter.class);
            for (StripeEvent event : events) {
                intake.accept(EventEnvelope.parse(event.body())).join();
            }
            await().atMost(PATIENCE)
                    .until(() -> database.jdbc()
                            .queryForList("SELECT event_id FROM stripe_event WHERE due_at IS NOT NULL AND attempts = 0")
                            .isEmpty());
            await().atMost(PATIENCE).until(() -> states("received").isEmpty());
        }
        assertThat(states("ignored")).isNotEmpty().noneMatch(EveryEventTest::isAboutMoney);
        assertThat(states("handled")).isNotEmpty().allMatch(type -> isAboutMoney(type) || type.startsWith("review."));
        assertThat(states("dead")).isEmpty();
    }

    @Test
    void anEventWhoseHandlingNeverCameToAnEndIsGivenUp() throws Exception {
        StripeEvent event = EverySampleEvent.in(ApiVersion.DAHLIA).get(0);
        try (RunningPayroutes payroutes = RunningPayroutes.on(database)
                .with("inbox.max-attempts", 3)
                .with("inbox.poll", 500)
                .start()) {
            database.jdbc()
                    .update(
                            "INSERT INTO stripe_event (event_id, event_type, received_at, state, due_at, attempts, payload)"
                                    + " VALUES (?, ?, ?, 'received', ?, 3, ?)",
                            event.id(),
                            event.type(),
                            Instant.EPOCH.atOffset(ZoneOffset.UTC),
                            Instant.EPOCH.atOffset(ZoneOffset.UTC),
                            event.json());
            await().atMost(PATIENCE).until(() -> !states("dead").isEmpty());
            assertThat(payroutes.camel().isStarted()).isTrue();
        }
    }

    @Test
    void aDeliveryThatWaitedTooLongForItsWorkerIsHandedBackWithoutCountingTheAttempt() throws Exception {
        for (String destination : List.of("erp", "mail", "stripe")) {
            try (RunningPayroutes payroutes = RunningPayroutes.on(database)
                    .with("erp.url", "http://localhost:1/nobody")
                    .with("mail.host", "localhost")
                    .with("mail.from", "shop@example.com")
                    .with("stripe.api-key", "sk_test_none")
                    .with("stripe.api-base", "http://localhost:1")
                    .with("delivery.poll", "1h")
                    .with("delivery.gathering", "1h")
                    .start()) {
                Instant now = Instant.now();
                Map<String, Object> claimed = new HashMap<>();
                claimed.put("delivery_id", "late-" + destination);
                claimed.put("destination", destination);
                claimed.put("kind", "test");
                claimed.put("sequence", 0);
                claimed.put("attempts", 1);
                claimed.put("created_at", now.atOffset(ZoneOffset.UTC));
                claimed.put("first_attempt_at", now.atOffset(ZoneOffset.UTC));
                claimed.put("due_at", now.atOffset(ZoneOffset.UTC));
                claimed.put("payload", "{}");
                database.jdbc()
                        .update(
                                "INSERT INTO delivery (delivery_id, destination, kind, sequence, attempts, created_at,"
                                        + " first_attempt_at, due_at, payload, state)"
                                        + " VALUES (?, ?, 'test', 0, 1, ?, ?, ?, '{}', 'pending')",
                                "late-" + destination,
                                destination,
                                now.atOffset(ZoneOffset.UTC),
                                now.atOffset(ZoneOffset.UTC),
                                now.plusSeconds(600).atOffset(ZoneOffset.UTC));
                String queue = destination.equals("stripe") ? "stripe-deliveries" : destination + "-deliveries";
                payroutes.camel().createProducerTemplate().sendBody("seda:" + queue, claimed);
                await().atMost(PATIENCE).until(() -> postponed(payroutes, destination) > 0);
            }
        }
    }

    @Test
    void theSweepRunsByItself() throws Exception {
        try (RunningPayroutes payroutes = RunningPayroutes.on(database)
                .with("reconciliation.first-sweep", "100")
                .start()) {
            await().atMost(PATIENCE)
                    .until(() -> !database.jdbc()
                            .queryForList("SELECT run_id FROM reconciliation_run WHERE outcome = 'finished'")
                            .isEmpty());
            assertThat(payroutes.camel().isStarted()).isTrue();
        }
    }

    @Test
    void aFaultOfTheApiIsAProblemDocumentWithoutAStackTrace() throws Exception {
        try (TestDatabase broken = TestDatabase.open(database.kind());
                RunningPayroutes payroutes =
                        RunningPayroutes.on(broken).with("api.keys", "key").start()) {
            broken.jdbc().execute("DROP TABLE setup_intent");
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(payroutes.url("/api/setup-intents/seti_1")))
                                    .header("Authorization", "Bearer key")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).contains("\"status\":500").doesNotContain("Exception", "\tat ", "setup_intent ");
        }
    }

    private static boolean isAboutMoney(String type) {
        return type.matches("(payment_intent|charge|refund|setup_intent|payout|radar)\\..*");
    }

    private List<String> states(String state) {
        return database.jdbc().queryForList("SELECT event_type FROM stripe_event WHERE state = ?", String.class, state);
    }

    private static double postponed(RunningPayroutes payroutes, String destination) {
        Counter counter = payroutes
                .bean("metricsRegistry", MeterRegistry.class)
                .find("payroutes.deliveries")
                .tags("destination", destination, "outcome", "postponed")
                .counter();
        return counter == null ? 0 : counter.count();
    }
}
