package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.payroutes.demo.ApiVersion;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripeHistories;
import io.payroutes.demo.StripePayment;
import io.payroutes.inbox.InboxWriter;
import io.payroutes.store.Row;
import io.payroutes.webhook.EventEnvelope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Law 5: what follows from an event is there as a whole or not at all, wherever its handling is cut off, and in the end it
 * is there as if nothing had been.
 */
@OnEachDatabase
class OneTransactionTest {
    private static final long T = 1_767_225_600L;
    private static final Duration LEASE = Duration.ofSeconds(60);
    /** The charge is inside, so the event changes as many rows as one can. */
    private static final StripePayment PAYMENT = StripePayment.of("pi_1", 4900, "jpy")
            .version(ApiVersion.V2022_08_01)
            .order("1001")
            .receiptEmail("jenny@example.com");

    private static final int MORE_THAN_ANY_EVENT_TAKES = 200;

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(Instant.ofEpochSecond(T + 60));

    OneTransactionTest(TestDatabase database) {
        this.database = database;
    }

    @ParameterizedTest
    @CsvSource({"before each step, false, false", "after each step, true, false", "from each step on, false, true"})
    void anEventIsHandledAsAWholeWhereverTheConnectionBreaks(String where, boolean afterwards, boolean everything)
            throws Exception {
        try (BreakingConnections connections = new BreakingConnections("seda://stripe-events");
                RunningPayroutes payroutes = start()) {
            Inflow inflow = new Inflow(payroutes, database);
            StripeEvent failed = PAYMENT.paymentFailed("insufficient_funds", 1, T);
            StripeEvent paid = PAYMENT.attempt(2).succeeded(T + 1);

            database.clear();
            inflow.take(failed);
            Map<String, List<String>> before = rows();
            inflow.take(paid);
            Map<String, List<String>> undisturbed = rows();
            assertThat(undisturbed).isNotEqualTo(before);

            int step = 0;
            do {
                step++;
                connections.heal();
                database.clear();
                inflow.take(failed);
                connections.breakAt(step, afterwards, everything);
                take(payroutes, connections, paid);
                String what = where + ", step " + step;
                if (connections.hasBroken()) {
                    Map<String, List<String>> after = rows();
                    boolean isHandled = state(paid).equals("handled");
                    assertThat(after).as(what).isEqualTo(isHandled ? undisturbed : before);
                }
                boolean hadEffect = connections.hasBroken();
                connections.heal();
                await().atMost(Duration.ofSeconds(30))
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> {
                            if (payroutes.isAtRest()) {
                                clock.advance(LEASE); // what failed is tried again, and a lease that nobody holds ends
                            }
                            return !state(paid).equals("received");
                        });
                assertThat(state(paid)).as(what).isEqualTo("handled");
                assertThat(rows()).as(what).isEqualTo(undisturbed);
                if (!hadEffect) {
                    break;
                }
            } while (step < MORE_THAN_ANY_EVENT_TAKES);
            assertThat(step).isBetween(10, MORE_THAN_ANY_EVENT_TAKES - 1);
        }
    }

    /**
     * The n-th attempt of the first event of each type breaks from its n-th step on, until one gets through. From there on,
     * since an event whose lease was taken as the clock was set ahead is claimed twice: its second attempt must not get
     * through where the first one broke.
     */
    @ParameterizedTest
    @CsvSource({"from before each step on, false", "from after each step on, true"})
    void everyKindOfEventIsHandledAsAWhole(String where, boolean afterwards) throws Exception {
        try (BreakingConnections connections = new BreakingConnections("seda://stripe-events");
                RunningPayroutes payroutes = start()) {
            Inflow inflow = new Inflow(payroutes, database);
            List<StripeEvent> story = StripeHistories.generate(11, 12).events();
            database.clear();
            story.forEach(inflow::take);
            Map<String, List<String>> undisturbed = rows();

            database.clear();
            Map<String, Integer> stepsOfType = new TreeMap<>();
            for (StripeEvent event : story) {
                if (stepsOfType.containsKey(event.type())) {
                    inflow.take(event);
                    continue;
                }
                Map<String, List<String>> before = rows();
                int step = 1;
                connections.breakAt(step, afterwards, true);
                payroutes
                        .bean("intake", InboxWriter.class)
                        .accept(EventEnvelope.parse(event.body()))
                        .get();
                while (!isDoneOrCutOff(payroutes, connections, event)) {
                    assertThat(rows())
                            .as(event.type() + " " + where + ", step " + step)
                            .isEqualTo(before);
                    step++;
                    connections.breakAt(step, afterwards, true);
                    clock.advance(LEASE);
                }
                stepsOfType.put(event.type(), step);
                connections.heal();
            }
            assertThat(rows()).isEqualTo(undisturbed);
            assertThat(stepsOfType).hasSizeGreaterThan(15);
            assertThat(stepsOfType.values()).allMatch(steps -> steps > 4);
        }
    }

    /** Whether the event is done; false when the attempt was cut off. */
    private boolean isDoneOrCutOff(RunningPayroutes payroutes, BreakingConnections connections, StripeEvent event) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> payroutes.isAtRest()
                        && (connections.hasBroken() || !state(event).equals("received")));
        return !state(event).equals("received");
    }

    @Test
    void anEventWhoseRowCannotBeWrittenLeavesNothingAndIsTriedAgain() throws Exception {
        try (RunningPayroutes payroutes = program().start()) {
            Inflow inflow = new Inflow(payroutes, database);
            for (String table : List.of("payment_transition", "delivery", "charge", "payment")) {
                database.clear();
                StripeEvent paid = PAYMENT.succeeded(T);
                Map<String, List<String>> nothing = rows();
                database.jdbc().execute("ALTER TABLE " + table + " RENAME TO gone");
                try {
                    inflow.take(paid);
                    assertThat(inflow.event(paid).text("reason")).as(table).isNotNull();
                } finally {
                    database.jdbc().execute("ALTER TABLE gone RENAME TO " + table);
                }
                assertThat(rows()).as(table).isEqualTo(nothing);
                await().atMost(Duration.ofSeconds(30)).until(() -> {
                    if (payroutes.isAtRest()) {
                        clock.advance(LEASE);
                    }
                    return state(paid).equals("handled");
                });
                assertThat(inflow.toldErp("pi_1")).containsExactly("fulfillment.requested");
            }
        }
    }

    private RunningPayroutes start() {
        String url = database.settings().getOrDefault("database.url", "");
        return program().with("database.url", BreakingConnections.url(url)).start();
    }

    private RunningPayroutes.Builder program() {
        return RunningPayroutes.on(database)
                .bind("clock", clock)
                .with("reconciliation.first-sweep", "1h")
                .with("reconciliation.poll", "1h")
                .with("inbox.workers", 1)
                .with("inbox.poll", "5ms")
                .with("inbox.max-attempts", 100)
                .with("inbox.retry.maximum", "30s")
                .with("inbox.lease", LEASE.toSeconds() + "s");
    }

    /** Takes the event, and returns when its handling has come to an end, or was cut off. */
    private void take(RunningPayroutes payroutes, BreakingConnections connections, StripeEvent event) throws Exception {
        payroutes
                .bean("intake", InboxWriter.class)
                .accept(EventEnvelope.parse(event.body()))
                .get();
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    Row row = Row.of(
                            database.jdbc().queryForMap("SELECT * FROM stripe_event WHERE event_id = ?", event.id()));
                    boolean isCutOff = connections.hasBroken()
                            && payroutes.camel().getInflightRepository().size("stripe-event") == 0;
                    return isCutOff || row.text("reason") != null || row.time("due_at") == null;
                });
    }

    private String state(StripeEvent event) {
        return database.jdbc()
                .queryForObject("SELECT state FROM stripe_event WHERE event_id = ?", String.class, event.id());
    }

    /** What follows from events, without the times of our own clock. */
    private Map<String, List<String>> rows() {
        Map<String, List<String>> rows = new TreeMap<>();
        for (String table : List.of("charge", "refund", "payment_transition")) {
            rows.put(table, list("SELECT * FROM " + table));
        }
        rows.put(
                "payment",
                database.jdbc().queryForList("SELECT * FROM payment").stream()
                        .map(row -> {
                            row.put("check_at", row.get("check_at") != null);
                            return row.toString();
                        })
                        .sorted()
                        .toList());
        rows.put("delivery", list("SELECT delivery_id, kind, state, sequence, payload FROM delivery"));
        return rows;
    }

    private List<String> list(String sql) {
        return database.jdbc().queryForList(sql).stream()
                .map(Map::toString)
                .sorted()
                .toList();
    }
}
