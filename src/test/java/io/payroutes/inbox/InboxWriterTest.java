package io.payroutes.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroutes.OnEachDatabase;
import io.payroutes.TestDatabase;
import io.payroutes.webhook.EventEnvelope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What becomes of events when the intake stops: each is stored or refused, and none is left without an answer. */
@OnEachDatabase
class InboxWriterTest {
    private static final int WRITERS = 3;

    private final TestDatabase database;

    InboxWriterTest(TestDatabase database) {
        this.database = database;
        database.clear();
    }

    @Test
    void whatWaitsWhenItStopsIsStoredFirst() {
        InboxWriter intake = writer();
        intake.start();
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(intake.accept(event("evt_" + i)));
        }
        intake.stop();
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
        assertThat(stored()).isEqualTo(500);
    }

    @Test
    void whatComesWhileItStopsIsStoredOrRefusedButNeverLeftWaiting() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 10; round++) {
                database.clear();
                InboxWriter intake = writer();
                intake.start();
                List<Future<List<CompletableFuture<Void>>>> sent = new ArrayList<>();
                for (int caller = 0; caller < 4; caller++) {
                    String prefix = "evt_" + round + "_" + caller + "_";
                    sent.add(callers.submit(() -> acceptUntilRefused(intake, prefix)));
                }
                await().until(() -> stored() > 0);
                intake.stop();
                int accepted = 0;
                for (Future<List<CompletableFuture<Void>>> answers : sent) {
                    for (CompletableFuture<Void> answer : answers.get()) {
                        assertThat(answer).isDone();
                        accepted += answer.isCompletedExceptionally() ? 0 : 1;
                    }
                }
                assertThat(stored()).isEqualTo(accepted);
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void afterAStopItCanBeStartedAgain() {
        InboxWriter intake = writer();
        for (int i = 0; i < 3; i++) {
            intake.start();
            assertThat(intake.accept(event("evt_again" + i))).succeedsWithin(Duration.ofSeconds(10));
            intake.stop();
            assertThat(intake.accept(event("evt_never" + i)))
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(InboxFullException.class);
        }
        assertThat(stored()).isEqualTo(3);
    }

    @Test
    void theEndOfACommitIsTheBeginningOfTheNext() {
        InboxWriter intake = writer(Duration.ofSeconds(15));
        intake.start();
        try {
            for (int i = 0; i < 3; i++) {
                assertThat(intake.accept(event("evt_next" + i))).succeedsWithin(Duration.ofSeconds(10));
            }
        } finally {
            intake.stop();
        }
    }

    private static List<CompletableFuture<Void>> acceptUntilRefused(InboxWriter intake, String prefix) {
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        while (answers.stream()
                .skip(Math.max(0, answers.size() - 1))
                .noneMatch(CompletableFuture::isCompletedExceptionally)) {
            answers.add(intake.accept(event(prefix + answers.size())));
        }
        return answers;
    }

    private InboxWriter writer() {
        return writer(Duration.ofMillis(5));
    }

    private InboxWriter writer(Duration patience) {
        return new InboxWriter(
                database.database(),
                Clock.systemUTC(),
                new InboxWriter.Settings(
                        100_000,
                        100_000_000,
                        50,
                        WRITERS,
                        Duration.ofMillis(2),
                        16,
                        patience,
                        Duration.ofSeconds(30),
                        8,
                        Duration.ofMillis(80)),
                () -> false,
                new IntakeMetrics(new SimpleMeterRegistry()),
                () -> {});
    }

    private static EventEnvelope event(String id) {
        return new EventEnvelope(
                id, "charge.updated", null, null, "ch_1", false, Instant.ofEpochSecond(1_767_225_600L), "{}");
    }

    private int stored() {
        return database.jdbc().queryForObject("SELECT count(*) FROM stripe_event", Integer.class);
    }
}
