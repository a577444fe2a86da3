package io.payroutes;

import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.payroutes.demo.Expectation;
import io.payroutes.demo.SignedEvent;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripeHistories;
import io.payroutes.demo.StripePayment;
import io.payroutes.store.Database;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** Laws 1, 3 and 5 when the process is killed under load, again and again. */
class KillTest {
    private static final String SECRET = "whsec_kill";
    private static final int KILLS = 3;

    @Test
    void losesNothingAndDoublesNothingWhenItIsKilledAtRandom() throws Exception {
        StripeHistories histories = StripeHistories.generate(99, 60);
        List<StripeEvent> events = histories.permuted(7);
        SplittableRandom random = new SplittableRandom(13);
        Set<String> acknowledged = new HashSet<>();

        WireMockServer erp = new WireMockServer(WireMockConfiguration.options().dynamicPort());
        erp.start();
        erp.stubFor(post("/erp").willReturn(ok()));
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.POSTGRESQL)) {
            Map<String, String> settings = new HashMap<>(database.settings());
            settings.put("stripe.webhook-secret", SECRET);
            settings.put("erp.url", erp.baseUrl() + "/erp");
            settings.put("inbox.lease", "2s");
            settings.put("erp.connect-timeout", "100ms");
            settings.put("erp.response-timeout", "1s");
            settings.put("mail.timeout", "100ms");
            settings.put("mail.send-timeout", "200ms");
            settings.put("stripe.connect-timeout", "100ms");
            settings.put("stripe.response-timeout", "100ms");
            settings.put("delivery.lease", "5s");
            settings.put("delivery.retry.initial", "200ms");

            Deque<StripeEvent> toSend = new ArrayDeque<>(events);
            for (int kill = 0; kill < KILLS; kill++) {
                try (KilledProgram program = KilledProgram.start(settings)) {
                    int before = (events.size() / (KILLS + 1)) + random.nextInt(20);
                    for (int i = 0; i < before && !toSend.isEmpty(); i++) {
                        send(program, toSend.removeFirst(), acknowledged);
                    }
                }
            }
            try (KilledProgram program = KilledProgram.start(settings)) {
                while (!toSend.isEmpty()) {
                    send(program, toSend.removeFirst(), acknowledged);
                }
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> database.jdbc()
                                .queryForList("SELECT event_id FROM stripe_event WHERE due_at IS NOT NULL")
                                .isEmpty());
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> database.jdbc()
                                .queryForList("SELECT delivery_id FROM delivery"
                                        + " WHERE destination = 'erp' AND due_at IS NOT NULL")
                                .isEmpty());
            }

            Map<String, String> states = new TreeMap<>();
            database.jdbc()
                    .queryForList("SELECT event_id, state FROM stripe_event")
                    .forEach(row -> states.put(String.valueOf(row.get("event_id")), String.valueOf(row.get("state"))));
            assertThat(states.keySet()).containsAll(acknowledged);
            assertThat(states.values()).isSubsetOf("handled", "ignored");
            assertThat(acknowledged).hasSizeGreaterThan(events.size() / 2);

            Set<String> fulfilled = erp.findAll(postRequestedFor(urlEqualTo("/erp"))).stream()
                    .filter(request -> request.getBodyAsString().contains("fulfillment.requested"))
                    .map(request -> request.getHeader("Idempotency-Key"))
                    .collect(Collectors.toSet());
            assertThat(fulfilled)
                    .containsExactlyInAnyOrderElementsOf(histories.expectations().stream()
                            .filter(Expectation::paid)
                            .map(expectation -> "ful_" + expectation.payment())
                            .toList());
            for (Expectation expected : histories.expectations()) {
                assertThat(database.jdbc()
                                .queryForObject(
                                        "SELECT status FROM payment WHERE payment_id = ?",
                                        String.class,
                                        expected.payment()))
                        .isEqualTo(expected.status());
            }
        } finally {
            erp.stop();
        }
    }

    /** With the leases that the settings have, which are longer than this test. */
    @Test
    void whatAKilledProgramHadUnderWayIsTakenUpByTheNextOne() throws Exception {
        WireMockServer erp = new WireMockServer(WireMockConfiguration.options().dynamicPort());
        erp.start();
        erp.stubFor(post("/erp").willReturn(ok().withFixedDelay(20_000)));
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.POSTGRESQL)) {
            Map<String, String> settings = new HashMap<>(database.settings());
            settings.put("stripe.webhook-secret", SECRET);
            settings.put("erp.url", erp.baseUrl() + "/erp");
            long now = Instant.now().getEpochSecond();
            try (KilledProgram program = KilledProgram.start(settings)) {
                for (String order : List.of("one", "two")) {
                    StripeEvent paid = StripePayment.of("pi_" + order, 4900, "jpy")
                            .order(order)
                            .succeeded(now);
                    send(program, paid, new HashSet<>());
                }
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> erp.findAll(postRequestedFor(urlEqualTo("/erp")))
                                        .size()
                                == 2);
            }
            erp.resetAll();
            erp.stubFor(post("/erp").willReturn(ok()));
            try (KilledProgram program = KilledProgram.start(settings)) {
                send(program, paid("three", now), new HashSet<>());
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> database.jdbc()
                                .queryForList(
                                        "SELECT delivery_id FROM delivery"
                                                + " WHERE destination = 'erp' AND state = 'delivered'",
                                        String.class)
                                .containsAll(List.of("ful_pi_one", "ful_pi_two", "ful_pi_three")));
            }
        } finally {
            erp.stop();
        }
    }

    /** On the database that comes with the program, in a folder whose routes and settings are elsewhere. */
    @Test
    void whatWasAcknowledgedIsInTheFileOfADatabaseThatWasKilled(@TempDir Path folder) throws Exception {
        Files.createSymbolicLink(folder.resolve("routes"), Path.of("routes").toAbsolutePath());
        Files.createSymbolicLink(folder.resolve("config"), Path.of("config").toAbsolutePath());
        Set<String> acknowledged = new HashSet<>();
        try (KilledProgram program = KilledProgram.start(folder, Map.of("stripe.webhook-secret", SECRET))) {
            for (StripeEvent event : StripeHistories.generate(5, 10).events()) {
                send(program, event, acknowledged);
            }
        }
        String url = "jdbc:h2:file:" + folder.resolve("data/payroutes");
        try (Database database = Database.open(
                new Database.Settings(url, "payroutes", "", 2, Duration.ofSeconds(5), Duration.ofMinutes(2)))) {
            assertThat(new JdbcTemplate(database.dataSource())
                            .queryForList("SELECT event_id FROM stripe_event", String.class))
                    .hasSizeGreaterThan(30)
                    .containsAll(acknowledged);
        }
    }

    private static StripeEvent paid(String order, long at) {
        return StripePayment.of("pi_" + order, 4900, "jpy").order(order).succeeded(at);
    }

    /** Stripe sends again what was not answered with 200; here, until it is. */
    private static void send(KilledProgram program, StripeEvent event, Set<String> acknowledged)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        SignedEvent.request(program.webhook(), event, SECRET, Instant.now())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        acknowledged.add(event.id());
    }
}
