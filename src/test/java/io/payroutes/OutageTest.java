package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripePayment;
import io.payroutes.inbox.InboxWriter;
import io.payroutes.store.Row;
import io.payroutes.webhook.EventEnvelope;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is away for long costs time and nothing else. */
@OnEachDatabase
class OutageTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final int POOL = 4;

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(NOW);

    OutageTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void anErpThatFailsForAnHourGetsEverythingAfterwardsAndIsNotAskedOftenMeanwhile() throws Exception {
        try (FaultyErp erp = new FaultyErp();
                RunningPayroutes payroutes = RunningPayroutes.on(database)
                        .bind("clock", clock)
                        .with("erp.url", erp.url())
                        .with("erp.breaker.window", "10000") // each attempt that is due is made
                        .with("erp.breaker.minimum", "10000")
                        .with("delivery.poll", "5ms")
                        .with("reconciliation.first-sweep", "1h")
                        .with("reconciliation.run-poll", "1h")
                        .start()) {
            Inflow inflow = new Inflow(payroutes, database);
            erp.turn(FaultyErp.Mood.FAILS);
            for (int minute = 0; minute < 60; minute++) {
                inflow.take(StripePayment.of("pi_" + minute, 4900, "jpy")
                        .order("order-" + minute)
                        .succeeded(clock.instant().getEpochSecond()));
                clock.advance(Duration.ofMinutes(1));
                await().pollInterval(Duration.ofMillis(5)).until(() -> nothingIsDue(payroutes));
            }
            assertThat(erp.keys("")).isEmpty();
            assertThat(states()).containsOnly("pending").hasSize(60);

            erp.turn(FaultyErp.Mood.WELL);
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                if (nothingIsDue(payroutes)) {
                    clock.advance(Duration.ofMinutes(1));
                }
                return erp.keys("fulfillment.requested").size() == 60;
            });

            await().until(() -> states().stream().allMatch("delivered"::equals));
            assertThat(erp.changed()).isEmpty();
            Integer most = database.jdbc()
                    .queryForObject(
                            "SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM delivery_attempt GROUP BY delivery_id) a",
                            Integer.class);
            assertThat(most).as("attempts of one delivery").isLessThan(25);
        }
    }

    @Test
    void aPoolWithoutAFreeConnectionRefusesEventsAndTakesThemAgainWhenItHasOne() throws Exception {
        StripeEvent event = StripePayment.of("pi_1", 4900, "jpy").order("1001").succeeded(NOW.getEpochSecond());
        try (RunningPayroutes payroutes = RunningPayroutes.on(database)
                .with("database.pool", POOL)
                .with("database.patience", "1s")
                .start()) {
            InboxWriter intake = payroutes.bean("intake", InboxWriter.class);
            List<Connection> taken = new ArrayList<>();
            for (int i = 0; i < POOL; i++) {
                taken.add(payroutes.bean("dataSource", DataSource.class).getConnection());
            }
            assertThatThrownBy(() ->
                            intake.accept(EventEnvelope.parse(event.body())).get())
                    .isInstanceOf(ExecutionException.class);
            assertThat(database.jdbc().queryForList("SELECT event_id FROM stripe_event"))
                    .isEmpty();

            for (Connection connection : taken) {
                connection.close();
            }

            new Inflow(payroutes, database).take(event);
            assertThat(new Inflow(payroutes, database).toldErp("pi_1")).containsExactly("fulfillment.requested");
        }
    }

    @Test
    void largeEventsThatWaitForTheirCommitHaveTheMemoryThatIsSetAndNoMore() throws Exception {
        StripePayment payment = StripePayment.of("pi_1", 4900, "jpy").order("1001");
        try (RunningPayroutes payroutes = RunningPayroutes.on(database)
                .with("database.pool", POOL)
                .with("database.patience", "20s")
                .with("inbox.intake.memory", "2500000")
                .start()) {
            InboxWriter intake = payroutes.bean("intake", InboxWriter.class);
            List<Connection> taken = new ArrayList<>();
            for (int i = 0; i < POOL; i++) {
                taken.add(payroutes.bean("dataSource", DataSource.class).getConnection());
            }
            List<CompletableFuture<?>> waiting = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                StripeEvent large = payment.succeeded(NOW.getEpochSecond() + i)
                        .with("/data/object/description", "x".repeat(1_000_000));
                waiting.add(intake.accept(EventEnvelope.parse(large.body())));
            }
            assertThat(waiting.subList(0, 2)).noneMatch(CompletableFuture::isDone);
            assertThat(waiting.subList(2, 4)).allMatch(CompletableFuture::isCompletedExceptionally);

            for (Connection connection : taken) {
                connection.close();
            }
            CompletableFuture.allOf(waiting.get(0), waiting.get(1)).get();
            StripeEvent another =
                    payment.succeeded(NOW.getEpochSecond() + 9).with("/data/object/description", "x".repeat(1_000_000));
            intake.accept(EventEnvelope.parse(another.body())).get();
        }
    }

    private boolean nothingIsDue(RunningPayroutes payroutes) {
        return payroutes.camel().getInflightRepository().size("erp-delivery") == 0
                && database.jdbc()
                        .queryForList(
                                "SELECT delivery_id FROM delivery WHERE destination = 'erp' AND due_at <= ?",
                                Row.parameter(clock.instant()))
                        .isEmpty();
    }

    private List<String> states() {
        return database.jdbc().queryForList("SELECT state FROM delivery WHERE destination = 'erp'", String.class);
    }
}
