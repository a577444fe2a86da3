package io.payroutes.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripeHistories;
import io.payroutes.inbox.InboxWriter;
import io.payroutes.webhook.EventEnvelope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Real histories through the real program, in a random order and some events twice, onto an ERP that takes everything. */
@OnEachDatabase
class WholeHistoriesTest {
    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(Instant.parse("2027-01-01T00:00:00Z"));

    WholeHistoriesTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void nothingIsFoundInNormalHistoriesButTheRefundsThatFailed() throws Exception {
        StripeHistories histories = StripeHistories.generate(11, 60);
        Set<String> failedRefunds = new TreeSet<>();
        for (StripeEvent event : histories.events()) {
            if (event.type().equals("refund.failed")) {
                failedRefunds.add(
                        "refund_failed:" + EventEnvelope.parse(event.body()).objectId());
            }
        }
        try (RunningPayroutes payroutes = RunningPayroutes.on(database)
                .bind("clock", clock)
                .with("reconciliation.first-sweep", "1h")
                .start()) {
            takeIn(payroutes.bean("intake", InboxWriter.class), histories.permuted(5));
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                clock.advance(Duration.ofSeconds(1)); // so that what is tried again has not to wait for real
                return count("stripe_event WHERE due_at IS NOT NULL") == 0;
            });
            assertThat(count("stripe_event WHERE state = 'handled'")).isPositive();
            database.jdbc().update("UPDATE delivery SET state = 'delivered', due_at = NULL");
            clock.advance(Duration.ofDays(1));
            Reconciliation reconciliation = payroutes.bean("reconciliation", Reconciliation.class);
            reconciliation.sweep();
            assertThat(reconciliation.openFindings())
                    .extracting(RecordedFinding::finding)
                    .extracting(Finding::id)
                    .containsExactlyInAnyOrderElementsOf(failedRefunds);
        }
    }

    private static void takeIn(InboxWriter intake, List<StripeEvent> events) throws Exception {
        for (StripeEvent event : events) {
            intake.accept(EventEnvelope.parse(event.body())).join();
        }
    }

    private int count(String from) {
        Integer count = database.jdbc().queryForObject("SELECT COUNT(*) FROM " + from, Integer.class);
        return count == null ? 0 : count;
    }
}
