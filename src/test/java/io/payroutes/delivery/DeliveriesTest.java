package io.payroutes.delivery;

import static io.payroutes.delivery.Outbound.to;
import static io.payroutes.delivery.Outbound.toErp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroutes.OnEachDatabase;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import io.payroutes.retry.BackOff;
import io.payroutes.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataIntegrityViolationException;

@OnEachDatabase
class DeliveriesTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Duration REST = Duration.ofSeconds(30);
    private static final BackOff BACK_OFF = new BackOff(Duration.ofSeconds(4), Duration.ofHours(1));

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(START);
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final List<Destination> news = new CopyOnWriteArrayList<>();
    private final Deliveries deliveries;
    private final Claims claims;

    DeliveriesTest(TestDatabase database) {
        this.database = database;
        this.deliveries = new Deliveries(
                database.jdbc(),
                database.transaction(),
                database.database().dialect(),
                database.lastChanges(),
                clock,
                new Deliveries.Rules(
                        Map.of(Destination.ERP, LEASE, Destination.MAIL, LEASE, Destination.STRIPE, LEASE),
                        10,
                        BACK_OFF,
                        Duration.ofHours(6),
                        Duration.ofDays(3),
                        Map.of(Destination.ERP, REST)),
                new Random(1),
                meters,
                news::add);
        this.claims = new Claims(database, deliveries, Destination.ERP);
    }

    @BeforeEach
    void empty() {
        database.clear();
    }

    @Test
    void theSameIdIsEnqueuedOnceWhateverItCarries() {
        deliveries.enqueue(toErp("d1", "pi_1", 1, START));
        deliveries.enqueue(toErp("d1", "pi_2", 2, START));
        assertThat(row("d1").text("payment_id")).isEqualTo("pi_1");
    }

    @Test
    void theClaimIsToldOfWhatIsDueOnceItIsCommittedAndOfNothingElse() {
        database.transaction().executeWithoutResult(status -> {
            deliveries.enqueue(toErp("d1", "pi_1", 1, START));
            deliveries.enqueue(toErp("d2", "pi_1", 2, START.plusSeconds(1)));
            assertThat(news).isEmpty();
        });
        assertThat(news).containsExactly(Destination.ERP);
        database.transaction().executeWithoutResult(status -> {
            deliveries.enqueue(toErp("d3", "pi_1", 3, START));
            status.setRollbackOnly();
        });
        assertThat(news).hasSize(1);
    }

    @Test
    void whatIsEnqueuedInATransactionThatFailsNeverWas() {
        database.transaction().executeWithoutResult(status -> {
            deliveries.enqueue(toErp("d1", "pi_1", 1, START));
            status.setRollbackOnly();
        });
        assertThat(claims.claim()).isEmpty();
        deliveries.enqueue(toErp("d1", "pi_1", 1, START));
        assertThat(claims.claim()).hasSize(1);
    }

    @Test
    void aClaimTakesWhatIsDueForItsDestinationAndLeasesIt() {
        deliveries.enqueue(toErp("due", "pi_1", 1, START));
        deliveries.enqueue(toErp("later", "pi_2", 1, START.plusSeconds(1)));
        deliveries.enqueue(to(Destination.MAIL, "mail", "pi_3", 1, START, "m"));

        List<ClaimedDelivery> claimed = claims.claim();

        assertThat(claimed).extracting(ClaimedDelivery::id).containsExactly("due");
        assertThat(claimed.get(0))
                .isEqualTo(new ClaimedDelivery(
                        "due",
                        Destination.ERP,
                        "test",
                        "pi_1",
                        "order-1",
                        1,
                        null,
                        "{\"id\":\"due\"}",
                        1,
                        START,
                        START,
                        START.plus(LEASE),
                        START));
        assertThat(claims.claim()).isEmpty();
        assertThat(new Claims(database, deliveries, Destination.MAIL).claim())
                .extracting(ClaimedDelivery::id)
                .containsExactly("mail");
        assertThat(new Claims(database, deliveries, Destination.STRIPE).claim()).isEmpty();
    }

    @Test
    void aClaimTakesTheOldestAndNoMoreThanItsBatch() {
        for (int i = 0; i < 25; i++) {
            deliveries.enqueue(toErp("d" + i, null, 1, START.minusSeconds(i)));
        }
        assertThat(claims.claim())
                .extracting(ClaimedDelivery::id)
                .contains("d24", "d15")
                .hasSize(10);
        assertThat(claims.claim()).hasSize(10);
        assertThat(claims.claim())
                .extracting(ClaimedDelivery::id)
                .contains("d0")
                .hasSize(5);
    }

    @Test
    void claimsAtTheSameTimeNeverTakeTheSame() throws Exception {
        for (int i = 0; i < 200; i++) {
            deliveries.enqueue(toErp("d" + i, null, 1, START));
        }
        AtomicInteger claimed = new AtomicInteger();
        ExecutorService nodes = Executors.newFixedThreadPool(4);
        try {
            Callable<List<String>> node = () -> {
                List<String> ids = new ArrayList<>();
                // A claim may come back short while another one holds what it wanted.
                for (int round = 0; round < 200 && claimed.get() < 200; round++) {
                    List<ClaimedDelivery> mine = claims.claim();
                    mine.forEach(delivery -> ids.add(delivery.id()));
                    claimed.addAndGet(mine.size());
                }
                return ids;
            };
            List<String> all = new ArrayList<>();
            for (Future<List<String>> ids : nodes.invokeAll(List.of(node, node, node, node))) {
                all.addAll(ids.get());
            }
            assertThat(all).doesNotHaveDuplicates().hasSize(200);
        } finally {
            nodes.shutdownNow();
        }
    }

    @Test
    void aLeaseThatRanOutIsClaimedAgainAndItsFirstHolderCanNotEndItAnyMore() {
        deliveries.enqueue(toErp("d1", "pi_1", 1, START));
        ClaimedDelivery first = claimOne();
        clock.advance(LEASE.minusSeconds(1));
        assertThat(claims.claim()).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        ClaimedDelivery second = claimOne();
        assertThat(second.attempt()).isEqualTo(2);

        deliveries.failed(first, new IllegalStateException("late"));
        assertThat(row("d1").mustTime("due_at")).isEqualTo(second.leasedUntil());
        deliveries.finish(first, new Outcome.Refused(422, "late"));
        assertThat(state("d1")).isEqualTo(DeliveryState.PENDING);
        deliveries.postponed(first);
        assertThat(row("d1").mustNumber("attempts")).isEqualTo(2);

        deliveries.finish(second, null);
        assertThat(state("d1")).isEqualTo(DeliveryState.DELIVERED);
        deliveries.failed(second, new IllegalStateException("again"));
        assertThat(state("d1")).isEqualTo(DeliveryState.DELIVERED);
    }

    @Test
    void theMessagesOfOnePaymentGoOutInTheirOrderAndThoseOfOthersDoNotWait() {
        deliveries.enqueue(toErp("canceled", "pi_1", 2, START.minusSeconds(60)));
        deliveries.enqueue(toErp("requested", "pi_1", 1, START));
        deliveries.enqueue(toErp("other", "pi_2", 2, START));
        deliveries.enqueue(to(Destination.MAIL, "mail", "pi_1", 1, START, "m"));

        List<ClaimedDelivery> claimed = claims.claim();
        assertThat(claimed).extracting(ClaimedDelivery::id).containsExactlyInAnyOrder("requested", "other");
        assertThat(claims.claim()).isEmpty();

        deliveries.failed(byId(claimed, "requested"), new IllegalStateException("down"));
        clock.advance(Duration.ofSeconds(4));
        ClaimedDelivery again = claimOne();
        assertThat(again.id()).isEqualTo("requested");
        deliveries.finish(again, null);
        assertThat(claimOne().id()).isEqualTo("canceled");
    }

    @Test
    void aFollowerIsNotLookedAtBeforeItsPredecessorIsTriedAgain() {
        deliveries.enqueue(toErp("requested", "pi_1", 1, START));
        deliveries.enqueue(toErp("canceled", "pi_1", 2, START));
        deliveries.failed(claimOne(), new DeliveryFailedException(503, START.plusSeconds(600), "busy"));
        assertThat(row("canceled").mustTime("due_at")).isEqualTo(START.plusSeconds(600));
    }

    @Test
    void whatIsDeadOrDroppedHoldsNobodyUp() {
        deliveries.enqueue(toErp("requested", "pi_1", 1, START));
        deliveries.enqueue(toErp("canceled", "pi_1", 2, START));
        deliveries.finish(claimOne(), new Outcome.Refused(422, "no such order"));
        assertThat(claimOne().id()).isEqualTo("canceled");
    }

    @Test
    void theWaitGrowsWithEachFailureUpToItsMaximum() {
        deliveries.enqueue(toErp("d1", "pi_1", 1, START));
        for (int attempt = 1; attempt <= 14; attempt++) {
            ClaimedDelivery claimed = claimOne();
            assertThat(claimed.attempt()).isEqualTo(attempt);
            assertThat(claimed.firstAttemptAt()).isEqualTo(START);
            deliveries.failed(claimed, new DeliveryFailedException(500, null, "HTTP 500"));
            Duration span = Duration.ofSeconds(Math.min(3600, 4L << (attempt - 1)));
            Instant next = row("d1").mustTime("due_at");
            assertThat(next)
                    .isBetween(
                            clock.instant().plus(span.dividedBy(2)),
                            clock.instant().plus(span));
            clock.set(next);
        }
        assertThat(attempts("d1")).hasSize(14).allSatisfy(row -> {
            assertThat(row.text("outcome")).isEqualTo("failed");
            assertThat(row.mustNumber("status_code")).isEqualTo(500);
            assertThat(row.text("detail")).isEqualTo("HTTP 500");
        });
    }

    @Test
    void theDestinationMayAskForALongerWaitButNotForAnyAndNotForAShorterOne() {
        deliveries.enqueue(toErp("d1", "pi_1", 1, START));
        deliveries.failed(claimOne(), new DeliveryFailedException(429, START.plusSeconds(120), "busy"));
        assertThat(row("d1").mustTime("due_at")).isEqualTo(START.plusSeconds(120));

        clock.set(START.plusSeconds(120));
        deliveries.failed(claimOne(), new DeliveryFailedException(429, START.plusSeconds(99_999_999), "busy"));
        Instant capped = START.plusSeconds(120).plus(Duration.ofHours(6));
        assertThat(row("d1").mustTime("due_at")).isEqualTo(capped);

        clock.set(capped);
        deliveries.failed(claimOne(), new DeliveryFailedException(429, capped, "busy"));
        assertThat(row("d1").mustTime("due_at")).isAfterOrEqualTo(capped.plusSeconds(8));
    }

    @Test
    void aFailureAfterTheConfiguredSpanIsTheLast() {
        deliveries.enqueue(toErp("d1", "pi_1", 1, START));
        deliveries.failed(claimOne(), new IllegalStateException("down"));
        clock.set(START.plus(Duration.ofDays(3)).minusSeconds(1));
        deliveries.failed(claimOne(), new IllegalStateException("down"));
        assertThat(state("d1")).isEqualTo(DeliveryState.PENDING);
        clock.advance(Duration.ofMinutes(1));
        deliveries.failed(claimOne(), new DeliveryFailedException(503, null, "still down"));
        assertThat(state("d1")).isEqualTo(DeliveryState.DEAD);
        assertThat(row("d1").text("reason")).isEqualTo("given up: still down");
        clock.advance(Duration.ofDays(100));
        assertThat(claims.claim()).isEmpty();
    }

    @Test
    void aRefusalIsDeadAtOnceWithItsReason() {
        deliveries.enqueue(toErp("d1", "pi_1", 1, START));
        deliveries.finish(claimOne(), new Outcome.Refused(422, "HTTP 422: unknown order"));
        assertThat(state("d1")).isEqualTo(DeliveryState.DEAD);
        assertThat(row("d1").text("reason")).isEqualTo("refused: HTTP 422: unknown order");
        assertThat(row("d1").mustTime("done_at")).isEqualTo(START);
    }

    @Test
    void aPostponementIsNoAttempt() {
        deliveries.enqueue(toErp("d1", "pi_1", 1, START));
        for (int i = 0; i < 5; i++) {
            ClaimedDelivery claimed = claimOne();
            assertThat(claimed.attempt()).isEqualTo(1);
            assertThat(row("d1").number("claimed_by")).isNotNull();
            deliveries.postponed(claimed);
            assertThat(row("d1").number("claimed_by")).isNull();
            assertThat(row("d1").time("first_attempt_at")).isNull();
            assertThat(claims.claim()).isEmpty();
            clock.advance(REST);
        }
        assertThat(attempts("d1")).isEmpty();
    }

    @Test
    void aDestinationAtRestIsClaimedForOneByOneUntilItAnswers() {
        for (int i = 0; i < 6; i++) {
            deliveries.enqueue(toErp("d" + i, null, 1, START.plusSeconds(i)));
        }
        clock.advance(Duration.ofSeconds(1));
        List<ClaimedDelivery> two = claims.claim();
        two.forEach(deliveries::postponed);
        clock.advance(REST.minusSeconds(1));
        assertThat(claims.claim()).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        deliveries.failed(claimOne(), new IllegalStateException("still down"));
        deliveries.finish(claimOne(), null);
        assertThat(claims.claim()).hasSize(4);
    }

    @Test
    void whatWaitedForAWorkerTooLongIsGivenBackAtOnce() {
        deliveries.enqueue(toErp("d1", "pi_1", 1, START));
        ClaimedDelivery claimed = claimOne();
        assertThat(deliveries.isStale(claimed)).isFalse();
        clock.advance(LEASE.dividedBy(2).plusMillis(1));
        assertThat(deliveries.isStale(claimed)).isTrue();
        deliveries.handBack(claimed);
        assertThat(claimOne().attempt()).isEqualTo(1);
    }

    @Test
    void aRetryByHandCountsFromZero() {
        deliveries.enqueue(toErp("d1", "pi_1", 1, START));
        deliveries.finish(claimOne(), new Outcome.Refused(422, "no"));
        clock.advance(Duration.ofDays(10));

        assertThat(deliveries.retry("d1")).contains(DeliveryState.DEAD);

        assertThat(state("d1")).isEqualTo(DeliveryState.PENDING);
        assertThat(row("d1").text("reason")).isNull();
        ClaimedDelivery again = claimOne();
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(again.firstAttemptAt()).isEqualTo(clock.instant());
        deliveries.failed(again, new IllegalStateException("down"));
        assertThat(state("d1")).isEqualTo(DeliveryState.PENDING);
        assertThat(row("d1").number("claimed_by")).isNull();
        assertThat(deliveries.retry("unknown")).isEmpty();
    }

    @Test
    void whatIsRetriedByHandWhileItIsUnderWayIsNobodysAnyMore() {
        deliveries.enqueue(toErp("d1", "pi_1", 1, START));
        claimOne();
        deliveries.retry("d1");
        assertThat(row("d1").number("claimed_by")).isNull();
    }

    @Test
    void theRecipientIsRememberedWithWhatWasDelivered() {
        deliveries.enqueue(to(Destination.MAIL, "m1", "pi_1", 1, START, "{}"));
        ClaimedDelivery mail =
                new Claims(database, deliveries, Destination.MAIL).claim().get(0);
        deliveries.finish(mail, new Outcome.Delivered(250, "jenny@example.com"));
        assertThat(row("m1").text("recipient")).isEqualTo("jenny@example.com");
        assertThat(mail.toString()).doesNotContain("{}");
    }

    @Test
    void outcomesAreCountedAndWhatWaitsOrIsDeadShows() {
        for (int i = 0; i < 3; i++) {
            deliveries.enqueue(toErp("d" + i, null, 1, START.minusSeconds(10 - i)));
        }
        deliveries.enqueue(to(Destination.MAIL, "m1", null, 1, START, "{}"));
        List<ClaimedDelivery> claimed = claims.claim();
        deliveries.finish(byId(claimed, "d0"), null);
        deliveries.finish(byId(claimed, "d1"), new Outcome.Refused(400, "no"));
        deliveries.failed(byId(claimed, "d2"), new IllegalStateException("down"));

        for (String outcome : List.of("delivered", "refused", "failed")) {
            assertThat(meters.get("payroutes.deliveries")
                            .tags("destination", "erp", "outcome", outcome)
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
        assertThat(gauge("payroutes.deliveries.dead", "erp")).isEqualTo(1);
        assertThat(gauge("payroutes.deliveries.waiting", "erp")).isEqualTo(1);
        assertThat(gauge("payroutes.deliveries.waiting", "mail")).isEqualTo(1);
        assertThat(gauge("payroutes.deliveries.waiting", "stripe")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"delivery, state <> 'delivered'", "delivery_attempt, attempt < 1"})
    void anOutcomeAndTheRecordOfItsAttemptAreKeptTogetherOrNotAtAll(String table, String broken) {
        deliveries.enqueue(toErp("d1", "pi_1", 1, START));
        ClaimedDelivery claimed = claimOne();
        database.jdbc().execute("ALTER TABLE " + table + " ADD CONSTRAINT broken CHECK (" + broken + ")");
        try {
            assertThatThrownBy(() -> deliveries.finish(claimed, null))
                    .isInstanceOf(DataIntegrityViolationException.class);
        } finally {
            database.jdbc().execute("ALTER TABLE " + table + " DROP CONSTRAINT broken");
        }
        assertThat(state("d1")).isEqualTo(DeliveryState.PENDING);
        assertThat(attempts("d1")).isEmpty();
        deliveries.finish(claimed, null);
        assertThat(state("d1")).isEqualTo(DeliveryState.DELIVERED);
        assertThat(attempts("d1")).hasSize(1);
    }

    private double gauge(String name, String destination) {
        return meters.get(name).tag("destination", destination).gauge().value();
    }

    private ClaimedDelivery claimOne() {
        List<ClaimedDelivery> claimed = claims.claim();
        assertThat(claimed).hasSize(1);
        return claimed.get(0);
    }

    private static ClaimedDelivery byId(List<ClaimedDelivery> claimed, String id) {
        return claimed.stream()
                .filter(delivery -> delivery.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private @Nullable DeliveryState state(String id) {
        return DeliveryState.of(row(id).mustText("state"));
    }

    private Row row(String id) {
        return Row.of(database.jdbc().queryForMap("SELECT * FROM delivery WHERE delivery_id = ?", id));
    }

    private List<Row> attempts(String id) {
        return database
                .jdbc()
                .queryForList("SELECT * FROM delivery_attempt WHERE delivery_id = ? ORDER BY attempted_at", id)
                .stream()
                .map(Row::of)
                .toList();
    }
}
