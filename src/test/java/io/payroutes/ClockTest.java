package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.payroutes.delivery.Outbox;
import io.payroutes.demo.Expectation;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripeHistories;
import io.payroutes.demo.StripePayment;
import io.payroutes.inbox.InboxWriter;
import io.payroutes.store.Postdated;
import io.payroutes.webhook.EventEnvelope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever the clock does, nothing is lost, doubled or stuck. */
@OnEachDatabase
class ClockTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(NOW);

    ClockTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void whatWaitsForTheTimeOfAClockThatWasAheadIsDoneWhenTheClockIsSetRight() throws Exception {
        try (FaultyErp erp = new FaultyErp();
                RunningPayroutes payroutes = start(erp)) {
            Inflow inflow = new Inflow(payroutes, database);
            StripeEvent paid = payment("pi_paid").succeeded(NOW.getEpochSecond());
            StripeEvent failing = payment("pi_failing").succeeded(NOW.getEpochSecond());

            clock.set(NOW.plus(Duration.ofDays(2)));
            erp.turn(FaultyErp.Mood.FAILS);
            inflow.take(paid);
            await().untilAsserted(() -> assertThat(reasons("delivery")).isNotEmpty());
            database.jdbc().execute("ALTER TABLE payment RENAME TO gone");
            inflow.take(failing);
            await().untilAsserted(() -> assertThat(reasons("stripe_event")).isNotEmpty());

            jump(payroutes, NOW);
            database.jdbc().execute("ALTER TABLE gone RENAME TO payment");
            erp.turn(FaultyErp.Mood.WELL);

            await().atMost(Duration.ofSeconds(30)).until(() -> {
                clock.advance(Duration.ofMillis(200));
                return erp.keys("fulfillment.requested").equals(Set.of("ful_pi_failing", "ful_pi_paid"));
            });
        }
    }

    @Test
    void whatIsDueLaterThanCanBeIsDoneAtOnce() throws Exception {
        StripeEvent paid = payment("pi_paid").succeeded(NOW.getEpochSecond());
        try (FaultyErp erp = new FaultyErp();
                RunningPayroutes payroutes = start(erp)) {
            clock.set(NOW.plus(Duration.ofDays(2)));
            database.jdbc().execute("ALTER TABLE payment RENAME TO gone");
            new Inflow(payroutes, database).take(paid);
            await().untilAsserted(() -> assertThat(reasons("stripe_event")).isNotEmpty());
            database.jdbc().execute("ALTER TABLE gone RENAME TO payment");
        }
        clock.set(NOW);
        try (FaultyErp erp = new FaultyErp();
                RunningPayroutes payroutes = start(erp)) {
            payroutes.bean("postdated", Postdated.class).bringForward();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> erp.keys("fulfillment.requested").equals(Set.of("ful_pi_paid")));
        }
    }

    @Test
    void aDestinationIsNotLeftAloneUntilTheTimeOfAClockThatWasAhead() throws Exception {
        try (FaultyErp erp = new FaultyErp();
                RunningPayroutes payroutes = start(erp)) {
            Inflow inflow = new Inflow(payroutes, database);
            clock.set(NOW.plus(Duration.ofDays(2)));
            erp.turn(FaultyErp.Mood.FAILS);
            for (int i = 0; i < 12; i++) {
                inflow.take(payment("pi_" + i).succeeded(NOW.getEpochSecond()));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                clock.advance(Duration.ofMillis(200));
                return payroutes.bean("erpOutbox", Outbox.class).batch() == 0; // it is left alone
            });

            jump(payroutes, NOW);
            erp.turn(FaultyErp.Mood.WELL);

            await().atMost(Duration.ofSeconds(30)).until(() -> {
                clock.advance(Duration.ofMillis(200));
                return erp.keys("fulfillment.requested").size() == 12;
            });
        }
    }

    @Test
    void aClockThatJumpsBackAndForthChangesNothing() throws Exception {
        StripeHistories histories = StripeHistories.generate(17, 40);
        Random random = new Random(17);
        try (FaultyErp erp = new FaultyErp();
                RunningPayroutes payroutes = start(erp)) {
            InboxWriter intake = payroutes.bean("intake", InboxWriter.class);
            List<CompletableFuture<?>> accepted = new ArrayList<>();
            for (StripeEvent event : histories.permuted(17)) {
                accepted.add(intake.accept(EventEnvelope.parse(event.body())));
                if (random.nextInt(5) == 0) {
                    accepted.get(accepted.size() - 1).join();
                    jump(payroutes, NOW.plusSeconds(random.nextInt(14_400) - 7200));
                }
            }
            CompletableFuture.allOf(accepted.toArray(CompletableFuture[]::new)).join();
            jump(payroutes, NOW);
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                clock.advance(Duration.ofMillis(200)); // what is tried again need not wait for real
                return database.jdbc()
                        .queryForList("SELECT event_id FROM stripe_event WHERE due_at IS NOT NULL"
                                + " UNION ALL SELECT delivery_id FROM delivery"
                                + " WHERE due_at IS NOT NULL AND destination = 'erp'"
                                + " UNION ALL SELECT payment_id FROM payment WHERE check_at IS NOT NULL")
                        .isEmpty();
            });
            Set<String> paid = new TreeSet<>();
            for (Expectation expected : histories.expectations()) {
                Map<String, Object> payment = database.jdbc()
                        .queryForMap(
                                "SELECT status, failed_attempts FROM payment WHERE payment_id = ?", expected.payment());
                assertThat(payment.get("status")).as(expected.payment()).isEqualTo(expected.status());
                assertThat(payment.get("failed_attempts"))
                        .as(expected.payment())
                        .isEqualTo(expected.failedAttempts());
                if (expected.paid()) {
                    paid.add("ful_" + expected.payment());
                }
            }
            assertThat(erp.keys("fulfillment.requested")).containsExactlyElementsOf(paid);
            assertThat(erp.changed()).isEmpty();
            assertThat(database.jdbc()
                            .queryForList("SELECT state FROM stripe_event WHERE state NOT IN ('handled', 'ignored')"))
                    .isEmpty();
        }
    }

    /** The program looks at its clock before and after. */
    private void jump(RunningPayroutes payroutes, Instant to) {
        Postdated postdated = payroutes.bean("postdated", Postdated.class);
        postdated.bringForward();
        clock.set(to);
        postdated.bringForward();
    }

    private RunningPayroutes start(FaultyErp erp) {
        return RunningPayroutes.on(database)
                .bind("clock", clock)
                .with("erp.url", erp.url())
                .with("erp.breaker.open", "1")
                .with("erp.breaker.minimum", "5")
                .with("delivery.retry.initial", "1s")
                .with("postdated.every", "1h") // the test looks at the clock by itself
                .with("reconciliation.first-sweep", "1h")
                .with("reconciliation.run-poll", "1h")
                .start();
    }

    private static StripePayment payment(String id) {
        return StripePayment.of(id, 4900, "jpy").order("order of " + id);
    }

    private List<String> reasons(String table) {
        return database.jdbc().queryForList("SELECT reason FROM " + table + " WHERE reason IS NOT NULL", String.class);
    }
}
