package io.payroutes.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.Inflow;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.ApiVersion;
import io.payroutes.demo.Dispute;
import io.payroutes.demo.Refund;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripePayment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

/**
 * Stripe's times have whole seconds: what happened inside one is put in order by the life cycle, whatever order the events
 * come in and whatever their ids are.
 */
@OnEachDatabase
class InsideOneSecondTest {
    private static final long T = 1_767_225_600L;
    private static final long AMOUNT = 4900;
    private static final Refund REFUND = new Refund(1, 1000, T);
    private static final Dispute DISPUTE = Dispute.of(AMOUNT, T);

    private static RunningPayroutes payroutes;
    private final TestDatabase database;
    private final Inflow inflow;

    InsideOneSecondTest(TestDatabase database) {
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

    private interface Life {
        List<StripeEvent> events(StripePayment payment);
    }

    private interface Subject {
        String idOf(StripePayment payment);
    }

    /** What a second of an object's life leaves behind in a column. */
    private record Second(String table, String key, Subject subject, String column, String left, Life life) {
        static Second payment(String column, String left, Life life) {
            return new Second("payment", "payment_id", StripePayment::id, column, left, life);
        }

        static Second charge(String column, String left, Life life) {
            return new Second("charge", "charge_id", StripePayment::chargeId, column, left, life);
        }

        static Second refund(String left, Life life) {
            return new Second("refund", "refund_id", payment -> payment.refundId(1), "status", left, life);
        }

        static Second dispute(String left, Life life) {
            return new Second("dispute", "dispute_id", StripePayment::disputeId, "status", left, life);
        }
    }

    private static List<Second> seconds() {
        return List.of(
                Second.payment(
                        "status",
                        "requires_action",
                        p -> List.of(p.created(T), p.requiresAction("redirect_to_url", T))),
                Second.payment(
                        "status", "processing", p -> List.of(p.requiresAction("redirect_to_url", T), p.processing(T))),
                Second.payment(
                        "status",
                        "requires_payment_method",
                        p -> List.of(p.processing(T), p.paymentFailed("insufficient_funds", 1, T))),
                Second.payment(
                        "status",
                        "requires_capture",
                        p -> List.of(p.processing(T), p.manualCapture().amountCapturableUpdated(AMOUNT, 0, T))),
                Second.payment(
                        "amount_received",
                        "2000",
                        p -> List.of(
                                p.manualCapture().amountCapturableUpdated(AMOUNT, 0, T),
                                p.manualCapture().capturing(2000).amountCapturableUpdated(2900, 2000, T))),
                Second.payment("status", "succeeded", p -> List.of(p.processing(T), p.succeeded(T))),
                Second.charge("status", "succeeded", p -> List.of(p.chargePending(T), p.chargeSucceeded(T))),
                Second.charge("amount_refunded", "1000", p -> List.of(p.chargeSucceeded(T), p.chargeRefunded(1000, T))),
                Second.refund(
                        "failed", p -> List.of(p.refundCreated(REFUND, "succeeded", T), p.refundFailed(REFUND, T))),
                Second.refund(
                        "succeeded",
                        p -> List.of(p.refundCreated(REFUND, "pending", T), p.refundUpdated(REFUND, "succeeded", T))),
                Second.dispute(
                        "under_review", p -> List.of(p.disputeCreated(DISPUTE, T), p.disputeUpdated(DISPUTE, T))),
                Second.dispute("won", p -> List.of(p.disputeUpdated(DISPUTE, T), p.disputeClosed(DISPUTE, "won", T))));
    }

    @Test
    void theLifeCycleSaysWhatCameLast() {
        List<StripeEvent> first = new ArrayList<>();
        List<StripeEvent> second = new ArrayList<>();
        SoftAssertions softly = new SoftAssertions();
        List<Runnable> checks = new ArrayList<>();
        int number = 0;
        for (Second life : seconds()) {
            for (boolean backwards : new boolean[] {false, true}) {
                for (String ids : List.of("ab", "ba")) {
                    String id = "pi_" + number++;
                    StripePayment payment = StripePayment.of(id, AMOUNT, "jpy")
                            .version(ApiVersion.DAHLIA)
                            .at(T);
                    List<StripeEvent> events = new ArrayList<>(life.life().events(payment));
                    for (int i = 0; i < 2; i++) {
                        events.set(i, events.get(i).withId("evt_" + ids.charAt(i) + "_" + id));
                    }
                    if (backwards) {
                        Collections.reverse(events);
                    }
                    first.add(events.get(0));
                    second.add(events.get(1));
                    checks.add(() -> softly.assertThat(column(life, payment))
                            .as("%s, %s, ids %s", life, backwards ? "backwards" : "in order", ids)
                            .isEqualTo(life.left()));
                }
            }
        }
        inflow.takeTogether(first);
        inflow.takeTogether(second);
        assertThat(database.jdbc().queryForList("SELECT event_id, reason FROM stripe_event WHERE state <> 'handled'"))
                .isEmpty();
        checks.forEach(Runnable::run);
        softly.assertAll();
    }

    private String column(Second life, StripePayment payment) {
        return Stream.ofNullable(database.jdbc()
                        .queryForObject(
                                "SELECT " + life.column() + " FROM " + life.table() + " WHERE " + life.key() + " = ?",
                                Object.class,
                                life.subject().idOf(payment)))
                .map(Object::toString)
                .findAny()
                .orElse("");
    }
}
