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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which payment status a payment shows, in the Dashboard's words, after events of every API version. */
@OnEachDatabase
class PaymentsTest {
    private static final long T = 1_767_225_600L;
    private static final long AMOUNT = 4900;
    private static final String REDIRECT = "redirect_to_url";
    private static final String BANK_TRANSFER = "display_bank_transfer_instructions";

    private static RunningPayroutes payroutes;
    private final TestDatabase database;
    private final Inflow inflow;

    PaymentsTest(TestDatabase database) {
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

    @ParameterizedTest
    @EnumSource
    void thePaymentStatusIsTheDashboardsInEveryApiVersion(ApiVersion version) {
        Table table = new Table(version);

        table.expect("Incomplete", "nothing tried yet", p -> List.of(p.created(T)));
        table.expect(
                "Incomplete",
                "to be confirmed",
                p -> List.of(p.created(T).with("/data/object/status", "requires_confirmation")));
        table.expect("Incomplete", "to be authenticated", p -> List.of(p.requiresAction(REDIRECT, T + 1)));
        table.expect(
                "Incomplete",
                "tried again after a decline",
                p -> List.of(
                        p.paymentFailed("insufficient_funds", 1, T + 1),
                        p.attempt(2).requiresAction(REDIRECT, T + 2)));
        table.expect("Failed", "declined", p -> List.of(p.paymentFailed("insufficient_funds", 1, T + 1)));
        table.expect(
                "Failed",
                "declined, charge and all",
                p -> List.of(
                        p.chargeFailed("insufficient_funds", 1, T + 1),
                        p.paymentFailed("insufficient_funds", 1, T + 1)));
        table.expect("Failed", "blocked", p -> List.of(p.paymentBlocked(1, T + 1)));
        table.expect(
                "Failed",
                "3D Secure failed, no charge",
                p -> List.of(p.requiresAction(REDIRECT, T + 1), p.authenticationFailed(1, 0, T + 2)));
        table.expect("Waiting on funding", "bank transfer", p -> List.of(p.requiresAction(BANK_TRANSFER, T + 1)));
        table.expect(
                "Partially paid",
                "bank transfer, part of it",
                p -> List.of(p.requiresAction(BANK_TRANSFER, T + 1), p.partiallyFunded(1000, T + 2)));
        table.expect(
                "Succeeded",
                "bank transfer, all of it",
                p -> List.of(
                        p.requiresAction(BANK_TRANSFER, T + 1), p.partiallyFunded(1000, T + 2), p.succeeded(T + 3)));
        table.expect("Pending", "processing", p -> List.of(p.processing(T + 1), p.chargePending(T + 1)));
        table.expect(
                "Failed",
                "processed in vain",
                p -> List.of(p.processing(T + 1), p.paymentFailed("insufficient_funds", 1, T + 2)));
        table.expect(
                "Uncaptured",
                "authorised",
                p -> List.of(
                        p.manualCapture().chargeSucceeded(T + 1),
                        p.manualCapture().amountCapturableUpdated(AMOUNT, 0, T + 1)));
        table.expect(
                "Partial capture",
                "captured in part, more to come",
                p -> List.of(
                        p.manualCapture().amountCapturableUpdated(AMOUNT, 0, T + 1),
                        p.manualCapture().capturing(2000).amountCapturableUpdated(2900, 2000, T + 2)));
        table.expect("Succeeded", "paid", p -> List.of(p.created(T), p.chargeSucceeded(T + 1), p.succeeded(T + 1)));
        table.expect(
                "Succeeded",
                "paid at the second attempt",
                p -> List.of(
                        p.paymentFailed("insufficient_funds", 1, T + 1),
                        p.attempt(2).succeeded(T + 2)));
        table.expect("Canceled", "canceled", p -> List.of(p.canceled("requested_by_customer", T + 1)));
        table.expect(
                "Canceled",
                "abandoned after a decline",
                p -> List.of(p.paymentFailed("insufficient_funds", 1, T + 1), p.canceled("abandoned", 1, T + 2)));
        table.expect(
                "Failed",
                "invoice failed",
                p -> List.of(p.paymentFailed("insufficient_funds", 1, T + 1), p.canceled("failed_invoice", 1, T + 2)));
        table.expect("Canceled", "invoice voided", p -> List.of(p.canceled("void_invoice", T + 1)));
        table.expect(
                "Canceled",
                "hold expired",
                p -> List.of(
                        p.manualCapture().amountCapturableUpdated(AMOUNT, 0, T + 1),
                        p.manualCapture().chargeExpired(T + 2),
                        p.manualCapture().holdExpired(T + 2)));

        table.expect(
                "Partial refund", "refunded in part", p -> List.of(p.succeeded(T + 1), p.chargeRefunded(900, T + 2)));
        table.expect("Refunded", "refunded", p -> List.of(p.succeeded(T + 1), p.chargeRefunded(AMOUNT, T + 2)));
        table.expect(
                "Refunded",
                "refunded bit by bit",
                p -> List.of(
                        p.succeeded(T + 1),
                        p.chargeRefunded(900, T + 2),
                        p.chargeRefunded(List.of(new Refund(1, 900, T + 2), new Refund(2, 4000, T + 3)), T + 3)));
        table.expect(
                "Succeeded",
                "the refund came back",
                p -> List.of(p.succeeded(T + 1), p.chargeRefunded(900, T + 2), p.chargeUpdated(T + 3)));

        Dispute dispute = Dispute.of(AMOUNT, T + 2);
        Dispute inquiry = Dispute.inquiry(AMOUNT, T + 2);
        table.expect("Disputed", "disputed", p -> List.of(p.succeeded(T + 1), p.disputeCreated(dispute, T + 2)));
        table.expect(
                "Disputed",
                "dispute lost",
                p -> List.of(
                        p.succeeded(T + 1),
                        p.disputeCreated(dispute, T + 2),
                        p.chargeUpdatedUnderDispute(T + 3),
                        p.disputeClosed(dispute, "lost", T + 4)));
        table.expect(
                "Succeeded",
                "dispute won",
                p -> List.of(
                        p.succeeded(T + 1),
                        p.disputeCreated(dispute, T + 2),
                        p.chargeUpdatedUnderDispute(T + 3),
                        p.disputeClosed(dispute, "won", T + 4)));
        table.expect("Disputed", "inquiry", p -> List.of(p.succeeded(T + 1), p.disputeCreated(inquiry, T + 2)));
        table.expect(
                "Succeeded",
                "inquiry closed",
                p -> List.of(
                        p.succeeded(T + 1),
                        p.disputeCreated(inquiry, T + 2),
                        p.disputeClosed(inquiry, "warning_closed", T + 3)));

        table.expect(
                "Succeeded",
                "captured in part",
                p -> capturedInPart(p.manualCapture().capturing(3000)));
        table.expect(
                "Partial refund",
                "captured in part, refunded in part",
                p -> and(
                        capturedInPart(p.manualCapture().capturing(3000)),
                        p.manualCapture().capturing(3000).chargeRefunded(1000, T + 3)));
        table.expect(
                "Refunded",
                "captured in part, all of that refunded",
                p -> and(
                        capturedInPart(p.manualCapture().capturing(3000)),
                        p.manualCapture().capturing(3000).chargeRefunded(3000, T + 3)));
        table.expect("Canceled", "hold released", p -> {
            StripePayment held = p.manualCapture();
            List<StripeEvent> events = List.of(
                    held.amountCapturableUpdated(AMOUNT, 0, T + 1), held.holdCanceled("requested_by_customer", T + 2));
            return version.refundsWhatIsNotCaptured() ? and(events, held.chargeRefundedByRelease(T + 2)) : events;
        });

        table.check();
    }

    @Test
    void aPaymentOfWhichOnlyAChargeHasBeenHeardShowsNoStatusYet() {
        StripePayment payment = StripePayment.of("pi_1", AMOUNT, "jpy");
        inflow.take(payment.chargeSucceeded(T + 1));
        assertThat(database.jdbc().queryForMap("SELECT status, payment_status FROM payment"))
                .containsEntry("status", null)
                .containsEntry("payment_status", null);
        inflow.take(payment.succeeded(T + 1));
        assertThat(database.jdbc().queryForMap("SELECT status, payment_status FROM payment"))
                .containsEntry("status", "succeeded")
                .containsEntry("payment_status", "Succeeded");
    }

    private static List<StripeEvent> capturedInPart(StripePayment payment) {
        List<StripeEvent> events = List.of(
                payment.amountCapturableUpdated(AMOUNT, 0, T + 1),
                payment.chargeCaptured(T + 2),
                payment.succeeded(T + 2));
        return payment.endpoint().version().refundsWhatIsNotCaptured()
                ? and(events, payment.chargeRefundedByCapture(T + 2))
                : events;
    }

    private static List<StripeEvent> and(List<StripeEvent> events, StripeEvent more) {
        List<StripeEvent> all = new ArrayList<>(events);
        all.add(more);
        return all;
    }

    /** What happens to a payment. */
    private interface Story {
        List<StripeEvent> events(StripePayment payment);
    }

    /** A payment for each row; all of them are told at once, in whatever order. */
    private final class Table {
        private final ApiVersion version;
        private final Map<String, String> expected = new LinkedHashMap<>();
        private final Map<String, String> names = new LinkedHashMap<>();
        private final List<StripeEvent> events = new ArrayList<>();

        Table(ApiVersion version) {
            this.version = version;
        }

        void expect(String paymentStatus, String name, Story story) {
            String id = "pi_" + expected.size();
            expected.put(id, paymentStatus);
            names.put(id, name);
            events.addAll(story.events(
                    StripePayment.of(id, AMOUNT, "jpy").version(version).at(T)));
        }

        void check() {
            inflow.takeTogether(events);
            assertThat(database.jdbc()
                            .queryForList("SELECT event_id, reason FROM stripe_event WHERE state <> 'handled'"))
                    .isEmpty();
            SoftAssertions softly = new SoftAssertions();
            expected.forEach((id, status) -> softly.assertThat(database.jdbc()
                            .queryForObject(
                                    "SELECT payment_status FROM payment WHERE payment_id = ?", String.class, id))
                    .as(names.get(id))
                    .isEqualTo(status));
            softly.assertAll();
        }
    }
}
