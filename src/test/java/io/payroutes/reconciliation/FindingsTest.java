package io.payroutes.reconciliation;

import static io.payroutes.reconciliation.FindingCode.*;
import static io.payroutes.reconciliation.SampleBooks.ACACIA;
import static io.payroutes.reconciliation.SampleBooks.DAHLIA;
import static io.payroutes.reconciliation.SampleBooks.START;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FindingsTest {
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration LONG_AFTER = Duration.ofDays(30);

    static Stream<Arguments> normalHistories() {
        return Stream.of(
                Arguments.of("paid in yen", SampleBooks.consistent("jpy", 4900)),
                Arguments.of("paid in dollars", SampleBooks.consistent("usd", 4900)),
                Arguments.of("paid in dinars", SampleBooks.consistent("kwd", 5120)),
                Arguments.of("declined, then paid", paid(4900).declined("ch_0", 4900)),
                Arguments.of(
                        "declined only",
                        new SampleBooks()
                                .payment("requires_payment_method", 4900, 0)
                                .declined("ch_1", 4900)),
                Arguments.of("nothing tried yet", new SampleBooks().payment("requires_payment_method", 4900, 0)),
                Arguments.of(
                        "authorised, not captured",
                        new SampleBooks().payment("requires_capture", 4900, 0).held("ch_1", 4900, 0)),
                Arguments.of(
                        "authorisation canceled",
                        new SampleBooks().payment("canceled", 4900, 0).held("ch_1", 4900, 0)),
                Arguments.of(
                        "authorisation canceled, told as a refund",
                        SampleBooks.ofVersion(ACACIA)
                                .payment("canceled", 4900, 0)
                                .held("ch_1", 4900, 4900)
                                .refund("re_1", 4900, "succeeded")),
                Arguments.of(
                        "captured in part",
                        SampleBooks.ofVersion(DAHLIA)
                                .payment("succeeded", 1000, 600)
                                .taken("ch_1", 1000, 600, 0)
                                .fulfilled()),
                Arguments.of(
                        "captured in part, the rest told as a refund",
                        SampleBooks.ofVersion(ACACIA)
                                .payment("succeeded", 1000, 600)
                                .taken("ch_1", 1000, 600, 400)
                                .refund("re_1", 400, "succeeded")
                                .fulfilled()),
                Arguments.of(
                        "captured in part, the rest told as a refund, then refunded in part",
                        SampleBooks.ofVersion(ACACIA)
                                .payment("succeeded", 1000, 600)
                                .taken("ch_1", 1000, 600, 700)
                                .refund("re_1", 400, "succeeded")
                                .refund("re_2", 300, "succeeded")
                                .fulfilled()),
                Arguments.of(
                        "captured in part in several steps",
                        new SampleBooks().payment("requires_capture", 1000, 300).taken("ch_1", 1000, 300, 0)),
                Arguments.of("as ordered", paid(4900).ordered(4900, "jpy", null)),
                Arguments.of(
                        "captured as far as the back office asked for",
                        new SampleBooks()
                                .payment("succeeded", 4900, 3000)
                                .taken("ch_1", 4900, 3000, 0)
                                .ordered(4900, "jpy", 3000L)
                                .fulfilled()),
                Arguments.of("refunded in part", refunded(4900, 1000)),
                Arguments.of(
                        "refunded in full, and the ERP was told to stop",
                        refunded(4900, 4900).delivery("canceled", "delivered", START)),
                Arguments.of(
                        "refunded before the ERP heard of it",
                        new SampleBooks()
                                .payment("succeeded", 4900, 4900)
                                .taken("ch_1", 4900, 4900, 4900)
                                .refund("re_1", 4900, "succeeded")),
                Arguments.of(
                        "a refund canceled, another made",
                        refunded(4900, 4900).refund("re_2", 4900, "canceled").delivery("canceled", "delivered", START)),
                Arguments.of(
                        "disputed and lost, and the ERP was told to stop",
                        paid(4900).dispute("lost", 4900).delivery("canceled", "delivered", START)),
                Arguments.of("an inquiry", paid(4900).dispute("warning_needs_response", 4900)),
                Arguments.of("disputed and won", paid(4900).dispute("won", 4900)),
                Arguments.of(
                        "disputed before the ERP heard of it",
                        new SampleBooks()
                                .payment("succeeded", 4900, 4900)
                                .taken("ch_1", 4900, 4900, 0)
                                .dispute("needs_response", 4900)
                                .delivery("canceled", "delivered", START)),
                Arguments.of(
                        "released while processing",
                        new SampleBooks()
                                .payment("processing", 4900, 0)
                                .charge("ch_1", "pending", 4900, 0, 0, "jpy", null, false)
                                .fulfilled()),
                Arguments.of(
                        "released while processing, failed and stopped",
                        new SampleBooks()
                                .payment("requires_payment_method", 4900, 0)
                                .declined("ch_1", 4900)
                                .fulfilled()
                                .delivery("canceled", "delivered", START)),
                Arguments.of(
                        "no charge was ever told of",
                        new SampleBooks().payment("succeeded", 4900, 4900).fulfilled()),
                Arguments.of("the duplicate was refunded", paid(4900).taken("ch_2", 4900, 4900, 4900)));
    }

    @Test
    void lessThanOrderedIsADifferenceUnlessItWasAskedFor() {
        SampleBooks books = new SampleBooks()
                .payment("succeeded", 4900, 3000)
                .taken("ch_1", 4900, 3000, 0)
                .fulfilled();
        assertThat(books.ordered(4900, "jpy", null).codesAfter(AT_ONCE))
                .containsExactly(FindingCode.CAPTURED_LESS_THAN_AUTHORIZED);
        assertThat(books.ordered(4900, "jpy", 4000L).codesAfter(AT_ONCE))
                .containsExactly(FindingCode.CAPTURED_LESS_THAN_AUTHORIZED);
        assertThat(books.ordered(3000, "jpy", null).codesAfter(AT_ONCE)).isEmpty();
    }

    @Test
    void anotherAmountOrCurrencyThanOrderedIsADifference() {
        assertThat(paid(4900).ordered(5900, "jpy", null).codesAfter(AT_ONCE))
                .containsExactly(FindingCode.ORDER_AMOUNT_MISMATCH);
        assertThat(paid(4900).ordered(3900, "jpy", null).codesAfter(AT_ONCE))
                .containsExactly(FindingCode.ORDER_AMOUNT_MISMATCH);
        assertThat(paid(4900).ordered(4900, "usd", null).codesAfter(AT_ONCE))
                .containsExactly(FindingCode.ORDER_CURRENCY_MISMATCH);
    }

    @Test
    void moreThanWasAuthorizedIsADifferenceAndNoOther() {
        assertThat(new SampleBooks()
                        .payment("succeeded", 1000, 1150)
                        .taken("ch_1", 1000, 1150, 0)
                        .fulfilled()
                        .codesAfter(AT_ONCE))
                .containsExactly(FindingCode.CAPTURED_MORE_THAN_AUTHORIZED);
        assertThat(new SampleBooks()
                        .payment("succeeded", 1000, 1000)
                        .taken("ch_1", 1000, 1150, 0)
                        .fulfilled()
                        .codesAfter(AT_ONCE))
                .containsExactly(FindingCode.CAPTURED_MORE_THAN_AUTHORIZED);
    }

    @Test
    void anOrderThatAnotherPaymentHasPaidIsChargedTwice() {
        assertThat(paid(4900).alsoPaidBy("pi_0").codesAfter(AT_ONCE)).containsExactly(FindingCode.DUPLICATE_CHARGE);
    }

    @Test
    void goodsThatAreDisputedMustBeCalledBack() {
        assertThat(paid(4900).dispute("needs_response", 4900).codesAfter(AT_ONCE))
                .isEmpty();
        assertThat(paid(4900).dispute("needs_response", 4900).codesAfter(LONG_AFTER))
                .containsExactly(FindingCode.FULFILLED_BUT_DISPUTED);
        assertThat(paid(4900).dispute("lost", 4900).codesAfter(LONG_AFTER))
                .containsExactly(FindingCode.FULFILLED_BUT_DISPUTED);
    }

    private static SampleBooks paid(long amount) {
        return SampleBooks.consistent("jpy", amount);
    }

    private static SampleBooks refunded(long amount, long refunded) {
        return new SampleBooks()
                .payment("succeeded", amount, amount)
                .taken("ch_1", amount, amount, refunded)
                .refund("re_1", refunded, "succeeded")
                .fulfilled();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("normalHistories")
    void normalHistoriesHaveNoFindingAtAnyAge(String history, SampleBooks books) {
        assertThat(books.findingsAfter(AT_ONCE)).isEmpty();
        assertThat(books.findingsAfter(LONG_AFTER)).isEmpty();
    }

    @Test
    void aChargeThatTookLessThanThePaymentReceivedIsAnAmountMismatchAtOnce() {
        Finding finding = only(new SampleBooks()
                .payment("succeeded", 4900, 4900)
                .taken("ch_1", 4200, 4200, 0)
                .fulfilled()
                .findingsAfter(AT_ONCE));
        assertThat(finding)
                .isEqualTo(new Finding(
                        "amount_mismatch:pi_1:ch_1",
                        AMOUNT_MISMATCH,
                        "pi_1",
                        "ch_1",
                        "1001",
                        4900L,
                        4200L,
                        "jpy",
                        null));
    }

    @Test
    void aChargeOfAPaymentThatIsNotPaidIsAMismatchOnlyWhenItsEventsHaveHadTheirTime() {
        SampleBooks books =
                new SampleBooks().payment("requires_action", 4900, 0).taken("ch_1", 4900, 4900, 0);
        assertThat(books.codesAfter(Duration.ofMinutes(29))).isEmpty();
        assertThat(books.codesAfter(Duration.ofMinutes(30))).containsExactly(AMOUNT_MISMATCH);
    }

    @Test
    void aPaidPaymentOfWhichOnlyADeclinedChargeIsKnownIsAMismatchWhenItsEventsHaveHadTheirTime() {
        SampleBooks books = new SampleBooks()
                .payment("succeeded", 4900, 4900)
                .declined("ch_0", 4900)
                .fulfilled();
        assertThat(books.codesAfter(Duration.ofMinutes(29))).isEmpty();
        assertThat(only(books.findingsAfter(Duration.ofMinutes(30))).id()).isEqualTo("amount_mismatch:pi_1");
    }

    @Test
    void anotherCurrencyIsACurrencyMismatchAndNotAnAmountMismatch() {
        Finding finding = only(new SampleBooks()
                .payment("succeeded", 4900, 4900)
                .charge("ch_1", "succeeded", 49, 49, 0, "usd", "txn", false)
                .fulfilled()
                .findingsAfter(AT_ONCE));
        assertThat(finding.code()).isEqualTo(CURRENCY_MISMATCH);
        assertThat(finding.other()).isEqualTo("usd");
    }

    @Test
    void everySuccessfulChargeButThePaymentsOwnIsADuplicate() {
        List<Finding> findings = paid(4900)
                .taken("ch_0", 4900, 4900, 0)
                .taken("ch_2", 4900, 4900, 100)
                .findingsAfter(AT_ONCE);
        assertThat(findings).extracting(Finding::code).containsOnly(DUPLICATE_CHARGE);
        assertThat(findings).extracting(Finding::chargeId).containsExactly("ch_0", "ch_2");
        assertThat(findings).extracting(Finding::other).containsOnly("ch_1");
    }

    @Test
    void anAuthorisationBesideAChargeIsNoDuplicate() {
        assertThat(paid(4900).held("ch_2", 4900, 0).codesAfter(LONG_AFTER)).isEmpty();
    }

    @Test
    void aChargeThatNamesNoPaymentIsAFindingAtOnce() {
        Finding finding = only(new SampleBooks().loneCharge("ch_9", 4900).findingsAfter(AT_ONCE));
        assertThat(finding.code()).isEqualTo(CHARGE_WITHOUT_PAYMENT);
        assertThat(finding.id()).isEqualTo("charge_without_payment:ch_9");
        assertThat(finding.paymentId()).isNull();
    }

    @Test
    void aChargeWhosePaymentWasNeverHeardOfIsAFindingAfterTheGrace() {
        SampleBooks books = new SampleBooks().taken("ch_1", 4900, 4900, 0);
        assertThat(books.codesAfter(Duration.ofMinutes(29))).isEmpty();
        assertThat(only(books.findingsAfter(Duration.ofMinutes(30))).paymentId())
                .isEqualTo("pi_1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pending", "", "dropped"})
    void paidAndNotFulfilledIsAFindingAfterTheGrace(String state) {
        SampleBooks books = new SampleBooks().payment("succeeded", 4900, 4900).taken("ch_1", 4900, 4900, 0);
        if (!state.isEmpty()) {
            books.delivery("requested", state, START);
        }
        assertThat(books.codesAfter(Duration.ofMinutes(59))).isEmpty();
        assertThat(books.codesAfter(Duration.ofHours(1))).containsExactly(PAID_NOT_FULFILLED);
    }

    @Test
    void theGraceOfAnOrderThatWasWrittenLateBeginsWithTheOrder() {
        SampleBooks books = new SampleBooks()
                .payment("succeeded", 4900, 4900)
                .taken("ch_1", 4900, 4900, 0)
                .delivery("requested", "pending", START.plus(Duration.ofDays(2)));
        assertThat(books.codesAfter(Duration.ofDays(2).plusMinutes(59))).isEmpty();
        assertThat(books.codesAfter(Duration.ofDays(2).plusHours(1))).containsExactly(PAID_NOT_FULFILLED);
    }

    @Test
    void paidAndRefusedByTheErpIsAFindingAtOnce() {
        assertThat(new SampleBooks()
                        .payment("succeeded", 4900, 4900)
                        .taken("ch_1", 4900, 4900, 0)
                        .delivery("requested", "dead", START)
                        .codesAfter(AT_ONCE))
                .containsExactly(PAID_NOT_FULFILLED);
    }

    @Test
    void aDisputeAloneDoesNotExcuseThatNothingWasFulfilled() {
        SampleBooks books = new SampleBooks()
                .payment("succeeded", 4900, 4900)
                .taken("ch_1", 4900, 4900, 0)
                .dispute("needs_response", 4900);
        assertThat(books.codesAfter(LONG_AFTER)).containsExactly(PAID_NOT_FULFILLED);
    }

    @Test
    void aDisputeThatWasWonLeavesThePaymentToBeFulfilled() {
        SampleBooks books = new SampleBooks()
                .payment("succeeded", 4900, 4900)
                .taken("ch_1", 4900, 4900, 0)
                .dispute("won", 4900)
                .delivery("canceled", "delivered", START);
        assertThat(books.codesAfter(LONG_AFTER)).containsExactly(PAID_NOT_FULFILLED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pending", ""})
    void refundedInFullWithoutStoppingTheErpIsAFindingAfterTheGrace(String state) {
        SampleBooks books = refunded(4900, 4900);
        if (!state.isEmpty()) {
            books.delivery("canceled", state, START);
        }
        assertThat(books.codesAfter(Duration.ofMinutes(59))).isEmpty();
        assertThat(books.codesAfter(Duration.ofHours(1))).containsExactly(FULFILLED_BUT_REFUNDED);
    }

    @Test
    void refundedInFullAndTheErpRefusesToStopIsAFindingAtOnce() {
        assertThat(refunded(4900, 4900).delivery("canceled", "dead", START).codesAfter(AT_ONCE))
                .containsExactly(FULFILLED_BUT_REFUNDED);
    }

    @Test
    void goodsReleasedAgainAfterTheyWereStoppedAreNotStopped() {
        assertThat(refunded(4900, 4900)
                        .delivery("canceled", "delivered", START)
                        .delivery("released", "delivered", START.plusSeconds(60))
                        .codesAfter(LONG_AFTER))
                .containsExactly(FULFILLED_BUT_REFUNDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"requires_payment_method", "canceled", "requires_action"})
    void fulfilledWithoutBeingPaidIsAFinding(String status) {
        Finding finding =
                only(new SampleBooks().payment(status, 4900, 0).fulfilled().findingsAfter(AT_ONCE));
        assertThat(finding.code()).isEqualTo(FULFILLED_NOT_PAID);
        assertThat(finding.other()).isEqualTo(status);
    }

    @Test
    void refundsBeyondTheChargeAreAFindingWhetherTheChargeOrTheRefundsSayIt() {
        assertThat(refunded(4900, 5000).delivery("canceled", "delivered", START).codesAfter(AT_ONCE))
                .containsExactly(REFUND_EXCEEDS_CHARGE);
        assertThat(refunded(4900, 3000).refund("re_2", 2000, "pending").findingsAfter(AT_ONCE))
                .singleElement()
                .satisfies(f -> assertThat(f.actual()).isEqualTo(5000));
    }

    @ParameterizedTest
    @CsvSource({"2025-02-24.acacia,1001,601", "2026-03-25.dahlia,601,601"})
    void whatWasNeverCapturedIsNoRefundBeyondTheCharge(String version, long amountRefunded, long actual) {
        Finding finding = only(SampleBooks.ofVersion(version)
                .payment("succeeded", 1000, 600)
                .taken("ch_1", 1000, 600, amountRefunded)
                .fulfilled()
                .delivery("canceled", "delivered", START)
                .findingsAfter(AT_ONCE));
        assertThat(finding.code()).isEqualTo(REFUND_EXCEEDS_CHARGE);
        assertThat(finding.expected()).isEqualTo(600);
        assertThat(finding.actual()).isEqualTo(actual);
    }

    @ParameterizedTest
    @CsvSource({"2025-02-24.acacia,1000,true", "2025-02-24.acacia,999,false", "2026-03-25.dahlia,600,true"})
    void aPartialCaptureIsRefundedInFullWhenAllThatWasCapturedWentBack(
            String version, long amountRefunded, boolean isFull) {
        List<FindingCode> codes = SampleBooks.ofVersion(version)
                .payment("succeeded", 1000, 600)
                .taken("ch_1", 1000, 600, amountRefunded)
                .fulfilled()
                .codesAfter(LONG_AFTER);
        assertThat(codes).isEqualTo(isFull ? List.of(FULFILLED_BUT_REFUNDED) : List.of());
    }

    @Test
    void aPaidPaymentThatNamesNoOrderIsAFinding() {
        assertThat(new SampleBooks()
                        .withoutOrder()
                        .payment("succeeded", 4900, 4900)
                        .taken("ch_1", 4900, 4900, 0)
                        .fulfilled()
                        .codesAfter(AT_ONCE))
                .containsExactly(MISSING_ORDER_REFERENCE);
        assertThat(new SampleBooks()
                        .withoutOrder()
                        .payment("requires_payment_method", 4900, 0)
                        .codesAfter(LONG_AFTER))
                .isEmpty();
    }

    @Test
    void aLiveChargeOfATestPaymentIsAFinding() {
        assertThat(new SampleBooks()
                        .payment("succeeded", 4900, 4900)
                        .charge("ch_1", "succeeded", 4900, 4900, 0, "jpy", "txn", true)
                        .fulfilled()
                        .codesAfter(AT_ONCE))
                .containsExactly(LIVEMODE_MISMATCH);
    }

    @Test
    void eachRefundThatFailedIsAFindingAndDoesNotCountAsRefunded() {
        List<Finding> findings = paid(4900)
                .refund("re_1", 4900, "failed")
                .refund("re_2", 100, "failed")
                .findingsAfter(AT_ONCE);
        assertThat(findings).extracting(Finding::id).containsExactly("refund_failed:re_1", "refund_failed:re_2");
    }

    @Test
    void aChargeWithoutABalanceTransactionIsPendingUntilTheGraceIsOver() {
        SampleBooks books = new SampleBooks()
                .payment("succeeded", 4900, 4900)
                .charge("ch_1", "succeeded", 4900, 4900, 0, "jpy", null, false)
                .fulfilled();
        assertThat(books.codesAfter(Duration.ofMinutes(119))).isEmpty();
        assertThat(books.codesAfter(Duration.ofHours(2))).containsExactly(BALANCE_TRANSACTION_MISSING);
    }

    @Test
    void theOrderInTheBooksDoesNotMatter() {
        PaymentBooks books = refunded(4900, 5000)
                .taken("ch_2", 4900, 4900, 0)
                .taken("ch_3", 4900, 4900, 0)
                .refund("re_2", 4900, "failed")
                .delivery("canceled", "dead", START)
                .close();
        List<Finding> expected = new Findings(SampleBooks.GRACES).of(books, START);
        assertThat(expected)
                .extracting(Finding::code)
                .containsOnly(DUPLICATE_CHARGE, REFUND_EXCEEDS_CHARGE, REFUND_FAILED);
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            PaymentBooks shuffled = new PaymentBooks(
                    books.payment(),
                    books.order(),
                    books.twin(),
                    shuffled(books.charges(), random),
                    shuffled(books.refunds(), random),
                    shuffled(books.disputes(), random),
                    shuffled(books.deliveries(), random),
                    books.lastChange());
            assertThat(new Findings(SampleBooks.GRACES).of(shuffled, START)).isEqualTo(expected);
        }
    }

    private static <T> List<T> shuffled(List<T> list, Random random) {
        List<T> copy = new ArrayList<>(list);
        Collections.shuffle(copy, random);
        return copy;
    }

    private static Finding only(List<Finding> findings) {
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }
}
