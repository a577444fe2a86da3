package io.payroutes.demo;

import java.util.ArrayList;
import java.util.List;

/** Every event that the samples can make, once. */
public final class EverySampleEvent {
    static final long AT = 1_767_225_600L;

    private EverySampleEvent() {}

    public static List<StripeEvent> in(ApiVersion version) {
        return in(Endpoint.of(version));
    }

    public static List<StripeEvent> in(Endpoint endpoint) {
        List<StripeEvent> events = new ArrayList<>();
        addPayment(events, payment(endpoint));
        addObjects(events, endpoint);
        return events;
    }

    public static StripePayment payment(Endpoint endpoint) {
        return StripePayment.of("pi_demo_1", 4900, "jpy")
                .endpoint(endpoint)
                .order("1001")
                .language("ja")
                .receiptEmail("taro@example.com")
                .customerName("山田太郎")
                .customer("cus_demo_1")
                .at(AT);
    }

    private static void addPayment(List<StripeEvent> events, StripePayment card) {
        events.add(card.created(AT));
        for (String type : StripePayment.nextActionTypes()) {
            events.add(card.requiresAction(type, AT + 1));
        }
        events.add(card.paidWith("us_bank_account").processing(AT + 2));
        events.add(card.paymentFailed("insufficient_funds", 1, AT + 2));
        events.add(card.paymentFailed("expired_card", 2, AT + 3));
        events.add(card.paymentBlocked(3, AT + 4));
        events.add(card.authenticationFailed(4, 3, AT + 5));
        events.add(card.attemptExpired(5, 0, AT + 6));
        StripePayment held = card.manualCapture().capturing(3000);
        events.add(held.amountCapturableUpdated(4900, 0, AT + 7));
        events.add(card.partiallyFunded(1900, AT + 7));
        events.add(card.succeeded(AT + 8));
        events.add(held.succeeded(AT + 8));
        events.add(card.canceled("abandoned", AT + 8));
        events.add(held.holdCanceled("requested_by_customer", AT + 8));
        events.add(held.holdExpired(AT + 8));
        events.add(card.paidWith("konbini").chargePending(AT + 2));
        events.add(card.chargeSucceeded(AT + 8));
        events.add(held.chargeSucceeded(AT + 7));
        events.add(card.chargeFailed("insufficient_funds", 1, AT + 2));
        events.add(card.chargeBlocked(3, AT + 4));
        events.add(held.chargeCaptured(AT + 8));
        events.add(held.chargeExpired(AT + 8));
        events.add(card.chargeUpdated(AT + 9));
        events.add(card.chargeRefunded(1000, AT + 10));
        if (card.endpoint().version().refundsWhatIsNotCaptured()) {
            events.add(held.chargeRefundedByCapture(AT + 8));
            events.add(held.chargeRefundedByRelease(AT + 8));
        }
        Refund refund = new Refund(1, 1000, AT + 10);
        events.add(card.chargeRefundUpdated(refund, "failed", AT + 12));
        events.add(card.refundCreated(refund, "pending", AT + 10));
        events.add(card.refundUpdated(refund, "succeeded", AT + 11));
        events.add(card.refundFailed(refund, AT + 12));
        Dispute dispute = Dispute.of(4900, AT + 20);
        events.add(card.disputeCreated(dispute, AT + 20));
        events.add(card.disputeFundsWithdrawn(dispute, AT + 20));
        events.add(card.disputeUpdated(dispute, AT + 21));
        events.add(card.disputeClosed(dispute, "won", AT + 22));
        events.add(card.disputeFundsReinstated(dispute, AT + 22));
        events.add(card.chargeUpdatedUnderDispute(AT + 23));
        events.add(card.earlyFraudWarningCreated(AT + 15));
        events.add(card.earlyFraudWarningUpdated(AT + 16));
        events.add(card.reviewOpened(AT + 8));
        events.add(card.reviewClosed("approved", AT + 9));
        events.add(card.checkoutCompleted("unpaid", AT + 8));
        events.add(card.checkoutAsyncPaymentSucceeded(AT + 9));
        events.add(card.checkoutAsyncPaymentFailed(AT + 9));
        events.add(card.checkoutExpired(AT + 9));
    }

    private static void addObjects(List<StripeEvent> events, Endpoint endpoint) {
        events.add(SetupIntents.created(endpoint, "seti_demo_1", AT));
        events.add(SetupIntents.requiresAction(endpoint, "seti_demo_1", AT));
        events.add(SetupIntents.succeeded(endpoint, "seti_demo_1", AT));
        events.add(SetupIntents.setupFailed(endpoint, "seti_demo_1", "generic_decline", AT));
        events.add(SetupIntents.canceled(endpoint, "seti_demo_1", "abandoned", AT));
        Payouts.Payout payout = new Payouts.Payout("po_demo_1", 123_456, "jpy", true, AT);
        events.add(Payouts.created(endpoint, payout, AT));
        events.add(Payouts.updated(endpoint, payout, AT));
        events.add(Payouts.paid(endpoint, payout, AT));
        events.add(Payouts.failed(endpoint, payout, AT));
        events.add(Payouts.canceled(endpoint, payout, AT));
        events.add(Payouts.reconciliationCompleted(endpoint, payout, AT));
        events.add(OtherEvents.paymentMethodAttached(endpoint, "pm_demo_1", "cus_demo_1", AT));
        events.add(OtherEvents.paymentMethodDetached(endpoint, "pm_demo_1", "cus_demo_1", AT));
        events.add(OtherEvents.paymentMethodUpdated(endpoint, "pm_demo_1", "cus_demo_1", AT));
        events.add(OtherEvents.paymentMethodAutomaticallyUpdated(endpoint, "pm_demo_1", "cus_demo_1", AT));
        events.add(OtherEvents.customer(endpoint, "updated", "cus_demo_1", "taro@example.com", AT));
        events.add(OtherEvents.unknown(endpoint, AT));
    }
}
