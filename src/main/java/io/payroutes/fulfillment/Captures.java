package io.payroutes.fulfillment;

import io.payroutes.delivery.ClaimedDelivery;
import io.payroutes.delivery.Outcome;
import io.payroutes.payment.Ledger;
import io.payroutes.payment.Payment;
import io.payroutes.payment.PaymentIntentStatus;
import org.apache.camel.ExchangeProperty;

/** Whether a capture that was asked for is still to be made. */
public final class Captures {
    private final Ledger ledger;

    public Captures(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Whether the payment still waits to be captured. */
    public boolean isWanted(@ExchangeProperty("delivery") ClaimedDelivery capture) {
        String paymentId = capture.paymentId();
        return paymentId != null
                && paymentId.matches("[A-Za-z0-9_]+") // it becomes part of a URL
                && ledger.payment(paymentId)
                        .map(Payment::status)
                        .filter(status -> status == PaymentIntentStatus.REQUIRES_CAPTURE)
                        .isPresent();
    }

    /** The end of a capture that is not wanted any more. */
    public Outcome movedOn() {
        return new Outcome.Dropped("the payment does not wait to be captured any more");
    }
}
