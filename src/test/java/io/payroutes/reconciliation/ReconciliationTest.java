package io.payroutes.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.payroutes.OnEachDatabase;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import io.payroutes.inbox.StripeEvent;
import io.payroutes.payment.PayoutChange;
import io.payroutes.store.Row;
import io.payroutes.store.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@OnEachDatabase
class ReconciliationTest {
    private static final Instant START = Instant.parse("2026-05-01T09:00:00Z");

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(START);
    private final Reconciliation reconciliation;

    ReconciliationTest(TestDatabase database) {
        this.database = database;
        this.reconciliation = new Reconciliation(
                database.jdbc(),
                database.transaction(),
                clock,
                new Reconciliation.Settings(
                        new Graces(Duration.ofHours(1), Duration.ofHours(2), Duration.ofMinutes(30)),
                        Duration.ofDays(3),
                        2,
                        Duration.ofDays(30)));
    }

    @AfterEach
    void clear() {
        database.clear();
    }

    @Test
    void theSameDifferenceTwiceIsOneRowSeenFirstAndLast() {
        payment("pi_1", "succeeded", 4900);
        charge("ch_1", "pi_1", 4200);
        check("pi_1");
        clock.advance(Duration.ofMinutes(10));
        check("pi_1");
        assertThat(reconciliation.openFindings()).singleElement().satisfies(recorded -> {
            assertThat(recorded.finding())
                    .hasToString("amount_mismatch: Charge ch_1 captured ¥4,200 but payment pi_1 (order 1001) received"
                            + " ¥4,900; ¥700 is missing.");
            assertThat(recorded.firstSeen()).isEqualTo(START);
            assertThat(recorded.lastSeen()).isEqualTo(START.plus(Duration.ofMinutes(10)));
        });
        assertThat(rows()).hasSize(1);
    }

    @Test
    void aDifferenceThatIsGoneIsResolvedAndTheSameOneOpensTheSameRowAgain() {
        payment("pi_1", "succeeded", 4900);
        charge("ch_1", "pi_1", 4200);
        check("pi_1");
        database.jdbc().update("UPDATE charge SET amount_captured = 4900");
        check("pi_1");
        assertThat(states()).containsExactly(Map.entry("amount_mismatch:pi_1:ch_1", "resolved"));

        clock.advance(Duration.ofMinutes(10));
        database.jdbc().update("UPDATE charge SET amount_captured = 4800");
        check("pi_1");
        assertThat(reconciliation.openFindings()).singleElement().satisfies(recorded -> {
            assertThat(recorded.finding().actual()).isEqualTo(4800);
            assertThat(recorded.firstSeen()).isEqualTo(START);
        });
    }

    @Test
    void whatAPersonExplainedStaysExplainedWhetherItIsStillThereOrNot() {
        payment("pi_1", "succeeded", 4900);
        charge("ch_1", "pi_1", 4200);
        check("pi_1");
        database.jdbc().update("UPDATE reconciliation_finding SET state = 'explained'");
        check("pi_1");
        assertThat(states()).containsValue("explained");
        database.jdbc().update("UPDATE charge SET amount_captured = 4900");
        check("pi_1");
        assertThat(states()).containsOnly(Map.entry("amount_mismatch:pi_1:ch_1", "explained"));
    }

    @Test
    void theFindingsOfOtherPaymentsAreLeftAlone() {
        payment("pi_1", "succeeded", 4900);
        charge("ch_1", "pi_1", 4200);
        payment("pi_2", "succeeded", 4900);
        charge("ch_2", "pi_2", 4900);
        check("pi_1");
        check("pi_2");
        assertThat(reconciliation.openFindings()).hasSize(1);
    }

    @Test
    void theOrderInWhichThingsBecomeKnownDoesNotMatter() {
        List<Runnable> events = List.of(
                () -> payment("pi_1", "succeeded", 4900),
                () -> charge("ch_1", "pi_1", 4200),
                () -> charge("ch_2", "pi_1", 4900),
                () -> refund("re_1", "ch_1", 5000));
        List<List<Runnable>> orders = permutations(events);
        Map<String, String> first = null;
        for (List<Runnable> order : orders) {
            database.clear();
            for (Runnable event : order) {
                event.run();
                check("pi_1");
            }
            Map<String, String> open = new LinkedHashMap<>();
            reconciliation.openFindings().stream()
                    .map(RecordedFinding::finding)
                    .sorted(java.util.Comparator.comparing(Finding::id))
                    .forEach(finding -> open.put(finding.id(), finding.toString()));
            first = first == null ? open : first;
            assertThat(open).isEqualTo(first);
        }
        assertThat(orders).hasSize(24);
        assertThat(first)
                .containsOnlyKeys(
                        "amount_mismatch:pi_1:ch_1", "duplicate_charge:pi_1:ch_2", "refund_exceeds_charge:ch_1");
    }

    @Test
    void aLoneChargeIsAFindingUntilItNamesItsPayment() {
        charge("ch_1", null, 4900);
        reconciliation.checkCharge("ch_1");
        reconciliation.checkCharge("ch_1");
        assertThat(states()).containsExactly(Map.entry("charge_without_payment:ch_1", "open"));

        payment("pi_1", "succeeded", 4900);
        database.jdbc().update("UPDATE charge SET payment_id = 'pi_1'");
        reconciliation.checkCharge("ch_1");
        assertThat(states()).containsExactly(Map.entry("charge_without_payment:ch_1", "resolved"));
    }

    @Test
    void aPayoutThatFailedIsOneFinding() {
        reconciliation.checkPayout(payout("in_transit"));
        assertThat(rows()).isEmpty();
        reconciliation.checkPayout(payout("failed"));
        reconciliation.checkPayout(payout("failed"));
        assertThat(reconciliation.openFindings())
                .singleElement()
                .satisfies(recorded -> assertThat(recorded.finding())
                        .hasToString(
                                "payout_failed: Payout po_1 of $49.00 failed; the money is not on the bank account."));
        reconciliation.sweep();
        assertThat(states()).containsExactly(Map.entry("payout_failed:po_1", "open"));
    }

    @Test
    void aPayoutThatFailedAfterItWasPaidIsTheSameFindingInWhateverOrderTheEventsCome() {
        reconciliation.checkPayout(payout("failed"));
        reconciliation.checkPayout(payout("paid"));
        reconciliation.checkPayout(payout("in_transit"));
        assertThat(states())
                .containsExactly(
                        Map.entry("payout_failed:po_1", "resolved"),
                        Map.entry("payout_failed_after_paid:po_1", "open"));
    }

    private static PayoutChange payout(String status) {
        StripeEvent event = new StripeEvent(
                "evt_1", "payout." + status, START, START, false, null, null, MissingNode.getInstance(), 1);
        return new PayoutChange(event, "po_1", status, 4900, "usd", null, true, null, START);
    }

    @Test
    void theSweepFindsWhatIsPaidAndNotFulfilledWhenItsGraceIsOverAndResolvesItWhenTheErpHasIt() {
        payment("pi_1", "succeeded", 4900);
        charge("ch_1", "pi_1", 4900);
        delivery("ful_pi_1", "pi_1", "fulfillment.requested", "pending");
        for (int minutes = 0; minutes < 60; minutes += 5) {
            reconciliation.sweep();
            assertThat(reconciliation.openFindings()).isEmpty();
            clock.advance(Duration.ofMinutes(5));
        }
        reconciliation.sweep();
        assertThat(states()).containsExactly(Map.entry("paid_not_fulfilled:pi_1", "open"));

        clock.advance(Duration.ofDays(1));
        reconciliation.sweep();
        assertThat(states()).containsValue("open");

        database.jdbc().update("UPDATE delivery SET state = 'delivered'");
        reconciliation.sweep();
        assertThat(states()).containsExactly(Map.entry("paid_not_fulfilled:pi_1", "resolved"));
    }

    @Test
    void theSweepFindsWhatTheErpRefusedHoweverLongAgoThePaymentWas() {
        payment("pi_1", "succeeded", 4900);
        charge("ch_1", "pi_1", 4900);
        clock.advance(Duration.ofDays(20));
        reconciliation.sweep();
        delivery("ful_pi_1", "pi_1", "fulfillment.requested", "dead");
        clock.advance(Duration.ofDays(20));
        reconciliation.sweep();
        assertThat(states()).containsExactly(Map.entry("paid_not_fulfilled:pi_1", "open"));
    }

    @Test
    void theSweepFindsAChargeWhosePaymentWasNeverHeardOf() {
        charge("ch_1", "pi_1", 4900);
        payment("pi_1", null, 0);
        reconciliation.sweep();
        assertThat(reconciliation.openFindings()).isEmpty();
        clock.advance(Duration.ofMinutes(30));
        reconciliation.sweep();
        assertThat(states()).containsExactly(Map.entry("charge_without_payment:ch_1", "open"));

        database.jdbc().update("DELETE FROM payment");
        payment("pi_1", "succeeded", 4900);
        delivery("ful_pi_1", "pi_1", "fulfillment.requested", "delivered");
        reconciliation.sweep();
        assertThat(states()).containsExactly(Map.entry("charge_without_payment:ch_1", "resolved"));
    }

    @Test
    void theSweepFindsAChargeThatNamesNoPaymentAndOneThatDoesNotArriveInTheBalance() {
        charge("ch_1", null, 4900);
        database.jdbc().update("UPDATE charge SET balance_transaction_id = NULL");
        reconciliation.sweep();
        assertThat(states()).containsOnlyKeys("charge_without_payment:ch_1");
        clock.advance(Duration.ofHours(2));
        reconciliation.sweep();
        assertThat(states()).containsOnlyKeys("charge_without_payment:ch_1", "balance_transaction_missing:ch_1");
    }

    @Test
    void theSweepGoesThroughEverythingThatIsDueBatchByBatch() {
        for (int i = 0; i < 7; i++) {
            payment("pi_" + i, "succeeded", 4900);
            charge("ch_" + i, "pi_" + i, 4200);
        }
        Run run = reconciliation.sweep();
        assertThat(run).isEqualTo(new Run(7, 7, 7, 0));
        assertThat(Row.of(database.jdbc().queryForMap("SELECT * FROM reconciliation_run")))
                .satisfies(row -> {
                    assertThat(row.text("outcome")).isEqualTo("finished");
                    assertThat(row.text("trigger_by")).isEqualTo("timer");
                    assertThat(row.number("payments")).isEqualTo(7);
                    assertThat(row.number("findings")).isEqualTo(7);
                    assertThat(row.time("finished_at")).isEqualTo(START);
                });
    }

    @Test
    void aPaymentThatHasBeenSeenToAddUpIsNotCheckedAgain() {
        payment("pi_1", "succeeded", 4900);
        charge("ch_1", "pi_1", 4900);
        delivery("ful_pi_1", "pi_1", "fulfillment.requested", "delivered");
        assertThat(reconciliation.sweep().payments()).isEqualTo(1);
        clock.advance(Duration.ofHours(3));
        reconciliation.sweep();
        clock.advance(Duration.ofHours(3));
        assertThat(reconciliation.sweep().payments()).isZero();
    }

    @Test
    void aSweepThatDidNotFinishIsRepeatedFromWhereTheLastFinishedOneBegan() {
        reconciliation.sweep();
        payment("pi_1", "succeeded", 4900);
        charge("ch_1", "pi_1", 4200);
        database.jdbc().update("UPDATE payment SET paid_at = ?", Row.parameter(START.plusSeconds(1)));
        database.jdbc()
                .update(
                        "INSERT INTO reconciliation_run (run_id, trigger_by, started_at, outcome)"
                                + " VALUES ('died', 'timer', ?, 'running')",
                        Row.parameter(START.plusSeconds(60)));
        clock.advance(Duration.ofDays(10));
        assertThat(reconciliation.sweep().payments()).isEqualTo(1);
        assertThat(states()).containsKey("amount_mismatch:pi_1:ch_1");
    }

    @Test
    void oldRunsAreForgottenButNotTheOneThatTheNextSweepBeginsAt() {
        reconciliation.sweep();
        clock.advance(Duration.ofDays(40));
        reconciliation.sweep();
        assertThat(runs()).isEqualTo(2);
        clock.advance(Duration.ofMinutes(5));
        reconciliation.sweep();
        assertThat(runs()).isEqualTo(2);
    }

    @Test
    void severalNodesThatSweepAtOnceKeepOneRowForEachDifference() throws Exception {
        for (int i = 0; i < 20; i++) {
            payment("pi_" + i, "succeeded", 4900);
            charge("ch_" + i, "pi_" + i, 4200);
            charge("lone_" + i, null, 4200);
        }
        ExecutorService nodes = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Run>> sweeps =
                    List.of(reconciliation::sweep, reconciliation::sweep, reconciliation::sweep, reconciliation::sweep);
            for (Future<Run> sweep : nodes.invokeAll(sweeps)) {
                assertThat(sweep.get()).isEqualTo(new Run(20, 40, 40, 0));
            }
        } finally {
            nodes.shutdownNow();
        }
        assertThat(rows()).hasSize(40);
    }

    @Test
    void whatIsCheckedLeavesTheListAndWhatIsNotOnItIsNotChecked() {
        payment("pi_1", "succeeded", 4900);
        charge("ch_1", "pi_1", 4200);
        payment("pi_2", "succeeded", 4900);
        charge("ch_2", "pi_2", 4200);
        mark("pi_1");
        reconciliation.checkChanged(listed("pi_1", "pi_2"));
        assertThat(states()).containsExactly(Map.entry("amount_mismatch:pi_1:ch_1", "open"));
        assertThat(waiting()).isEmpty();
    }

    @Test
    void aPaymentThatCannotBeCheckedKeepsNoOtherFromIt() {
        payment("pi_1", "succeeded", 4900);
        charge("ch_1", "pi_1", 4200);
        payment("pi_2", "succeeded", 4900);
        delivery("ful_pi_2", "pi_2", "fulfillment.requested", "no such state");
        payment("pi_3", "succeeded", 4900);
        charge("ch_3", "pi_3", 4200);
        List.of("pi_1", "pi_2", "pi_3").forEach(this::mark);
        reconciliation.checkChanged(listed("pi_1", "pi_2", "pi_3"));
        assertThat(states()).containsOnlyKeys("amount_mismatch:pi_1:ch_1", "amount_mismatch:pi_3:ch_3");
        assertThat(waiting()).isEmpty();
    }

    @Test
    void whatAnEventChangesWhileItsPaymentIsCheckedIsCheckedToo() throws Exception {
        payment("pi_1", "succeeded", 4900);
        charge("ch_1", "pi_1", 4900);
        mark("pi_1");
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<?> check = database.transaction().execute(event -> {
                new Table(database.jdbc(), "payment", "payment_id").lock("pi_1");
                database.jdbc().update("UPDATE charge SET amount_captured = 4200");
                mark("pi_1");
                Future<?> started = other.submit(() -> reconciliation.checkChanged(listed("pi_1")));
                await().atMost(Duration.ofSeconds(30)).until(() -> started.isDone() || somebodyWaitsForALock());
                return started;
            });
            Objects.requireNonNull(check).get();
        } finally {
            other.shutdownNow();
        }
        if (!waiting().isEmpty()) {
            reconciliation.checkChanged(listed("pi_1"));
        }
        assertThat(states()).containsExactly(Map.entry("amount_mismatch:pi_1:ch_1", "open"));
    }

    private boolean somebodyWaitsForALock() {
        Integer waiting = database.jdbc()
                .queryForObject(
                        database.kind() == TestDatabase.Kind.H2
                                ? "SELECT COUNT(*) FROM information_schema.sessions WHERE blocker_id IS NOT NULL"
                                : "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
                                        + " AND wait_event_type = 'Lock'",
                        Integer.class);
        return waiting != null && waiting > 0;
    }

    private void mark(String paymentId) {
        database.jdbc().update("UPDATE payment SET check_at = ? WHERE payment_id = ?", Row.parameter(START), paymentId);
    }

    private List<String> waiting() {
        return database.jdbc().queryForList("SELECT payment_id FROM payment WHERE check_at IS NOT NULL", String.class);
    }

    private static List<Map<String, Object>> listed(String... paymentIds) {
        return Stream.of(paymentIds)
                .map(id -> Map.<String, Object>of("payment_id", id))
                .toList();
    }

    private void check(String paymentId) {
        mark(paymentId);
        reconciliation.checkChanged(listed(paymentId));
    }

    private void payment(String id, @Nullable String status, long received) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>(version());
        row.put("payment_id", id);
        row.put("status", status);
        row.put("amount", received);
        row.put("amount_received", received);
        row.put("currency", "jpy");
        row.put("latest_charge_id", "ch_1");
        row.put("order_ref", id.equals("pi_1") ? "1001" : "order of " + id);
        row.put("created_at", START);
        row.put("paid_at", "succeeded".equals(status) ? START : null);
        new Table(database.jdbc(), "payment", "payment_id").insertNew(row);
    }

    private void charge(String id, @Nullable String paymentId, long captured) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>(version());
        row.put("charge_id", id);
        row.put("payment_id", paymentId);
        row.put("status", "succeeded");
        row.put("amount", 10_000);
        row.put("amount_captured", captured);
        row.put("amount_refunded", 0);
        row.put("currency", "jpy");
        for (String flag : List.of("captured", "paid")) {
            row.put(flag, true);
        }
        for (String flag : List.of("refunded", "disputed")) {
            row.put(flag, false);
        }
        row.put("balance_transaction_id", "txn_" + id);
        row.put("api_version", "2026-03-25.dahlia");
        row.put("created_at", START);
        new Table(database.jdbc(), "charge", "charge_id").insertNew(row);
    }

    private void refund(String id, String chargeId, long amount) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>(version());
        row.put("refund_id", id);
        row.put("charge_id", chargeId); // as a refund that came before its charge: it does not know its payment
        row.put("status", "succeeded");
        row.put("amount", amount);
        row.put("currency", "jpy");
        row.put("created_at", START);
        new Table(database.jdbc(), "refund", "refund_id").insertNew(row);
    }

    private void delivery(String id, String paymentId, String kind, String state) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("delivery_id", id);
        row.put("destination", "erp");
        row.put("kind", kind);
        row.put("payment_id", paymentId);
        row.put("sequence", 20);
        row.put("state", state);
        row.put("attempts", 0);
        row.put("created_at", clock.instant());
        row.put("payload", "{}");
        new Table(database.jdbc(), "delivery", "delivery_id").insertNew(row);
    }

    private static Map<String, Object> version() {
        return Map.of("version_final", 0, "version_at", 0L, "version_rank", 0L, "version_tie", "");
    }

    private List<Map<String, Object>> rows() {
        return database.jdbc().queryForList("SELECT * FROM reconciliation_finding");
    }

    private Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        rows().stream().map(Row::of).forEach(row -> states.put(row.mustText("finding_id"), row.mustText("state")));
        return states;
    }

    private int runs() {
        Integer runs = database.jdbc().queryForObject("SELECT COUNT(*) FROM reconciliation_run", Integer.class);
        return runs == null ? 0 : runs;
    }

    private static <T> List<List<T>> permutations(List<T> items) {
        if (items.isEmpty()) {
            return List.of(List.of());
        }
        List<List<T>> all = new ArrayList<>();
        for (T first : items) {
            List<T> rest = new ArrayList<>(items);
            rest.remove(first);
            for (List<T> permutation : permutations(rest)) {
                List<T> whole = new ArrayList<>();
                whole.add(first);
                whole.addAll(permutation);
                all.add(whole);
            }
        }
        return all;
    }
}
