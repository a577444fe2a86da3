package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.payroutes.demo.Expectation;
import io.payroutes.demo.SignedEvent;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripeHistories;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Laws 1, 2, 3 and 5 while everything fails: two nodes on one PostgreSQL take events under load, and at random nodes are
 * killed or stand still for longer than their leases, the database is stopped as in a power cut or takes no writes, its
 * connections are terminated, its tables locked, the ERP fails in every way, and the mail server is away.
 *
 * <p>{@code -Dstorm.faults=500 -Dstorm.seed=7} makes a night of it; see CONTRIBUTING.md.
 */
class FaultStormTest {
    private static final String SECRET = "whsec_storm";
    private static final String API_KEY = "storm-key";
    private static final int FAULTS = Integer.getInteger("storm.faults", 8);
    private static final long SEED = Long.getLong("storm.seed", 5);
    private static final int EVENTS_A_SECOND = Integer.getInteger("storm.rate", 40);
    private static final int PAYMENTS_AT_ONCE = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Random random = new Random(SEED);
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final List<KilledProgram> nodes = Collections.synchronizedList(new ArrayList<>());
    private final List<StripeHistories> sent = Collections.synchronizedList(new ArrayList<>());
    private final BlockingQueue<StripeEvent> toSend = new LinkedBlockingQueue<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> faults = new TreeMap<>();
    private Duration longestRecovery = Duration.ZERO;

    /** Something that goes wrong and, when it is closed, is well again. */
    private interface Fault {
        AutoCloseable begin() throws Exception;
    }

    @Test
    void losesNothingAndDoublesNothingWhileEverythingFails() throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(8);
        ScheduledExecutorService feeder = Executors.newSingleThreadScheduledExecutor();
        GreenMail mail = new GreenMail(new ServerSetup(0, "localhost", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        // The mail server complains of each connection that is cut, in threads of its own.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        try (OwnPostgres postgres = new OwnPostgres();
                FaultyErp erp = new FaultyErp();
                Relay wayToMail = new Relay(mail.getSmtp().getPort());
                Relay wayToDatabase = new Relay(postgres.port())) {
            Map<String, String> settings = settings(postgres, erp, wayToMail, wayToDatabase);
            try {
                nodes.add(KilledProgram.start(settings));
                nodes.add(KilledProgram.start(settings));
                for (int i = 0; i < 8; i++) {
                    senders.execute(this::send);
                }
                BlockingQueue<StripeEvent> orders = new LinkedBlockingQueue<>();
                ScheduledFuture<?> feeding = feeder.scheduleAtFixedRate(
                        () -> feed(orders), 0, 1_000_000 / EVENTS_A_SECOND, TimeUnit.MICROSECONDS);
                Map<String, Fault> kinds = kinds(settings, postgres, erp, wayToMail, wayToDatabase);
                List<String> names = new ArrayList<>();
                for (int i = 0; i < FAULTS; i++) {
                    if (names.isEmpty()) { // every kind once before any of them again
                        names.addAll(kinds.keySet());
                        Collections.shuffle(names, random);
                    }
                    String name = names.remove(0);
                    faults.merge(name, 1, Integer::sum);
                    undergo(kinds.get(name));
                }
                assertThat(feeding.isDone()).as("feeding ended by itself").isFalse();
                feeder.shutdown();
                assertThat(feeder.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
                toSend.addAll(orders);
                orders.clear();
                settle(postgres);
                check(postgres, erp, mail);
            } finally {
                senders.shutdownNow();
                feeder.shutdownNow();
                nodes.forEach(KilledProgram::close);
            }
        } finally {
            Awaitility.reset();
            mail.stop();
        }
    }

    private Map<String, String> settings(OwnPostgres postgres, FaultyErp erp, Relay wayToMail, Relay wayToDatabase) {
        Map<String, String> settings = new HashMap<>(postgres.settings());
        settings.computeIfPresent(
                "database.url",
                (name, url) -> url.replace(":" + postgres.port() + "/", ":" + wayToDatabase.port() + "/"));
        settings.put("database.answer-timeout", "3s");
        settings.put("inbox.intake.answer-timeout", "2s");
        settings.put("stripe.webhook-secret", SECRET);
        settings.put("api.keys", API_KEY);
        settings.put("erp.url", erp.url());
        settings.put("erp.connect-timeout", "200ms");
        settings.put("erp.response-timeout", "1s");
        settings.put("erp.breaker.open", "1");
        settings.put("mail.host", "localhost");
        settings.put("mail.port", Integer.toString(wayToMail.port()));
        settings.put("mail.tls", "none");
        settings.put("mail.from", "shop@example.com");
        settings.put("mail.timeout", "1s");
        settings.put("mail.send-timeout", "2s");
        settings.put("mail.breaker.open", "1");
        settings.put("mail.payment-failed.delay", "0s");
        settings.put("database.pool", "6");
        settings.put("database.patience", "1s");
        settings.put("inbox.lease", "3s");
        settings.put("inbox.retry.initial", "200ms");
        settings.put("inbox.retry.maximum", "2s");
        settings.put("stripe.connect-timeout", "100ms");
        settings.put("stripe.response-timeout", "100ms");
        settings.put("delivery.lease", "8s");
        settings.put("delivery.retry.initial", "200ms");
        settings.put("delivery.retry.maximum", "2s");
        settings.put("log_level", "warn");
        return settings;
    }

    private Map<String, Fault> kinds(
            Map<String, String> settings, OwnPostgres postgres, FaultyErp erp, Relay wayToMail, Relay wayToDatabase) {
        Map<String, Fault> kinds = new TreeMap<>();
        kinds.put("one node killed", () -> {
            killAndStart(random.nextInt(2), settings);
            return () -> {};
        });
        kinds.put("both nodes killed", () -> {
            nodes.forEach(KilledProgram::close);
            killAndStart(0, settings);
            killAndStart(1, settings);
            return () -> {};
        });
        kinds.put("a node stood still", () -> {
            KilledProgram node = nodes.get(random.nextInt(2));
            node.pause();
            return node::goOn;
        });
        kinds.put("database stopped", () -> {
            postgres.stopAtOnce();
            return postgres::startAgain;
        });
        kinds.put("database takes no writes", postgres::takeNoWrites);
        kinds.put("connections terminated", () -> {
            postgres.terminateBackends();
            return postgres::terminateBackends;
        });
        kinds.put("connections gone silent", () -> {
            wayToDatabase.silence();
            return () -> {};
        });
        for (String table : List.of("stripe_event", "payment", "delivery")) {
            kinds.put(table + " locked", () -> postgres.lock(table));
        }
        for (FaultyErp.Mood mood : FaultyErp.Mood.values()) {
            if (mood != FaultyErp.Mood.WELL) {
                kinds.put("the ERP " + mood, () -> {
                    erp.turn(mood);
                    return () -> erp.turn(FaultyErp.Mood.WELL);
                });
            }
        }
        kinds.put("mail server away", () -> {
            wayToMail.cut();
            return wayToMail::mend;
        });
        return kinds;
    }

    private void killAndStart(int node, Map<String, String> settings) throws IOException {
        nodes.get(node).close();
        nodes.set(node, KilledProgram.start(settings));
    }

    private void undergo(Fault fault) throws Exception {
        AutoCloseable over = fault.begin();
        pass(Duration.ofMillis(500 + random.nextInt(4500)));
        over.close();
        long healed = System.nanoTime();
        int before = acknowledged.size();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> acknowledged.size() > before);
        Duration recovery = Duration.ofNanos(System.nanoTime() - healed);
        longestRecovery = recovery.compareTo(longestRecovery) > 0 ? recovery : longestRecovery;
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        await().atMost(time.plusSeconds(10)).pollInterval(Duration.ofMillis(20)).until(() -> System.nanoTime() >= end);
    }

    private void feed(BlockingQueue<StripeEvent> orders) {
        if (orders.isEmpty()) {
            StripeHistories next = StripeHistories.generate(SEED * 1000 + sent.size(), PAYMENTS_AT_ONCE);
            sent.add(next);
            orders.addAll(next.permuted(SEED));
        }
        toSend.add(orders.remove());
    }

    /** As Stripe does: what was not answered with 2xx comes again. */
    private void send() {
        try {
            while (true) {
                StripeEvent event = toSend.take();
                try {
                    URI webhook = nodes.get(event.hashCode() & 1).webhook();
                    if (status(webhook, event) == 200) {
                        acknowledged.add(event.id());
                        continue;
                    }
                } catch (IOException e) {
                    // not answered
                }
                pass(Duration.ofMillis(50));
                toSend.add(event);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int status(URI webhook, StripeEvent event) throws IOException, InterruptedException {
        HttpRequest request = SignedEvent.request(webhook, event, SECRET, Instant.now())
                .timeout(Duration.ofSeconds(10))
                .build();
        int status = http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        assertThat(status).isIn(200, 503);
        return status;
    }

    /** Until nothing waits any more; what the ERP refused for good is sent again by hand, now that it would take it. */
    private void settle(OwnPostgres postgres) {
        await("everything is sent").atMost(PATIENCE).until(toSend::isEmpty);
        await("everything is handled")
                .atMost(PATIENCE)
                .until(() -> postgres.jdbc()
                        .queryForList("SELECT event_id FROM stripe_event WHERE due_at IS NOT NULL")
                        .isEmpty());
        await("everything is delivered").atMost(PATIENCE).until(() -> {
            for (String dead : postgres.jdbc()
                    .queryForList("SELECT delivery_id FROM delivery WHERE state = 'dead'", String.class)) {
                retry(dead);
            }
            return postgres.jdbc()
                    .queryForList("SELECT delivery_id FROM delivery WHERE due_at IS NOT NULL OR state = 'dead'")
                    .isEmpty();
        });
        await("the books are checked")
                .atMost(PATIENCE)
                .until(() -> postgres.jdbc()
                        .queryForList("SELECT payment_id FROM payment WHERE check_at IS NOT NULL")
                        .isEmpty());
    }

    private void retry(String delivery) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(nodes.get(0).api("/deliveries/" + delivery + "/retry"))
                .header("Authorization", "Bearer " + API_KEY)
                .POST(BodyPublishers.noBody())
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    private void check(OwnPostgres postgres, FaultyErp erp, GreenMail mail) throws IOException {
        Map<String, String> states = new TreeMap<>();
        postgres.jdbc()
                .queryForList("SELECT event_id, state FROM stripe_event")
                .forEach(row -> states.put(String.valueOf(row.get("event_id")), String.valueOf(row.get("state"))));
        Set<String> lost = new TreeSet<>(acknowledged);
        lost.removeAll(states.keySet());
        List<Expectation> expectations =
                sent.stream().flatMap(h -> h.expectations().stream()).toList();
        Set<String> paid = new TreeSet<>();
        expectations.stream().filter(Expectation::paid).forEach(e -> paid.add("ful_" + e.payment()));
        Set<String> doubled = new TreeSet<>(erp.keys("fulfillment.requested"));
        doubled.removeAll(paid);
        Map<String, String> statuses = new HashMap<>();
        Map<String, Object> attempts = new HashMap<>();
        postgres.jdbc()
                .queryForList("SELECT payment_id, status, failed_attempts FROM payment")
                .forEach(row -> {
                    String id = String.valueOf(row.get("payment_id"));
                    statuses.put(id, String.valueOf(row.get("status")));
                    attempts.put(id, row.get("failed_attempts"));
                });
        Map<String, Integer> messages = new HashMap<>();
        postgres.jdbc()
                .queryForList("SELECT payment_id, kind FROM delivery")
                .forEach(row -> messages.merge(row.get("payment_id") + " " + row.get("kind"), 1, Integer::sum));
        report(lost, doubled, mail);

        assertThat(lost).isEmpty();
        assertThat(states.values()).isSubsetOf("handled", "ignored");
        assertThat(erp.keys("fulfillment.requested")).containsExactlyElementsOf(paid);
        assertThat(erp.changed()).isEmpty();
        for (Expectation expected : expectations) {
            String payment = expected.payment();
            assertThat(statuses.get(payment)).as(payment).isEqualTo(expected.status());
            assertThat(attempts.get(payment)).as(payment).isEqualTo(expected.failedAttempts());
            int once = expected.paid() ? 1 : 0;
            assertThat(messages.getOrDefault(payment + " fulfillment.requested", 0))
                    .as(payment)
                    .isEqualTo(once);
            assertThat(messages.getOrDefault(payment + " payment-confirmed", 0))
                    .as(payment)
                    .isEqualTo(once);
            assertThat(messages.getOrDefault(payment + " payment-failed", 0))
                    .as(payment)
                    .isEqualTo(expected.failedAttempts());
        }
        Integer delivered = postgres.jdbc()
                .queryForObject(
                        "SELECT count(*) FROM delivery WHERE destination = 'mail' AND state = 'delivered'",
                        Integer.class);
        assertThat(mail.getReceivedMessages().length).isPositive().isGreaterThanOrEqualTo(delivered);
    }

    private void report(Set<String> lost, Set<String> doubled, GreenMail mail) throws IOException {
        String report = "faults " + faults + ", seed " + SEED + ": " + acknowledged.size() + " events acknowledged, "
                + lost.size() + " lost, " + doubled.size() + " doubled, " + mail.getReceivedMessages().length
                + " mails; from the end of a fault to the next 200 at most " + longestRecovery.toMillis() + " ms";
        Files.writeString(Path.of("target", "fault-storm.txt"), report + "\n");
        System.out.println(report);
    }
}
