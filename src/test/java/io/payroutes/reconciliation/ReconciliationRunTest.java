package io.payroutes.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.stripe.model.ChargeCollection;
import io.payroutes.Inflow;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import io.payroutes.delivery.ClaimedDelivery;
import io.payroutes.delivery.Destination;
import io.payroutes.delivery.MailDesk;
import io.payroutes.delivery.PreparedMail;
import io.payroutes.demo.StripeEvent;
import io.payroutes.reconciliation.StripeBooks.Sale;
import io.payroutes.retry.BackOff;
import io.payroutes.store.Row;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

/** Runs against books that are in order, and against books that are not, in one way each. */
@OnEachDatabase
class ReconciliationRunTest {
    private static final Instant START = Instant.parse("2026-05-01T09:00:00Z");
    private static final Instant LATER = START.plus(Duration.ofDays(3));
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    // One program for all tests on a database: what it keeps is in the database, which each test begins without.
    private static final SettableClock CLOCK = new SettableClock(LATER);
    private static final StripeBooks STRIPE = new StripeBooks(START);
    private static @Nullable RunningPayroutes payroutes;

    private final TestDatabase database;

    ReconciliationRunTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeParameterizedClassInvocation
    static void start(TestDatabase database) {
        payroutes = program(database);
    }

    @BeforeEach
    void begin() {
        database.clear();
        STRIPE.clear(START);
    }

    private static RunningPayroutes program(TestDatabase database) {
        return RunningPayroutes.on(database)
                .bind("clock", CLOCK)
                .with("stripe.api-key", "sk_test_books")
                .with("stripe.api-base", STRIPE.url())
                .with("stripe.retries", "0")
                .with("stripe.requests-per-second", "10000")
                .with("stripe.requests-per-second-per-endpoint", "10000")
                .with("erp.url", STRIPE.url() + "/erp")
                .with("erp.signing-secret", "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0")
                .with("api.keys", "key")
                .with("reconciliation.run-poll", "50ms")
                // Some tests have runs for themselves, which lie years ahead of this program's clock.
                .with("postdated.every", "1h")
                .with("reconciliation.run-every", "0s")
                .with("reconciliation.first-sweep", "1h")
                .with("reconciliation.notify.mail", "finance@example.com")
                .with("reconciliation.notify.every", "100ms")
                .with("mail.from", "shop@example.com")
                .start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (payroutes != null) {
            payroutes.close();
        }
    }

    @AfterAll
    static void close() {
        STRIPE.close();
    }

    @Test
    void nothingIsFoundInBooksThatAreInOrder() throws Exception {
        orderly();
        assertThat(found()).isEmpty();
        assertThat(run().outcome()).isEqualTo("finished");
        assertThat(run().counts().findings()).isZero();
        assertThat(run().counts().charges()).isEqualTo(9);
        assertThat(run().counts().payments()).isEqualTo(9);
        assertThat(run().counts().payouts()).isEqualTo(2);
    }

    /** Every ordinary thing that happens to money. */
    private void orderly() {
        STRIPE.sale("1001", 4900, "jpy");
        STRIPE.declined("pi_9001", "1002", 4900, "jpy");
        STRIPE.refund(STRIPE.sale("1003", 3000, "jpy"), 1000);
        STRIPE.refund(STRIPE.sale("1004", 3000, "jpy"), 3000);
        STRIPE.sale("1005", 10_000, 6000, "jpy", false);
        STRIPE.sale("1006", 10_000, 6000, "jpy", true);
        STRIPE.dispute(STRIPE.sale("1007", 5000, "jpy"), 5000);
        Sale foreign = STRIPE.sale("1008", 1000, "eur");
        STRIPE.object("balance_transactions", foreign.line())
                .put("currency", "usd")
                .put("amount", 1234)
                .put("fee", 44)
                .put("net", 1190)
                .put("exchange_rate", 1.234)
                .putArray("fee_details");
        STRIPE.payOut("jpy");
        STRIPE.payOut("usd");
        STRIPE.sale("1009", 700, "jpy"); // still in the balance
    }

    @Test
    void aRunOverAClosedSpanGivesTheSameAgain() throws Exception {
        orderly();
        STRIPE.object("balance_transactions", STRIPE.sale("2001", 4900, "jpy").line())
                .put("net", 1);
        List<String> first = found();
        ReconciliationRun run = run();
        assertThat(first).hasSize(1);
        assertThat(found()).isEqualTo(first);
        assertThat(run().counts()).isEqualTo(run.counts());
        assertThat(run().id()).isNotEqualTo(run.id());
    }

    @Test
    void aChargeOfWhichNoEventToldIsFound() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        STRIPE.keepQuietAbout(sale.payment());
        assertThat(found()).containsExactly("unknown_charge:" + sale.charge());
    }

    @Test
    void aChargeThatOnlyThePaymentNamesIsKnown() throws Exception {
        STRIPE.sale("1001", 4900, "jpy");
        STRIPE.events().removeIf(event -> event.type().startsWith("charge."));
        assertThat(found()).isEmpty();
    }

    @Test
    void aSecondChargeOfAPaymentIsFoundOnce() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        ObjectNode second = STRIPE.charge(sale.payment(), "1001", 4900, 4900, "jpy");
        second.put(
                "balance_transaction",
                StripeBooks.id(STRIPE.line("charge", "charge", StripeBooks.id(second), 4900, "jpy")));
        STRIPE.tell("charge.succeeded", second, false);
        assertThat(found()).containsExactly("duplicate_charge:" + sale.payment() + ":" + StripeBooks.id(second));
    }

    @Test
    void anOrderThatTwoPaymentsHavePaidIsFoundOnce() throws Exception {
        Sale first = STRIPE.sale("1001", 4900, "jpy");
        Sale second = STRIPE.sale("1001", 4900, "jpy");
        assertThat(found()).containsExactly("duplicate_charge:" + second.payment() + ":" + first.payment());
    }

    @Test
    void anotherAmountThanStripeHasIsFound() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        STRIPE.object("charges", sale.charge()).put("amount", 5900).put("amount_captured", 5900);
        STRIPE.object("balance_transactions", sale.line()).put("amount", 5900).put("net", 5900 - 176);
        assertThat(found()).containsExactly("recorded_amount_mismatch:" + sale.charge());
    }

    @Test
    void aChargeThatStripeDoesNotHaveIsFound() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        STRIPE.remove("charges", sale.charge());
        STRIPE.remove("balance_transactions", sale.line());
        assertThat(found()).containsExactly("charge_not_at_stripe:" + sale.charge());
    }

    @Test
    void aPaymentThatStripeDoesNotHaveIsFoundAndTheRunGoesOn() throws Exception {
        Sale first = STRIPE.sale("1001", 4900, "jpy");
        STRIPE.neverHad(first);
        Sale second = STRIPE.sale("1002", 4900, "jpy");
        STRIPE.neverHad(second);
        STRIPE.events()
                .removeIf(event -> event.type().equals("charge.succeeded")
                        && event.json().contains("\"" + second.charge() + "\""));
        Sale refunded = STRIPE.sale("1003", 4900, "jpy");
        STRIPE.refund(refunded, 1000);
        STRIPE.neverHad(refunded);
        assertThat(found())
                .contains(
                        "charge_not_at_stripe:" + first.charge(),
                        "charge_not_at_stripe:" + second.charge(),
                        "charge_not_at_stripe:" + refunded.charge());
        assertThat(run().isFinished()).isTrue();
    }

    @Test
    void aConnectedAccountsPaymentsAreNotAskedForWithThePlatformsKey() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        STRIPE.neverHad(sale);
        STRIPE.events().replaceAll(event -> event.with("/account", "acct_1"));
        assertThat(found()).isEmpty();
        assertThat(STRIPE.asked()).noneMatch(request -> request.contains("payment_intent=" + sale.payment()));
    }

    @Test
    void aConnectedAccountsChargeWithoutAPaymentIsNotAskedForEither() throws Exception {
        Sale sale = STRIPE.lone("1001", 4900, "jpy");
        STRIPE.neverHad(sale);
        STRIPE.events().replaceAll(event -> event.with("/account", "acct_1"));
        assertThat(found()).noneMatch(finding -> finding.startsWith("charge_not_at_stripe"));
        assertThat(STRIPE.asked()).noneMatch(request -> request.contains(sale.charge()));
    }

    @Test
    void aRefundOfWhichNoEventToldIsFound() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        ObjectNode refund = STRIPE.refund(sale, 1000);
        STRIPE.keepQuietAbout(StripeBooks.id(refund));
        STRIPE.events().removeIf(event -> event.type().equals("charge.refunded"));
        assertThat(found()).containsExactly("refund_mismatch:" + sale.charge());
    }

    @Test
    void aRefundThatFailedIsFound() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        ObjectNode refund = STRIPE.refund(sale, 1000);
        STRIPE.pass(60);
        refund.put("status", "failed");
        STRIPE.object("charges", sale.charge()).put("amount_refunded", 0);
        STRIPE.line("refund_failure", "refund_failure", StripeBooks.id(refund), 1000, "jpy");
        STRIPE.tell("refund.failed", refund, false);
        STRIPE.tell("charge.updated", STRIPE.object("charges", sale.charge()), false);
        assertThat(found()).containsExactly("refund_failed:" + StripeBooks.id(refund));
    }

    @Test
    void aDisputeOfWhichNoEventToldIsFound() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        ObjectNode dispute = STRIPE.dispute(sale, 4900);
        STRIPE.events().removeIf(event -> event.type().startsWith("charge.dispute"));
        assertThat(found()).containsExactly("dispute_mismatch:" + StripeBooks.id(dispute));
    }

    @Test
    void linesThatNameEachOthersChargesAreFound() throws Exception {
        Sale one = STRIPE.sale("1001", 4900, "jpy");
        Sale two = STRIPE.sale("1002", 4900, "jpy");
        STRIPE.object("charges", one.charge()).put("balance_transaction", two.line());
        assertThat(found()).containsExactly("link_mismatch:" + one.charge() + ":" + two.line());
    }

    @Test
    void aLineWithAnotherAmountThanItsChargeIsFound() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        STRIPE.object("balance_transactions", sale.line()).put("amount", 4800).put("net", 4800 - 176);
        assertThat(found()).containsExactly("balance_transaction_amount_mismatch:" + sale.charge() + ":" + sale.line());
    }

    @Test
    void aLineThatDoesNotAddUpIsFoundAndItsPayoutIsNot() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        STRIPE.payOut("jpy");
        STRIPE.object("balance_transactions", sale.line()).put("net", 4000);
        assertThat(found()).containsExactly("balance_transaction_arithmetic:" + sale.line());
    }

    @Test
    void aFeeOutOfTheOrdinaryIsFound() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        ObjectNode line = STRIPE.object("balance_transactions", sale.line());
        line.put("fee", 1960).put("net", 2940).withArrayProperty("fee_details").removeAll();
        assertThat(found()).containsExactly("unusual_fee:" + sale.line());
    }

    @Test
    void aLineOfAnUnknownTypeIsFound() throws Exception {
        ObjectNode line = STRIPE.line("moon_tax", "other_adjustment", "", -500, "jpy");
        line.putNull("source");
        assertThat(found()).containsExactly("unknown_transaction_type:" + StripeBooks.id(line));
    }

    @Test
    void aLineAboutNothingIsFound() throws Exception {
        ObjectNode line = STRIPE.line("refund", "refund", "re_none", -500, "jpy");
        assertThat(found()).containsExactly("balance_transaction_unlinked:" + StripeBooks.id(line));
    }

    @Test
    void aChargeWithoutALineIsFoundOnceItIsLate() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        STRIPE.object("charges", sale.charge()).putNull("balance_transaction");
        STRIPE.remove("balance_transactions", sale.line());
        STRIPE.events().clear();
        STRIPE.tell("charge.succeeded", STRIPE.object("charges", sale.charge()), false);
        STRIPE.tell(
                "payment_intent.succeeded",
                STRIPE.intent(sale.payment(), "1001", 4900, 4900, "jpy", sale.charge()),
                false);
        assertThat(found()).containsExactly("balance_transaction_missing:" + sale.charge());

        ObjectNode line = STRIPE.line("charge", "charge", sale.charge(), 4900, "jpy");
        STRIPE.object("charges", sale.charge()).put("balance_transaction", StripeBooks.id(line));
        assertThat(found()).isEmpty();
        assertThat(states()).containsExactly(Map.entry("balance_transaction_missing:" + sale.charge(), "resolved"));
    }

    @Test
    void aPayoutThatIsNotTheSumOfItsLinesIsFound() throws Exception {
        STRIPE.sale("1001", 4900, "jpy");
        Sale taken = STRIPE.sale("1002", 2000, "jpy");
        ObjectNode payout = STRIPE.payOut("jpy");
        STRIPE.linesOf(payout).remove(taken.line());
        assertThat(found()).containsExactly("payout_mismatch:" + StripeBooks.id(payout));
        assertThat(run().counts().findings()).isEqualTo(1);
    }

    @Test
    void aManualPayoutIsTakenAsItIs() throws Exception {
        STRIPE.sale("1001", 4900, "jpy");
        ObjectNode payout = STRIPE.payOut("jpy");
        payout.put("automatic", false).put("reconciliation_status", "not_applicable");
        STRIPE.linesOf(payout).clear();
        assertThat(found()).isEmpty();
    }

    @Test
    void aPayoutMayTakeMoneyFromTheBankAndMayBeTakenBack() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        STRIPE.payOut("jpy");
        STRIPE.refund(sale, 1000);
        ObjectNode debit = STRIPE.payOut("jpy");
        assertThat(debit.path("amount").asLong()).isEqualTo(-1000);
        STRIPE.sale("1002", 700, "jpy");
        ObjectNode instant = STRIPE.payOut("jpy");
        instant.put("automatic", false).put("method", "instant").put("reconciliation_status", "not_applicable");
        STRIPE.linesOf(instant).clear();
        ObjectNode back = STRIPE.payOut("jpy");
        back.put("automatic", false).put("reconciliation_status", "not_applicable");
        back.put("amount", -instant.path("amount").asLong()).put("original_payout", StripeBooks.id(instant));
        STRIPE.linesOf(back).clear();
        instant.put("reversed_by", StripeBooks.id(back));
        assertThat(found()).isEmpty();

        String report = get("/api/reconciliation/runs/" + run().id());
        assertThat(report)
                .contains("\"amount\":-1000,\"status\":\"paid\",\"automatic\":true")
                .contains("\"itemised\":true,\"unexplained\":0")
                .contains("\"method\":\"instant\",\"failure_code\":null,\"reverses\":null,\"reversed_by\":\""
                        + StripeBooks.id(back) + "\",\"itemised\":false,\"unexplained\":null");
        assertThat(get("/api/reconciliation/runs/" + run().id() + "/report.html"))
                .contains("-¥1,000", "instant", "taken back by " + StripeBooks.id(back))
                .contains("Stripe can itemise automatic payouts only");
    }

    @Test
    void aPayoutThatFailedAfterItWasPaidIsFound() throws Exception {
        STRIPE.sale("1001", 4900, "jpy");
        ObjectNode payout = STRIPE.payOut("jpy");
        STRIPE.pass(60);
        payout.put("status", "failed").put("failure_code", "account_closed");
        STRIPE.tell("payout.failed", payout, false);
        assertThat(found()).containsExactly("payout_failed_after_paid:" + StripeBooks.id(payout));
    }

    @Test
    void anEventAboutAPayoutHasItsLinesLookedAt() {
        STRIPE.sale("1001", 4900, "jpy");
        Sale taken = STRIPE.sale("1002", 2000, "jpy");
        ObjectNode payout = STRIPE.payOut("jpy");
        STRIPE.linesOf(payout).remove(taken.line());
        STRIPE.tell("payout.reconciliation_completed", payout, false);
        tell();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(states())
                        .containsExactly(Map.entry("payout_mismatch:" + StripeBooks.id(payout), "open")));
    }

    @Test
    void moreThanWasAuthorizedIsFound() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, 5900, "jpy", false);
        assertThat(found()).containsExactly("captured_more_than_authorized:" + sale.charge());
    }

    @Test
    void whatTheListsOfASpanDoNotShowIsAskedFor() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        STRIPE.pass(Duration.ofDays(2).toSeconds());
        STRIPE.refund(sale, 1000);
        tell();
        assertThat(found(START.plus(Duration.ofDays(1)), LATER)).isEmpty();
        assertThat(STRIPE.asked())
                .anyMatch(request ->
                        request.startsWith("charges?") && request.contains("payment_intent=" + sale.payment()))
                .contains("balance_transactions/" + sale.line() + "?");
    }

    @Test
    void aRefusalIsNoEndAndWhatIsCommittedIsNotAskedForAgain() throws Exception {
        for (int i = 0; i < 250; i++) {
            STRIPE.sale("order-" + i, 1000 + i, "jpy");
        }
        tell();
        STRIPE.refuse(path -> path.equals("balance_transactions"), 429, 500, 0, 1, 503);
        assertThat(found()).isEmpty();
        assertThat(run().counts().lines()).isEqualTo(250);
        assertThat(STRIPE.asked().stream().filter(request -> request.startsWith("charges?")))
                .hasSize(3)
                .doesNotHaveDuplicates();
        assertThat(STRIPE.asked().stream().filter(request -> request.startsWith("balance_transactions?")))
                .hasSize(8);
    }

    @Test
    void aKeyThatStripeRefusesEndsTheRunWithTheReason() throws Exception {
        STRIPE.refuse(path -> path.equals("charges"), 401, 401, 401, 401, 401);
        begin(START, LATER);
        await().atMost(Duration.ofSeconds(30)).until(() -> run().hasFailed());
        assertThat(database.jdbc()
                        .queryForObject("SELECT reason FROM reconciliation_run WHERE step IS NOT NULL", String.class))
                .contains("not now");
    }

    @Test
    void aRunThatLostItsWorkerGoesOnWhereItWas() throws Exception {
        for (int i = 0; i < 250; i++) {
            STRIPE.sale("order-" + i, 1000 + i, "jpy");
        }
        tell();
        STRIPE.refuse(path -> path.equals("balance_transactions"), 500);
        begin(START, LATER);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> run().step() == RunStep.BALANCE_TRANSACTIONS && run().attempts() == 1);
        if (payroutes != null) {
            payroutes.close();
        }
        CLOCK.advance(Duration.ofHours(1));
        payroutes = program(database);
        await().atMost(Duration.ofSeconds(30)).until(() -> run().isFinished());
        assertThat(STRIPE.asked().stream().filter(request -> request.startsWith("charges?")))
                .hasSize(3);
        assertThat(run().counts().lines()).isEqualTo(250);
    }

    @Test
    void whoeverHasLostTheLeaseCanCommitNothing() {
        // In another time, so that the program does not take the run up.
        SettableClock ahead = new SettableClock(LATER.plus(Duration.ofDays(3650)));
        ReconciliationRuns runs =
                new ReconciliationRuns(database.jdbc(), database.transaction(), ahead, new Random(1), settings());
        String id = runs.begin(new Span(START, LATER, null), "test");
        ReconciliationRun first = runs.claim(id).orElseThrow();
        assertThat(runs.claim(id)).isEmpty();

        ahead.advance(Duration.ofMinutes(2));
        ReconciliationRun second = runs.claim(id).orElseThrow();
        ChargeCollection nothing = new ChargeCollection();
        nothing.setData(List.of());
        nothing.setHasMore(false);
        assertThatThrownBy(() -> runs.keep(first, nothing)).isInstanceOf(RunLostException.class);
        assertThat(runs.failed(first, new IllegalStateException("late")).goesOn())
                .isFalse();
        assertThat(runs.get(id).step()).isEqualTo(RunStep.CHARGES);
        assertThat(runs.get(id).attempts()).isZero();
        assertThat(runs.keep(second, nothing).step()).isEqualTo(RunStep.REFUNDS);
    }

    @Test
    void aRunThatIsRefusedAgainAndAgainHasFailed() {
        SettableClock ahead = new SettableClock(LATER.plus(Duration.ofDays(3650)));
        ReconciliationRuns runs =
                new ReconciliationRuns(database.jdbc(), database.transaction(), ahead, new Random(1), settings());
        String id = runs.begin(new Span(START, LATER, null), "test");
        for (int attempt = 1; attempt <= 3; attempt++) {
            ReconciliationRun run = runs.claim(id).orElseThrow();
            assertThat(run.attempts()).isEqualTo(attempt - 1);
            assertThat(runs.failed(run, new IllegalStateException("no")).hasFailed())
                    .isEqualTo(attempt == 3);
            ahead.advance(Duration.ofMinutes(1));
        }
        assertThat(runs.get(id).hasFailed()).isTrue();
    }

    @Test
    void theClockBeginsOneRunAfterTheOtherAndLeavesNoTimeOut() {
        Instant now = LATER.plus(Duration.ofDays(3650));
        SettableClock ahead = new SettableClock(now);
        ReconciliationRuns runs = new ReconciliationRuns(
                database.jdbc(), database.transaction(), ahead, new Random(1), settings(Duration.ofHours(1)));
        runs.beginScheduled();
        runs.beginScheduled(); // as another node would
        assertThat(spans()).containsExactly(now.minus(Duration.ofHours(1)) + " " + now + " running");

        ReconciliationRun run = runs.claim("timer-first").orElseThrow();
        for (int attempt = 0; attempt < 3; attempt++) {
            run = runs.failed(run, new IllegalStateException("no"));
        }
        assertThat(run.hasFailed()).isTrue();
        runs.beginScheduled();
        assertThat(runs.get("timer-first").isRunning()).isFalse();

        ahead.advance(Duration.ofHours(1));
        runs.beginScheduled();
        assertThat(spans()).containsExactly(now.minus(Duration.ofHours(1)) + " " + now + " running");
        assertThat(runs.claim("timer-first")).isPresent();

        database.jdbc().update("UPDATE reconciliation_run SET outcome = 'finished', step = 'done', due_at = NULL");
        runs.beginScheduled();
        assertThat(spans())
                .containsExactly(
                        now.minus(Duration.ofHours(1)) + " " + now + " finished",
                        now + " " + now.plus(Duration.ofHours(1)) + " running");
    }

    private List<String> spans() {
        return database.jdbc().queryForList("SELECT * FROM reconciliation_run ORDER BY span_to").stream()
                .map(Row::of)
                .map(row -> row.mustTime("span_from") + " " + row.mustTime("span_to") + " " + row.text("outcome"))
                .toList();
    }

    @Test
    void oldRunsAreForgottenExceptWhereTheNextOneBegins() throws Exception {
        found();
        String kept = run().id();
        for (String run : List.of("timer-1", "timer-2", "api-1", "api-2")) {
            database.jdbc()
                    .update(
                            "INSERT INTO reconciliation_run (run_id, trigger_by, started_at, finished_at, outcome,"
                                    + " payments, charges, findings, span_from, span_to, step)"
                                    + " VALUES (?, ?, ?, ?, ?, 0, 0, 0, ?, ?, 'done')",
                            run,
                            run.split("-", -1)[0],
                            Row.parameter(START.minus(Duration.ofDays(300))),
                            run.equals("api-2") ? null : Row.parameter(START.minus(Duration.ofDays(299))),
                            run.equals("api-2") ? "running" : "finished",
                            Row.parameter(START.minus(Duration.ofDays(301))),
                            Row.parameter(START.minus(Duration.ofDays(run.equals("timer-2") ? 299 : 300))));
            database.jdbc().update("INSERT INTO reconciliation_run_finding (run_id, finding_id) VALUES (?, 'x')", run);
        }
        Reconciliation sweeps = Objects.requireNonNull(payroutes).bean("reconciliation", Reconciliation.class);
        sweeps.sweep();
        assertThat(database.jdbc()
                        .queryForList(
                                "SELECT run_id FROM reconciliation_run WHERE step IS NOT NULL ORDER BY run_id",
                                String.class))
                .containsExactlyInAnyOrder("api-2", "timer-2", kept);
        assertThat(database.jdbc()
                        .queryForList("SELECT run_id FROM reconciliation_run_finding ORDER BY run_id", String.class))
                .containsExactly("api-2", "timer-2");
    }

    @Test
    void aChargeWithoutAPaymentMayHaveBeenRefundedLater() throws Exception {
        Sale sale = STRIPE.lone("1001", 4900, "jpy");
        STRIPE.pass(86_400);
        STRIPE.refund(sale, 1000);
        tell();
        // Nothing is wrong but that it has no payment.
        String known = "charge_without_payment:" + sale.charge();
        assertThat(found(START, START.plus(Duration.ofHours(1)))).containsExactly(known);
        assertThat(found(START.plus(Duration.ofDays(1)), LATER)).containsExactly(known);
    }

    private static ReconciliationRuns.Settings settings() {
        return settings(Duration.ZERO);
    }

    private static ReconciliationRuns.Settings settings(Duration every) {
        return new ReconciliationRuns.Settings(
                SampleBooks.GRACES,
                List.of("order"),
                false,
                List.of(),
                800,
                100,
                200,
                Duration.ofMinutes(2),
                new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(1)),
                3,
                every,
                Duration.ZERO,
                Duration.ZERO,
                true);
    }

    @Test
    void theSameSpanIsOneRunWhileItIsUnderWay() {
        ReconciliationRuns runs = bean();
        STRIPE.refuse(path -> true, 503, 503, 503);
        String id = runs.begin(new Span(START, LATER, null), "test");
        assertThat(runs.begin(new Span(START, LATER, null), "test")).isEqualTo(id);
        assertThat(runs.begin(new Span(START, LATER, "jpy"), "test")).isNotEqualTo(id);
    }

    @Test
    void aRunOfOneCurrencyLooksAtNoOther() throws Exception {
        Sale yen = STRIPE.sale("1001", 4900, "jpy");
        Sale dollars = STRIPE.sale("1002", 4900, "usd");
        STRIPE.object("balance_transactions", yen.line()).put("net", 1);
        STRIPE.object("balance_transactions", dollars.line()).put("net", 1);
        tell();
        bean().begin(new Span(START, LATER, "usd"), "test");
        await().atMost(Duration.ofSeconds(30)).until(() -> run().isFinished());
        assertThat(states()).containsExactly(Map.entry("balance_transaction_arithmetic:" + dollars.line(), "open"));
        assertThat(run().counts().lines()).isEqualTo(1);
    }

    @Test
    void aRequestWithoutASpanIsRefused() throws Exception {
        assertThat(post("{}").statusCode()).isEqualTo(400);
        assertThat(post("{\"from\":\"2026-05-01T00:00:00Z\",\"to\":\"2026-05-01T00:00:00Z\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("{\"from\":\"yesterday\",\"to\":\"2026-05-01T00:00:00Z\"}")
                        .body())
                .contains("from");
    }

    @Test
    void theReportsOfARunSayWhatItHasSeen() throws Exception {
        Sale sale = STRIPE.sale("=1+1", 4900, "jpy");
        STRIPE.sale("1002", 1250, "usd");
        STRIPE.payOut("jpy");
        STRIPE.object("balance_transactions", sale.line()).put("net", 4000);
        found();
        String run = "/api/reconciliation/runs/" + run().id();

        String lines = get(run + "/transactions.csv");
        assertThat(lines.lines()).hasSize(4);
        assertThat(lines.lines().findFirst().orElseThrow())
                .startsWith("balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,")
                .endsWith(",order_id,payment_status,finding_codes");
        assertThat(lines)
                .contains(sale.line() + ",2026-05-01 09:01:00,2026-05-01 09:01:00,jpy,4900,176,4000,charge,"
                        + sale.charge())
                .contains(",usd,12.50,0.45,12.05,charge,")
                .contains(",'=1+1,Succeeded,balance_transaction_arithmetic");
        assertThat(get(run + "/findings.csv").lines()).hasSize(2);

        String page = get(run + "/report.html");
        assertThat(page)
                .contains("1 difference is open.")
                .contains("Line " + sale.line() + " of the Stripe balance")
                .contains("href=\"/api/payments/" + sale.payment() + "\"")
                .contains("<svg ")
                .doesNotContain("<script");
        assertThat(get(run + "/report.html?language=ja")).contains("未解決の差異が 1 件あります。");
        assertThat(get(run))
                .contains("\"reporting_category\":\"charge\"")
                .contains(
                        "\"itemised\":true",
                        "\"totals\":[{\"currency\":\"jpy\",\"reporting_category\":\"charge\",\"number\":1,"
                                + "\"gross\":4900,\"fee\":176,\"net\":4000}]")
                .contains("balance_transaction_arithmetic:" + sale.line());
    }

    @Test
    void whatAPersonExplainedIsOpenAgainOnlyWhenItsAmountsChange() throws Exception {
        Sale sale = STRIPE.sale("1001", 4900, "jpy");
        ObjectNode line = STRIPE.object("balance_transactions", sale.line());
        line.put("net", 4000);
        String id = "balance_transaction_arithmetic:" + sale.line();
        assertThat(found()).containsExactly(id);
        String path = "/api/reconciliation/findings/" + id;
        assertThat(send("POST", path + "/explain", "{\"by\":\"Aya\"}").statusCode())
                .isEqualTo(400);
        assertThat(send("POST", path + "/explain", "{\"by\":\"Aya\",\"why\":\"agreed with the bank\"}")
                        .body())
                .contains("\"state\":\"explained\"", "\"explained_by\":\"Aya\"", "agreed with the bank");
        assertThat(found()).isEmpty();
        assertThat(run().counts().findings()).isZero();

        line.put("net", 3000);
        assertThat(found()).containsExactly(id);
        assertThat(get(path)).contains("\"state\":\"open\"", "\"explained_by\":null");

        send("POST", path + "/explain", "{\"by\":\"Aya\",\"why\":\"agreed\"}");
        assertThat(send("POST", path + "/reopen", "").body()).contains("\"state\":\"open\"");
        line.put("net", 4900 - 176);
        assertThat(found()).isEmpty();
        assertThat(get(path)).contains("\"state\":\"resolved\"");
        assertThat(send("POST", path + "/explain", "{\"by\":\"Aya\",\"why\":\"late\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void whoeverIsToKnowIsToldOnceInAMailAndOfAStormInASummary() throws Exception {
        Sale sale = STRIPE.sale("<b>1001</b>", 4900, "jpy");
        STRIPE.keepQuietAbout(sale.payment());
        assertThat(found()).hasSize(1);
        await().atMost(Duration.ofSeconds(30)).until(() -> notices().size() == 1);
        MimeMessage mail = mail(0);
        assertThat(mail.getAllRecipients()).extracting(Object::toString).containsExactly("finance@example.com");
        assertThat(mail.getSubject()).isEqualTo("Reconciliation: 1 difference is open.");
        assertThat(text(mail, 0)).contains("Stripe holds charge " + sale.charge());
        assertThat(text(mail, 1)).contains("&lt;b&gt;1001&lt;/b&gt;").doesNotContain("<b>");

        for (int i = 0; i < 12; i++) {
            STRIPE.keepQuietAbout(STRIPE.sale("order-" + i, 4900, "jpy").payment());
        }
        assertThat(found()).hasSize(13);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> count("reconciliation_finding WHERE notified_at IS NULL") == 0);
        assertThat(notices().size()).isBetween(2, 3);
        assertThat(database.jdbc()
                        .queryForObject(
                                "SELECT count(*) FROM delivery WHERE payload LIKE '%unknown_charge%'", Integer.class))
                .isLessThanOrEqualTo(1);
    }

    private List<Map<String, Object>> notices() {
        return database.jdbc()
                .queryForList("SELECT * FROM delivery WHERE kind = 'reconciliation.notice' ORDER BY created_at");
    }

    private MimeMessage mail(int index) {
        MailDesk desk = java.util.Objects.requireNonNull(payroutes).bean("mailDesk", MailDesk.class);
        Row row = Row.of(notices().get(index));
        PreparedMail prepared = desk.prepare(new ClaimedDelivery(
                row.mustText("delivery_id"),
                Destination.MAIL,
                row.mustText("kind"),
                null,
                null,
                0,
                row.text("recipient"),
                row.mustText("payload"),
                1,
                START,
                START,
                START,
                START));
        return ((PreparedMail.Ready) prepared).message();
    }

    private static String text(MimeMessage mail, int part) throws Exception {
        return ((Multipart) mail.getContent()).getBodyPart(part).getContent().toString();
    }

    private String get(String path) throws Exception {
        HttpResponse<String> answer = send("GET", path, "");
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        RunningPayroutes running = java.util.Objects.requireNonNull(payroutes);
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(running.url(path)))
                        .header("Authorization", "Bearer key")
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void tell() {
        RunningPayroutes running = java.util.Objects.requireNonNull(payroutes);
        Inflow inflow = new Inflow(running, database);
        List<StripeEvent> events = List.copyOf(STRIPE.events());
        STRIPE.events().clear();
        inflow.takeTogether(events);
        await().atMost(Duration.ofSeconds(40)).until(() -> {
            CLOCK.advance(Duration.ofSeconds(1)); // so that what is tried again has not to wait for real
            return count("stripe_event WHERE due_at IS NOT NULL") == 0
                    && count("delivery WHERE destination = 'erp' AND due_at IS NOT NULL") == 0;
        });
    }

    /** What a run over the three days finds, after everything was told. */
    private List<String> found() throws Exception {
        return found(START, LATER);
    }

    private List<String> found(Instant from, Instant to) throws Exception {
        tell();
        String id = begin(from, to);
        await().atMost(Duration.ofSeconds(40)).until(() -> {
            ReconciliationRun run = bean().get(id);
            if (run.attempts() > 0) {
                CLOCK.advance(Duration.ofMinutes(1));
            }
            return run.isFinished();
        });
        return database.jdbc()
                .queryForList(
                        "SELECT f.finding_id FROM reconciliation_run_finding f JOIN reconciliation_finding r"
                                + " ON r.finding_id = f.finding_id WHERE f.run_id = ? AND r.state = 'open' ORDER BY 1",
                        String.class,
                        id);
    }

    private String begin(Instant from, Instant to) throws Exception {
        HttpResponse<String> answer = post("{\"from\":\"" + from + "\",\"to\":\"" + to + "\"}");
        assertThat(answer.statusCode()).isEqualTo(202);
        return new ObjectMapper().readTree(answer.body()).path("id").asText();
    }

    private HttpResponse<String> post(String body) throws Exception {
        return send("POST", "/api/reconciliation/runs", body);
    }

    private ReconciliationRuns bean() {
        return java.util.Objects.requireNonNull(payroutes).bean("reconciliationRuns", ReconciliationRuns.class);
    }

    /** The last run. */
    private ReconciliationRun run() {
        return ReconciliationRun.of(Row.of(database.jdbc()
                .queryForMap("SELECT * FROM reconciliation_run WHERE step IS NOT NULL"
                        + " ORDER BY started_at DESC, run_id LIMIT 1")));
    }

    private List<Map.Entry<String, String>> states() {
        return database.jdbc()
                .query(
                        // A charge that comes before its payment is a finding for a moment, since these are days old.
                        "SELECT finding_id, state FROM reconciliation_finding"
                                + " WHERE code <> 'charge_without_payment' ORDER BY finding_id",
                        (rows, i) -> Map.entry(rows.getString(1), rows.getString(2)));
    }

    private int count(String from) {
        Integer count = database.jdbc().queryForObject("SELECT COUNT(*) FROM " + from, Integer.class);
        return count == null ? 0 : count;
    }
}
