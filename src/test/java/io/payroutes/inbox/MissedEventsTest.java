package io.payroutes.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.payroutes.FreePort;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import io.payroutes.demo.stripe.Deliveries;
import io.payroutes.demo.stripe.Fault;
import io.payroutes.demo.stripe.RecordedRequest;
import io.payroutes.demo.stripe.StandInSettings;
import io.payroutes.demo.stripe.StripeStandIn;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stand-in for Stripe keeps events that nobody was sent, and the program finds them. */
@OnEachDatabase
class MissedEventsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(Instant.parse("2026-05-01T09:00:00Z"));
    private final int port = FreePort.next();
    private StripeStandIn stripe = StripeStandIn.start(new StandInSettings()
            .clock(clock)
            .webhook(URI.create("http://localhost:" + port + "/webhook"), "whsec_test"));
    private @Nullable RunningPayroutes payroutes;

    MissedEventsTest(TestDatabase database) {
        this.database = database;
        database.clear();
    }

    private void start() {
        start("stripe.retries", "0");
    }

    private void start(String setting, String value) {
        payroutes = RunningPayroutes.on(database)
                .bind("clock", clock)
                .httpPort(port)
                .with("stripe.api-key", stripe.secretKey())
                .with("stripe.api-base", stripe.url())
                .with("stripe.retries", "0")
                .with("inbox.backlog.refresh", "50ms")
                .with("api.keys", "key")
                .with("reconciliation.run-every", "0s")
                .with("missed-events.first", "50ms")
                .with("missed-events.poll", "50ms")
                .with("missed-events.every", "1m")
                .with(setting, value)
                .start();
    }

    @AfterEach
    void stop() {
        if (payroutes != null) {
            payroutes.close();
        }
        stripe.close();
    }

    @Test
    void whatWasNeverDeliveredArrivesAndIsHandledOnce() throws Exception {
        stripe.deliveries().hold();
        start();
        List<String> payments = List.of(pay(), pay(), pay());
        assertThat(count("stripe_event")).isZero();
        clock.advance(Duration.ofMinutes(10));
        awaitPaid(3);
        await().atMost(PATIENCE).until(() -> count("event_pass WHERE state = 'running'") == 0);
        assertThat(count("delivery WHERE kind = 'fulfillment.requested'")).isEqualTo(3);

        // Stripe goes on trying.
        stripe.deliveries().release(Deliveries.Order.AS_THEY_HAPPENED);
        await().atMost(PATIENCE).until(() -> stripe.deliveries().outstanding() == 0);
        await().atMost(PATIENCE).until(() -> count("stripe_event WHERE due_at IS NOT NULL") == 0);
        assertThat(count("stripe_event")).isEqualTo(stripe.eventTypes().size());
        assertThat(count("delivery WHERE kind = 'fulfillment.requested'")).isEqualTo(3);
        assertThat(payments).doesNotHaveDuplicates();
    }

    @Test
    void aRefusalIsNoEndAndWhatIsInTheInboxIsNotAskedForAgain() throws Exception {
        stripe.deliveries().hold();
        start();
        awaitFirstPasses();
        for (int i = 0; i < 60; i++) {
            pay();
        }
        stripe.journal().clear();
        stripe.faults().next(1, "GET", "/v1/events", Fault.Kind.NONE);
        stripe.faults().next(2, "GET", "/v1/events", Fault.Kind.UNAVAILABLE);
        clock.advance(Duration.ofMinutes(10));
        await().atMost(PATIENCE).until(() -> {
            clock.advance(Duration.ofSeconds(1)); // so that what is tried again has not to wait for real
            return count("payment WHERE status = 'succeeded'") == 60;
        });
        await().atMost(PATIENCE).until(() -> {
            clock.advance(Duration.ofSeconds(1));
            return count("event_pass WHERE state = 'running'") == 0;
        });
        List<String> undelivered = asked().stream()
                .filter(query -> query.contains("delivery_success"))
                .toList();
        String first = undelivered.get(0);
        // On a slow machine the next pass has begun, too.
        List<String> ofThePass =
                undelivered.stream().filter(query -> query.startsWith(first)).toList();
        // The page that was refused was asked for twice, the others once; the sweep was refused, too.
        assertThat(ofThePass).hasSize(4);
        assertThat(ofThePass.stream().distinct()).hasSize(3);
    }

    @Test
    void aPassThatLostItsWorkerGoesOnWhereItWas() throws Exception {
        stripe.deliveries().hold();
        start();
        awaitFirstPasses();
        for (int i = 0; i < 40; i++) {
            pay();
        }
        stripe.faults().next(1, "GET", "/v1/events", Fault.Kind.NONE);
        stripe.faults().next(1, "GET", "/v1/events", Fault.Kind.SERVER_ERROR);
        clock.advance(Duration.ofMinutes(10));
        await().atMost(PATIENCE).until(() -> count("event_pass WHERE attempts = 1") == 1);
        if (payroutes != null) {
            payroutes.close();
        }
        int listed = count("event_pass WHERE cursor_id IS NOT NULL AND kind = 'undelivered' AND state = 'running'");
        assertThat(listed).isEqualTo(1);
        stripe.journal().clear();
        clock.advance(Duration.ofMinutes(10));
        start();
        awaitPaid(40);
        assertThat(asked().get(0)).contains("starting_after");
    }

    @Test
    void anEmptyInstallationFetchesNothingFromBeforeItUnlessItIsAskedTo() throws Exception {
        stripe.close();
        stripe = StripeStandIn.start(new StandInSettings().clock(clock)); // nobody to deliver to, so all is delivered
        pay();
        clock.advance(Duration.ofMinutes(5));
        start();
        awaitFirstPasses();
        assertThat(count("stripe_event WHERE event_type <> 'charge.updated'"))
                .as("what came after the start may be there")
                .isZero();

        String from = clock.instant().minus(Duration.ofHours(2)).toString();
        HttpResponse<String> answer = request("POST", "{\"from\":\"" + from + "\",\"to\":\"" + clock.instant() + "\"}");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).contains("\"kind\":\"span\"");
        awaitPaid(1);
        assertThat(request("GET", null).body()).contains("\"kind\":\"span\"").contains("\"missed\"");
    }

    @Test
    void aTimeOfWhichStripeHasNoEventsAnyMoreIsAFinding() {
        start();
        awaitFirstPasses();
        clock.advance(Duration.ofDays(45));
        await().atMost(PATIENCE).until(() -> count("reconciliation_finding WHERE code = 'event_gap'") == 1);
        assertThat(database.jdbc().queryForObject("SELECT other FROM reconciliation_finding", String.class))
                .startsWith("2026-05-01T09:00")
                .contains(" – 2026-05-16T09:04");
    }

    @Test
    void aGapIsKnownEvenIfThePassCannotGoOn() {
        start();
        awaitFirstPasses();
        stripe.faults().next(1000, "GET", "/v1/events", Fault.Kind.UNAVAILABLE);
        clock.advance(Duration.ofDays(45));
        await().atMost(PATIENCE).until(() -> count("event_pass WHERE kind = 'sweep' AND attempts > 0") == 1);
        assertThat(count("reconciliation_finding WHERE code = 'event_gap'")).isEqualTo(1);
    }

    @Test
    void whatStripeCouldNotDeliverIsListedAtOnceByAnEmptyInstallation() throws Exception {
        stripe.deliveries().hold();
        pay();
        clock.advance(Duration.ofHours(1));
        start();
        awaitPaid(1);
        assertThat(count("event_pass WHERE kind = 'sweep'")).isEqualTo(1); // the beginning
    }

    @Test
    void whatStripeRefusesForGoodIsTriedAgainAtTheNextTurnAndNotBefore() {
        start("stripe.api-key", "sk_test_of_somebody_else");
        await().atMost(PATIENCE).until(() -> count("event_pass WHERE state = 'failed'") == 1);
        assertThat(database.jdbc().queryForObject("SELECT reason FROM event_pass WHERE state = 'failed'", String.class))
                .contains("AuthenticationException");
        Objects.requireNonNull(payroutes)
                .bean("missedEvents", MissedEvents.class)
                .beginScheduled();
        assertThat(count("event_pass WHERE state = 'failed'")).isEqualTo(1);
        int asked = asked().size();
        clock.advance(Duration.ofMinutes(1));
        await().atMost(PATIENCE).until(() -> asked().size() == asked + 1);
    }

    @Test
    void aPassWaitsForAFullInboxAndLosesNothing() throws Exception {
        stripe.deliveries().hold();
        database.jdbc()
                .update(
                        "INSERT INTO stripe_event (event_id, event_type, received_at, state, attempts, due_at, payload)"
                                + " VALUES ('evt_waiting', 'x', ?, 'received', 0, ?, '{}')",
                        clock.instant().atOffset(ZoneOffset.UTC),
                        OffsetDateTime.of(2999, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC));
        start("inbox.max-backlog", "1");
        awaitFirstPasses();
        Backlog backlog = Objects.requireNonNull(payroutes).bean("backlog", Backlog.class);
        await().atMost(PATIENCE).until(backlog::isFull);
        pay();
        pay();
        clock.advance(Duration.ofMinutes(10));
        await().atMost(PATIENCE).until(() -> count("event_pass WHERE state = 'running' AND attempts > 0") == 2);
        assertThat(count("stripe_event")).isEqualTo(1);
        assertThat(count("event_pass WHERE state = 'running' AND cursor_id IS NOT NULL"))
                .isZero();

        database.jdbc().update("DELETE FROM stripe_event");
        await().atMost(PATIENCE).until(() -> {
            clock.advance(Duration.ofSeconds(1));
            return count("payment WHERE status = 'succeeded'") == 2;
        });
    }

    @Test
    void aStoppedProgramLeavesItsPassToWhoeverComesNext() throws Exception {
        stripe.deliveries().hold();
        start();
        awaitFirstPasses();
        for (int i = 0; i < 80; i++) {
            pay();
        }
        stripe.faults().next(1, "GET", "/v1/events", Fault.Kind.NONE);
        stripe.faults().next(2, "GET", "/v1/events", Fault.Kind.SLOW);
        clock.advance(Duration.ofMinutes(10));
        await().atMost(PATIENCE).until(() -> count("event_pass WHERE state = 'running' AND cursor_id IS NOT NULL") > 0);
        Objects.requireNonNull(payroutes).close();
        payroutes = null;
        assertThat(count("event_pass WHERE state = 'running' AND cursor_id IS NOT NULL"))
                .isEqualTo(1);
        // Nobody has to wait for a lease to run out.
        start();
        await().atMost(PATIENCE)
                .until(() -> count("event_pass WHERE kind = 'undelivered' AND state = 'finished'") == 2);
    }

    @Test
    void aRequestWithoutASpanIsRefused() throws Exception {
        start();
        assertThat(request("POST", "{}").statusCode()).isEqualTo(400);
        assertThat(request("POST", "{\"from\":\"2026-05-02T00:00:00Z\",\"to\":\"2026-05-01T00:00:00Z\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(request("POST", "{\"from\":\"-999999999-01-01T00:00:00Z\",\"to\":\"2026-05-01T00:00:00Z\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(request("POST", "{\"from\":\"x\",\"to\":\"2026-05-01T00:00:00Z\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    private void awaitFirstPasses() {
        await().atMost(PATIENCE)
                .until(() -> count("event_pass WHERE kind = 'undelivered' AND state = 'finished'") == 1);
        clock.advance(Duration.ofMinutes(4));
        await().atMost(PATIENCE).until(() -> count("event_pass WHERE kind = 'sweep' AND state = 'finished'") == 2);
        await().atMost(PATIENCE).until(() -> count("event_pass WHERE state = 'running'") == 0);
    }

    private List<String> asked() {
        return stripe.journal().of("GET", "/v1/events").stream()
                .map(RecordedRequest::params)
                .toList();
    }

    private void awaitPaid(int payments) {
        await().atMost(PATIENCE).until(() -> count("payment WHERE status = 'succeeded'") == payments);
    }

    private String pay() throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(stripe.url() + "/v1/payment_intents"))
                        .header("Authorization", "Bearer " + stripe.secretKey())
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "amount=4900&currency=jpy&payment_method=pm_card_visa&confirm=true"
                                        + "&return_url=https://example.com&metadata[order_id]=1001"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private HttpResponse<String> request(String method, @Nullable String body) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/catch-ups"))
                        .header("Authorization", "Bearer key")
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private int count(String from) {
        Integer count = database.jdbc().queryForObject("SELECT COUNT(*) FROM " + from, Integer.class);
        return count == null ? 0 : count;
    }
}
