package io.payroutes.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.Inflow;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.ApiVersion;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripePayment;
import io.payroutes.store.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Law 4: a contradiction never ships goods. It is put aside for a person, with the reason, and changes nothing. */
@OnEachDatabase
class ContradictionsTest {
    private static final long T = 1_767_225_600L;
    private static final List<String> TABLES = List.of(
            "payment",
            "payment_transition",
            "charge",
            "refund",
            "dispute",
            "setup_intent",
            "delivery",
            "reconciliation_finding");
    private static final StripePayment PAYMENT =
            StripePayment.of("pi_1", 4900, "jpy").order("1001").receiptEmail("jenny@example.com");
    /** The charge is inside the event. */
    private static final StripePayment OLD_PAYMENT = PAYMENT.version(ApiVersion.V2022_08_01);

    private static RunningPayroutes payroutes;
    private final TestDatabase database;
    private final Inflow inflow;

    ContradictionsTest(TestDatabase database) {
        this.database = database;
        this.inflow = new Inflow(payroutes, database);
    }

    @BeforeParameterizedClassInvocation
    static void start(TestDatabase database) {
        payroutes = RunningPayroutes.on(database)
                .with("reconciliation.first-sweep", "1h")
                .with("reconciliation.poll", "1h")
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

    static Stream<Arguments> contradictions() {
        StripeEvent paid = PAYMENT.succeeded(T);
        StripeEvent oldPaid = OLD_PAYMENT.succeeded(T);
        String charge = "/data/object/charges/data/0";
        return Stream.of(
                contradiction(
                        "another status",
                        paid.with("/data/object/status", "processing"),
                        "payment_intent.succeeded with status processing"),
                contradiction(
                        "canceled",
                        paid.with("/data/object/status", "canceled"),
                        "payment_intent.succeeded with status canceled"),
                contradiction(
                        "unknown status",
                        paid.with("/data/object/status", "on_the_moon"),
                        "the PaymentIntent's status is not one we know"),
                contradiction(
                        "no status", paid.without("/data/object/status"), "the PaymentIntent's status is not one"),
                contradiction(
                        "status that is no text", paid.with("/data/object/status", 7), "the PaymentIntent's status is"),
                contradiction("nothing received", paid.with("/data/object/amount_received", 0), "nothing received"),
                contradiction("received is missing", paid.without("/data/object/amount_received"), "nothing received"),
                contradiction("received is null", paid.with("/data/object/amount_received", null), "nothing received"),
                contradiction("too little received", PAYMENT.succeeded(4899, T), "4899 received of 4900"),
                contradiction(
                        "a failed charge inside", oldPaid.with(charge + "/status", "failed"), "with a failed charge"),
                contradiction(
                        "a charge in another currency",
                        oldPaid.with(charge + "/currency", "usd"),
                        "a charge in another currency"),
                contradiction(
                        "negative amount",
                        paid.with("/data/object/amount", -4900),
                        "amount is not an amount in minor units"),
                contradiction(
                        "negative received",
                        paid.with("/data/object/amount_received", -4900),
                        "amount_received is not an amount in minor units"),
                contradiction(
                        "fractional amount",
                        paid.with("/data/object/amount", new BigDecimal("49.5")),
                        "amount is not an amount in minor units"),
                contradiction(
                        "an amount in exponents",
                        paid.with("/data/object/amount_received", 4.9e3),
                        "amount_received is not an amount in minor units"),
                contradiction(
                        "textual amount", paid.with("/data/object/amount", "4900"), "amount is not an amount in minor"),
                contradiction(
                        "huge amount",
                        paid.with("/data/object/amount", new BigInteger("9223372036854775808")),
                        "amount is not an amount in minor units"),
                contradiction("no amount", paid.without("/data/object/amount"), "amount is missing"),
                contradiction("no currency", paid.without("/data/object/currency"), "currency is missing"),
                contradiction("currency of two letters", paid.with("/data/object/currency", "jp"), "three-letter code"),
                contradiction(
                        "test object in a live event",
                        paid.with("/livemode", true),
                        "the event and its object disagree"),
                contradiction(
                        "live object in a test event",
                        paid.with("/data/object/livemode", true),
                        "the event and its object disagree on livemode"),
                contradiction(
                        "live charge in a test event",
                        PAYMENT.chargeSucceeded(T).with("/data/object/livemode", true),
                        "the event and its object disagree on livemode"),
                contradiction(
                        "object of another kind",
                        paid.with("/data/object/object", "charge"),
                        "the event's object is not a payment_intent"),
                contradiction(
                        "charge event with a PaymentIntent",
                        paid.with("/type", "charge.refunded"),
                        "the event's object is not a charge"),
                contradiction("no kind", paid.without("/data/object/object"), "is not a payment_intent"),
                contradiction("no id", paid.without("/data/object/id"), "the event's object has no usable id"),
                contradiction("empty id", paid.with("/data/object/id", ""), "no usable id"),
                contradiction("an id with a blank", paid.with("/data/object/id", "pi 1"), "no usable id"),
                contradiction("an id that is too long", paid.with("/data/object/id", "p".repeat(256)), "no usable id"),
                contradiction(
                        "a charge inside without an id", oldPaid.without(charge + "/id"), "the event's object has no"),
                contradiction(
                        "capturable, but still to be authenticated",
                        PAYMENT.manualCapture()
                                .amountCapturableUpdated(4900, 0, T)
                                .with("/data/object/status", "requires_action"),
                        "payment_intent.amount_capturable_updated with status requires_action"),
                contradiction(
                        "canceled, but succeeded",
                        PAYMENT.canceled("abandoned", T).with("/data/object/status", "succeeded"),
                        "payment_intent.canceled with status succeeded"),
                contradiction(
                        "failed, but succeeded",
                        PAYMENT.paymentFailed("insufficient_funds", 1, T).with("/data/object/status", "succeeded"),
                        "payment_intent.payment_failed with status succeeded"),
                contradiction(
                        "refund without an amount",
                        PAYMENT.refundCreated(new io.payroutes.demo.Refund(1, 100, T), "succeeded", T)
                                .without("/data/object/amount"),
                        "amount is missing"),
                contradiction(
                        "dispute of a negative amount",
                        PAYMENT.disputeCreated(io.payroutes.demo.Dispute.of(4900, T), T)
                                .with("/data/object/amount", -1),
                        "amount is not an amount in minor units"));
    }

    private static Arguments contradiction(String name, StripeEvent event, String reason) {
        return Arguments.argumentSet(name, event, reason);
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void isParkedWithTheReasonChangesNothingAndKeepsNobodyWaiting(StripeEvent event, String reason) {
        StripePayment other = StripePayment.of("pi_other", 100, "usd");
        inflow.takeTogether(List.of(event, other.succeeded(T)));
        Row row = inflow.event(event);
        assertThat(row.mustText("state")).isEqualTo("parked");
        assertThat(row.text("reason")).contains(reason);
        assertThat(row.mustNumber("attempts")).isEqualTo(1);
        assertThat(database.jdbc().queryForList("SELECT payment_id FROM payment", String.class))
                .containsExactly("pi_other");
        assertThat(inflow.toldErp("pi_other")).containsExactly("fulfillment.requested");
        for (String table : List.of("payment", "payment_transition", "delivery", "reconciliation_finding")) {
            database.jdbc().update("DELETE FROM " + table + " WHERE payment_id = 'pi_other'");
        }
        assertThat(ledger())
                .allSatisfy((table, rows) -> assertThat(rows).as(table).isEmpty());
    }

    @Test
    void whatStoodInTheLedgerBeforeStandsAfterAContradictionInTheMiddleOfTheTransaction() {
        inflow.take(OLD_PAYMENT.created(T), OLD_PAYMENT.paymentFailed("insufficient_funds", 1, T + 1));
        Map<String, List<String>> before = ledger();
        // The payment is written before its charges are read.
        StripeEvent broken =
                OLD_PAYMENT.attempt(2).succeeded(T + 2).with("/data/object/charges/data/0/amount_refunded", "nothing");
        inflow.take(broken);
        assertThat(inflow.event(broken).text("reason")).isEqualTo("amount_refunded is not an amount in minor units");
        assertThat(ledger()).isEqualTo(before);
        inflow.take(OLD_PAYMENT.attempt(2).succeeded(T + 2).twin());
        assertThat(inflow.toldErp("pi_1")).containsExactly("fulfillment.requested");
    }

    @Test
    void aPaymentThatWasCanceledCannotSucceed() {
        inflow.take(PAYMENT.canceled("abandoned", T));
        Map<String, List<String>> before = ledger();
        StripeEvent paid = PAYMENT.succeeded(T + 1);
        inflow.take(paid);
        assertThat(inflow.event(paid).mustText("state")).isEqualTo("parked");
        assertThat(inflow.event(paid).text("reason"))
                .isEqualTo("succeeded, but the payment has already ended as canceled");
        assertThat(ledger()).isEqualTo(before);
    }

    @Test
    void aPaymentThatSucceededCannotBeCanceled() {
        inflow.take(PAYMENT.succeeded(T));
        Map<String, List<String>> before = ledger();
        StripeEvent canceled = PAYMENT.canceled("abandoned", T + 1);
        inflow.take(canceled);
        assertThat(inflow.event(canceled).mustText("state")).isEqualTo("parked");
        assertThat(inflow.event(canceled).text("reason"))
                .isEqualTo("canceled, but the payment has already ended as succeeded");
        assertThat(ledger()).isEqualTo(before);
    }

    @Test
    void lessThanAskedForIsFineWhenItWasCapturedByHandAndMoreWhenItWasOvercaptured() {
        inflow.take(PAYMENT.manualCapture().succeeded(3000, T));
        assertThat(inflow.toldErp("pi_1")).containsExactly("fulfillment.requested");
        inflow.take(StripePayment.of("pi_2", 4900, "jpy").succeeded(5900, T));
        assertThat(inflow.toldErp("pi_2")).containsExactly("fulfillment.requested");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eventsOfTheModeThatIsNotTakenAreParked(boolean live) {
        try (RunningPayroutes oneMode = RunningPayroutes.on(database)
                .with("stripe.livemode", live)
                .with("reconciliation.first-sweep", "1h")
                .with("reconciliation.poll", "1h")
                .start()) {
            payroutes.camel().suspend(); // this one must not take them
            Inflow into = new Inflow(oneMode, database);
            StripePayment wrong = PAYMENT.livemode(!live);
            List<StripeEvent> refused = List.of(
                    wrong.created(T),
                    wrong.succeeded(T),
                    wrong.chargeSucceeded(T),
                    wrong.refundCreated(new io.payroutes.demo.Refund(1, 100, T), "succeeded", T),
                    wrong.disputeCreated(io.payroutes.demo.Dispute.of(4900, T), T),
                    wrong.reviewOpened(T),
                    wrong.earlyFraudWarningCreated(T),
                    wrong.succeeded(T + 1).without("/livemode").without("/data/object/livemode"));
            into.takeTogether(refused);
            for (StripeEvent event : refused) {
                assertThat(into.event(event).text("reason"))
                        .as(event.type())
                        .contains(live ? "only live ones are taken" : "only test ones are taken");
            }
            assertThat(ledger())
                    .allSatisfy((table, rows) -> assertThat(rows).as(table).isEmpty());
            into.take(PAYMENT.livemode(live).succeeded(T));
            assertThat(into.toldErp("pi_1")).containsExactly("fulfillment.requested");
        } finally {
            payroutes.camel().resume();
        }
    }

    private Map<String, List<String>> ledger() {
        Map<String, List<String>> rows = new TreeMap<>();
        for (String table : TABLES) {
            rows.put(
                    table,
                    database.jdbc().queryForList("SELECT * FROM " + table).stream()
                            .map(Map::toString)
                            .sorted()
                            .toList());
        }
        return rows;
    }
}
