package io.payroutes.fulfillment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.payroutes.Inflow;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.ApiVersion;
import io.payroutes.demo.Dispute;
import io.payroutes.demo.Refund;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripePayment;
import io.payroutes.store.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ERP is told, and that every message is what its schema says. */
@OnEachDatabase
class FulfillmentsTest {
    private static final long T = 1_767_225_600L;
    private static final String REQUESTED = "fulfillment.requested";
    private static final String HELD = "fulfillment.held";
    private static final String RELEASED = "fulfillment.released";
    private static final String CANCELED = "fulfillment.canceled";
    private static final String CAPTURABLE = "payment.capturable";
    private static final StripePayment PAYMENT = StripePayment.of("pi_1", 4900, "jpy")
            .order("1001")
            .customer("cus_1")
            .customerName("Jenny Rosen")
            .receiptEmail("jenny@example.com")
            .description("2 × Notebook");
    private static final StripePayment HELD_MONEY = PAYMENT.manualCapture();

    private static RunningPayroutes payroutes;
    private final TestDatabase database;
    private final Inflow inflow;

    FulfillmentsTest(TestDatabase database) {
        this.database = database;
        this.inflow = new Inflow(payroutes, database);
    }

    @BeforeParameterizedClassInvocation
    static void start(TestDatabase database) {
        payroutes = RunningPayroutes.on(database)
                .with("reconciliation.first-sweep", "1h")
                .start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        payroutes.close();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @AfterEach
    void everyMessageIsWhatItsSchemaSaysAndEveryEventIsHandled() {
        database.jdbc().queryForList("SELECT * FROM delivery WHERE destination = 'erp'").stream()
                .map(Row::of)
                .forEach(MessageSchemas::valid);
        assertThat(database.jdbc().queryForList("SELECT event_type, reason FROM stripe_event WHERE state <> 'handled'"))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aPaidPaymentIsFulfilledOnceHoweverOftenItIsTold(ApiVersion version) {
        StripePayment payment = PAYMENT.version(version);
        StripeEvent paid = payment.succeeded(T + 1);
        inflow.take(payment.created(T), paid, paid, paid.twin(), payment.chargeSucceeded(T + 1));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED);

        JsonNode message = MessageSchemas.valid(delivery(REQUESTED));
        assertThat(message.path("id").asText()).isEqualTo("ful_pi_1");
        assertThat(message.path("time").asText()).isEqualTo("2026-01-01T00:00:01Z");
        JsonNode data = message.path("data");
        assertThat(data.path("order").asText()).isEqualTo("1001");
        assertThat(data.path("amount").asLong()).isEqualTo(4900);
        assertThat(data.path("amount_decimal").asText()).isEqualTo("4900");
        assertThat(data.path("currency").asText()).isEqualTo("jpy");
        assertThat(data.path("paid").asBoolean()).isTrue();
        assertThat(data.path("charge").asText()).isEqualTo(payment.chargeId());
        assertThat(data.path("customer").path("id").asText()).isEqualTo("cus_1");
        assertThat(data.path("customer").path("email").asText()).isEqualTo("jenny@example.com");
        assertThat(data.path("shipping").path("name").asText()).isEqualTo("Jenny Rosen");
        assertThat(data.path("livemode").asBoolean(true)).isFalse();
    }

    @Test
    void aPaymentThatSaysNearlyNothingIsFulfilledToo() {
        inflow.take(StripePayment.of("pi_1", 5120, "kwd").succeeded(T));
        JsonNode data = MessageSchemas.valid(delivery(REQUESTED)).path("data");
        assertThat(data.path("order").isNull()).isTrue();
        assertThat(data.path("shipping").isNull()).isTrue();
        assertThat(data.path("amount_decimal").asText()).isEqualTo("5.120");
    }

    @Test
    void nothingLeavesForAPaymentThatIsNotPaid() {
        inflow.take(
                PAYMENT.created(T),
                PAYMENT.requiresAction("redirect_to_url", T + 1),
                PAYMENT.paymentFailed("insufficient_funds", 1, T + 2),
                PAYMENT.chargeFailed("insufficient_funds", 1, T + 2),
                PAYMENT.attempt(2).processing(T + 3),
                PAYMENT.attempt(2).chargePending(T + 3),
                PAYMENT.partiallyFunded(100, T + 4),
                PAYMENT.reviewOpened(T + 4),
                PAYMENT.earlyFraudWarningCreated(T + 4),
                PAYMENT.canceled("abandoned", T + 5));
        assertThat(inflow.toldErp("pi_1")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aSuccessAfterFailuresIsFulfilledInWhateverOrderTheyAreTold(long order) {
        List<StripeEvent> events = new ArrayList<>(List.of(
                PAYMENT.created(T),
                PAYMENT.paymentFailed("insufficient_funds", 1, T + 1),
                PAYMENT.paymentFailed("insufficient_funds", 1, T + 1).twin(),
                PAYMENT.attempt(2).processing(T + 2),
                PAYMENT.attempt(2).succeeded(T + 3),
                PAYMENT.attempt(2).succeeded(T + 3).twin()));
        Collections.shuffle(events, new Random(order));
        inflow.takeTogether(events);
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED);
    }

    @Test
    void moneyThatCanBeCapturedIsToldWithItsDeadlineAndLeadsToOneFulfilmentWhenItIs() {
        StripeEvent capturable = HELD_MONEY.amountCapturableUpdated(4900, 0, T + 1);
        inflow.take(HELD_MONEY.chargeSucceeded(T + 1), capturable, capturable.twin());
        assertThat(inflow.toldErp("pi_1")).containsExactly(CAPTURABLE);
        JsonNode data = MessageSchemas.valid(delivery(CAPTURABLE)).path("data");
        assertThat(data.path("fulfillment").asText()).isEqualTo("ful_pi_1");
        assertThat(data.path("amount").asLong()).isEqualTo(4900);
        assertThat(data.path("capture_before").asText()).isEqualTo("2026-01-08T00:00:00Z");

        inflow.take(HELD_MONEY.succeeded(3000, T + 2));
        assertThat(inflow.toldErp("pi_1")).containsExactly(CAPTURABLE, REQUESTED);
        JsonNode paid = MessageSchemas.valid(delivery(REQUESTED)).path("data");
        assertThat(paid.path("amount").asLong()).isEqualTo(3000);
    }

    @Test
    void anAuthorisationThatGrowsIsToldAgainAndOneThatIsHistoryIsNot() {
        inflow.take(
                HELD_MONEY.amountCapturableUpdated(4900, 0, T + 1), HELD_MONEY.amountCapturableUpdated(5900, 0, T + 2));
        assertThat(inflow.toldErp("pi_1")).containsExactly(CAPTURABLE, CAPTURABLE);
        StripePayment other = StripePayment.of("pi_2", 100, "usd").manualCapture();
        inflow.take(other.succeeded(T + 2), other.amountCapturableUpdated(100, 0, T + 1));
        assertThat(inflow.toldErp("pi_2")).containsExactly(REQUESTED);
    }

    @Test
    void aFullRefundTakesTheGoodsBackAndAPartialOneDoesNot() {
        inflow.take(PAYMENT.succeeded(T), PAYMENT.chargeRefunded(4899, T + 1));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED);
        List<Refund> both = List.of(new Refund(1, 4899, T + 1), new Refund(2, 1, T + 2));
        inflow.take(PAYMENT.chargeRefunded(both, T + 2));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, CANCELED);
        assertThat(reason(CANCELED)).isEqualTo("refunded");
    }

    @ParameterizedTest
    @EnumSource(names = {"V2018_11_08", "V2022_08_01", "V2024_04_10"})
    void whatAPartialCaptureLeavesOverTakesNothingBackAndARefundOfTheRestDoes(ApiVersion version) {
        StripePayment payment = HELD_MONEY.version(version).capturing(3000);
        inflow.take(payment.chargeCaptured(T + 1), payment.succeeded(T + 1), payment.chargeRefundedByCapture(T + 1));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED);
        inflow.take(payment.chargeRefunded(3000, T + 2));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, CANCELED);
    }

    @Test
    void aRefundThatIsToldBeforeThePaymentTakesTheGoodsBackAllTheSame() {
        inflow.take(PAYMENT.chargeRefunded(4900, T + 1), PAYMENT.succeeded(T));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, CANCELED);
    }

    @Test
    void aDisputeTakesTheGoodsBackAndOneThatIsWonLetsThemGo() {
        Dispute dispute = Dispute.of(4900, T + 1);
        inflow.take(
                PAYMENT.succeeded(T), PAYMENT.disputeCreated(dispute, T + 1), PAYMENT.disputeUpdated(dispute, T + 2));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, CANCELED);
        assertThat(reason(CANCELED)).isEqualTo("disputed");
        inflow.take(PAYMENT.disputeClosed(dispute, "won", T + 3));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, CANCELED, RELEASED);
        assertThat(reason(RELEASED)).isEqualTo("disputed");
    }

    @Test
    void aDisputeThatIsLostReleasesNothing() {
        Dispute dispute = Dispute.of(4900, T + 1);
        inflow.take(PAYMENT.succeeded(T), PAYMENT.disputeClosed(dispute, "lost", T + 3));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, CANCELED);
    }

    @Test
    void anInquiryHoldsTheGoodsUntilItIsClosedOrBecomesADispute() {
        Dispute inquiry = Dispute.inquiry(4900, T + 1);
        inflow.take(PAYMENT.succeeded(T), PAYMENT.disputeCreated(inquiry, T + 1));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, HELD);
        assertThat(reason(HELD)).isEqualTo("inquiry");
        inflow.take(PAYMENT.disputeClosed(inquiry, "warning_closed", T + 2));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, HELD, RELEASED);

        StripePayment other = StripePayment.of("pi_2", 4900, "jpy");
        inflow.take(
                other.succeeded(T),
                other.disputeCreated(inquiry, T + 1),
                other.disputeCreated(Dispute.of(4900, T + 1), T + 2));
        assertThat(inflow.toldErp("pi_2")).containsExactly(REQUESTED, HELD, CANCELED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReviewHoldsTheGoodsUntilItIsApprovedInWhicheverOrderThatIsTold(boolean inOrder) {
        StripeEvent opened = PAYMENT.reviewOpened(T + 1);
        StripeEvent approved = PAYMENT.reviewClosed("approved", T + 60);
        inflow.take(PAYMENT.succeeded(T), inOrder ? opened : approved);
        List<String> first = inflow.toldErp("pi_1");
        assertThat(first)
                .containsExactlyElementsOf(inOrder ? List.of(REQUESTED, HELD) : List.of(REQUESTED, HELD, RELEASED));
        List<String> before = ids();
        inflow.take(inOrder ? approved : opened);
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, HELD, RELEASED);
        if (!inOrder) {
            // A hold that went out now would reach the ERP after the release, and nothing would lift it.
            assertThat(ids()).isEqualTo(before);
        }
    }

    @Test
    void aReviewThatEndsInARefundReleasesNothing() {
        inflow.take(
                PAYMENT.succeeded(T),
                PAYMENT.reviewOpened(T + 1),
                PAYMENT.reviewClosed("refunded_as_fraud", T + 2),
                PAYMENT.chargeRefunded(4900, T + 2));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, HELD, CANCELED);
    }

    @Test
    void anEarlyFraudWarningHoldsTheGoodsWhileSomethingCanBeDone() {
        inflow.take(PAYMENT.succeeded(T), PAYMENT.earlyFraudWarningUpdated(T + 1));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED);
        inflow.take(PAYMENT.earlyFraudWarningCreated(T + 1));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, HELD);
        assertThat(reason(HELD)).isEqualTo("early_fraud_warning");
    }

    @Test
    void aHoldThatRanOutGivesTheReservedGoodsBack() {
        inflow.take(HELD_MONEY.amountCapturableUpdated(4900, 0, T + 1), HELD_MONEY.holdExpired(T + 700_000));
        assertThat(inflow.toldErp("pi_1")).containsExactly(CAPTURABLE, CANCELED);
        assertThat(reason(CANCELED)).isEqualTo("payment_canceled");
    }

    private Row delivery(String kind) {
        return inflow.deliveries("pi_1").stream()
                .filter(row -> row.mustText("kind").equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private String reason(String kind) {
        return MessageSchemas.json(delivery(kind).mustText("payload"))
                .at("/data/reason")
                .asText();
    }

    private List<String> ids() {
        return inflow.deliveries("pi_1").stream()
                .map(row -> row.mustText("delivery_id"))
                .toList();
    }
}
