package io.payroutes.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.payroutes.BreakingConnections;
import io.payroutes.Inflow;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A run of the reconciliation ends with the same findings and the same counts, and so do the findings that are kept,
 * wherever its connection breaks.
 */
@OnEachDatabase
class RunCrashPointsTest {
    private static final Instant START = Instant.parse("2026-05-01T09:00:00Z");
    private static final Instant LATER = START.plus(Duration.ofDays(3));
    /** {@code -Dcrash.points=each}: at each statement on each database; otherwise every other one. */
    private static final boolean EACH = "each".equals(System.getProperty("crash.points"));

    private static final int STRIDE = EACH ? 1 : 2;
    private static final int MORE_THAN_A_RUN_TAKES = 200;

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(LATER);

    RunCrashPointsTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void theFindingsAreTheSameWhereverAConnectionBreaks() throws Exception {
        database.clear();
        try (BreakingConnections connections = new BreakingConnections("scheduler://reconciliation-run");
                StripeBooks stripe = new StripeBooks(START);
                RunningPayroutes payroutes = program(stripe)) {
            stripe.refund(stripe.sale("1001", 3000, "jpy"), 1000);
            stripe.object(
                            "balance_transactions",
                            stripe.sale("1002", 4900, "jpy").line())
                    .put("net", 1);
            stripe.dispute(stripe.sale("1003", 5000, "jpy"), 5000);
            stripe.payOut("jpy");
            new Inflow(payroutes, database).takeTogether(List.copyOf(stripe.events()));
            await().atMost(Duration.ofSeconds(30))
                    .until(() ->
                            list("SELECT delivery_id FROM delivery WHERE destination = 'erp' AND due_at IS NOT NULL")
                                    .isEmpty());
            End undisturbed = run(payroutes);
            assertThat(undisturbed.findings()).isNotEmpty();
            for (boolean afterwards : List.of(false, true)) {
                int step = EACH ? 0 : first(afterwards) - STRIDE;
                boolean hasBroken = true;
                while (hasBroken && step < MORE_THAN_A_RUN_TAKES) {
                    step += STRIDE;
                    connections.breakAt(step, afterwards, false);
                    End end = run(payroutes);
                    hasBroken = connections.hasBroken();
                    connections.heal();
                    assertThat(end)
                            .as("%s step %d", afterwards ? "after" : "before", step)
                            .isEqualTo(undisturbed);
                }
                assertThat(step).isBetween(10, MORE_THAN_A_RUN_TAKES - 1);
            }
        }
    }

    /** So that what is left out on one database is done on the other. */
    private int first(boolean afterwards) {
        boolean isH2 = database.settings().getOrDefault("database.url", "").startsWith("jdbc:h2:");
        return isH2 == afterwards ? 1 : 2;
    }

    private record End(String outcome, ReconciliationRun.Counts counts, List<String> findings, List<String> kept) {}

    private RunningPayroutes program(StripeBooks stripe) {
        return RunningPayroutes.on(database)
                .with(
                        "database.url",
                        BreakingConnections.url(database.settings().getOrDefault("database.url", "")))
                .bind("clock", clock)
                .with("stripe.api-key", "sk_test_books")
                .with("stripe.api-base", stripe.url())
                .with("stripe.retries", "0")
                .with("erp.url", stripe.url() + "/erp")
                .with("stripe.requests-per-second", "10000")
                .with("stripe.requests-per-second-per-endpoint", "10000")
                .with("reconciliation.run-poll", "5ms")
                .with("reconciliation.run-every", "0s")
                .with("reconciliation.first-sweep", "1h")
                .start();
    }

    private End run(RunningPayroutes payroutes) {
        ReconciliationRuns runs = payroutes.bean("reconciliationRuns", ReconciliationRuns.class);
        String id = runs.begin(new Span(START, LATER, null), "test");
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    if (payroutes.isAtRest()) {
                        clock.advance(
                                Duration.ofSeconds(5)); // neither the next attempt nor the end of a lease is waited for
                    }
                    return runs.get(id).isFinished();
                });
        ReconciliationRun run = runs.get(id);
        return new End(
                run.outcome(),
                run.counts(),
                list("SELECT finding_id FROM reconciliation_run_finding WHERE run_id = '" + id + "'"),
                list("SELECT finding_id, state FROM reconciliation_finding"));
    }

    private List<String> list(String sql) {
        return database.jdbc().queryForList(sql).stream()
                .map(Object::toString)
                .sorted()
                .toList();
    }
}
