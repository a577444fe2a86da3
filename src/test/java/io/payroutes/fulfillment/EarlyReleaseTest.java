package io.payroutes.fulfillment;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.Inflow;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.StripePayment;
import io.payroutes.store.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

/** Goods that leave while the payment is still processing, and what the ERP is told when the money does not come. */
@OnEachDatabase
class EarlyReleaseTest {
    private static final long T = 1_767_225_600L;
    private static final String REQUESTED = "fulfillment.requested";
    private static final String HELD = "fulfillment.held";
    private static final String RELEASED = "fulfillment.released";
    private static final String CANCELED = "fulfillment.canceled";
    private static final StripePayment PAYMENT =
            StripePayment.of("pi_1", 4900, "jpy").order("1001");

    private static RunningPayroutes payroutes;
    private final TestDatabase database;
    private Inflow inflow;

    EarlyReleaseTest(TestDatabase database) {
        this.database = database;
        this.inflow = new Inflow(payroutes, database);
    }

    @BeforeParameterizedClassInvocation
    static void start(TestDatabase database) {
        payroutes = program(database, "always");
    }

    private static RunningPayroutes program(TestDatabase database, String onProcessing) {
        return RunningPayroutes.on(database)
                .with("reconciliation.first-sweep", "1h")
                .with("fulfillment.on-processing", onProcessing)
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
    void everyMessageIsWhatItsSchemaSays() {
        database.jdbc().queryForList("SELECT * FROM delivery WHERE destination = 'erp'").stream()
                .map(Row::of)
                .forEach(MessageSchemas::valid);
    }

    @Test
    void onlyDigitalGoodsLeaveEarlyWhereTheShopSaysSo() {
        payroutes.close();
        try (RunningPayroutes digital = program(database, "digital")) {
            inflow = new Inflow(digital, database);
            inflow.take(PAYMENT.processing(T));
            assertThat(inflow.toldErp("pi_1")).isEmpty();
            StripePayment other = StripePayment.of("pi_2", 4900, "jpy");
            inflow.take(other.processing(T).with("/data/object/metadata/digital", "TRUE"));
            assertThat(inflow.toldErp("pi_2")).containsExactly(REQUESTED);
            Row told = inflow.deliveries("pi_2").stream()
                    .filter(row -> row.mustText("kind").equals(REQUESTED))
                    .findFirst()
                    .orElseThrow();
            assertThat(MessageSchemas.valid(told).at("/data/paid").asBoolean(true))
                    .isFalse();
        } finally {
            payroutes = program(database, "always");
        }
    }

    @Test
    void goodsThatLeftEarlyAreNotAskedForAgainWhenTheMoneyComes() {
        inflow.take(PAYMENT.processing(T), PAYMENT.succeeded(T + 1));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED);
    }

    @Test
    void goodsThatLeftEarlyAreHeldWhenThePaymentFailsAfterAllAndReleasedWhenItSucceedsInTheEnd() {
        inflow.take(PAYMENT.processing(T), PAYMENT.paymentFailed("insufficient_funds", 1, T + 1));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, HELD);
        assertThat(reason(HELD)).isEqualTo("payment_failed");
        inflow.take(PAYMENT.attempt(2).processing(T + 2));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, HELD);
        inflow.take(PAYMENT.attempt(2).succeeded(T + 3));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, HELD, RELEASED);
    }

    @Test
    void anAttemptThatFailedBeforeTheGoodsLeftEarlyDoesNotHoldThem() {
        inflow.take(
                PAYMENT.paymentFailed("insufficient_funds", 1, T),
                PAYMENT.attempt(2).processing(T + 1));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED);
        inflow.take(PAYMENT.paymentFailed("insufficient_funds", 1, T).twin());
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED);
    }

    @Test
    void goodsThatLeftEarlyComeBackWhenThePaymentIsCanceled() {
        inflow.take(PAYMENT.processing(T), PAYMENT.canceled("requested_by_customer", T + 1));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, CANCELED);
    }

    @Test
    void goodsThatLeaveEarlyAreHeldAtOnceWhenAReviewWasToldBefore() {
        inflow.take(PAYMENT.reviewOpened(T), PAYMENT.processing(T));
        assertThat(inflow.toldErp("pi_1")).containsExactly(REQUESTED, HELD);
        assertThat(reason(HELD)).isEqualTo("review");
    }

    @Test
    void aProcessingThatIsHistoryReleasesNothing() {
        inflow.take(PAYMENT.paymentFailed("insufficient_funds", 1, T + 1), PAYMENT.processing(T));
        assertThat(inflow.toldErp("pi_1")).isEmpty();
    }

    private String reason(String kind) {
        return inflow.deliveries("pi_1").stream()
                .filter(row -> row.mustText("kind").equals(kind))
                .findFirst()
                .map(row -> MessageSchemas.json(row.mustText("payload"))
                        .at("/data/reason")
                        .asText())
                .orElseThrow();
    }
}
