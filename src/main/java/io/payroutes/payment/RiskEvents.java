package io.payroutes.payment;

import io.payroutes.inbox.StripeEvent;
import org.apache.camel.Body;
import org.jspecify.annotations.Nullable;

/** Records early fraud warnings and manual reviews in the time line of the payment they concern. */
public final class RiskEvents {
    private final Ledger ledger;

    public RiskEvents(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Records {@code radar.early_fraud_warning.*}; the detail says whether something can still be done about it. */
    public ObjectChange recordFraudWarning(@Body StripeEvent event) {
        StripeObject warning = StripeObject.of(event, "radar.early_fraud_warning");
        return record(event, warning, warning.flag("actionable") ? "actionable" : "not_actionable");
    }

    /** Records {@code review.*}; the detail is the reason it was closed for, or none while it is open. */
    public ObjectChange recordReview(@Body StripeEvent event) {
        StripeObject review = StripeObject.of(event, "review");
        return record(event, review, review.text("closed_reason", 64));
    }

    private ObjectChange record(StripeEvent event, StripeObject object, @Nullable String detail) {
        ledger.mustTake(event);
        String chargeId = object.reference("charge");
        String named = object.reference("payment_intent");
        String paymentId = named != null ? named : ledger.paymentOfCharge(chargeId);
        Payment payment = null;
        if (paymentId != null) {
            payment = ledger.lock(paymentId, event.created()).payment();
            ledger.timeline()
                    .add(
                            paymentId,
                            new Timeline.Change(
                                    event.created(), 400, event.type(), object.id(), null, null, null, detail));
        }
        return new ObjectChange(event, object.id(), chargeId, payment);
    }
}
