package io.payroutes.fulfillment;

import io.payroutes.delivery.ClaimedDelivery;
import io.payroutes.delivery.Outcome;
import io.payroutes.payment.Ledger;
import io.payroutes.payment.Payment;
import io.payroutes.payment.PaymentIntentStatus;
import org.apache.camel.ExchangeProperty;
import org.jspecify.annotations.Nullable;

/** Whether a capture that was asked for is still to be made. */
public final class Captures {
    private final Ledger ledger;

    public Captures(Ledger ledger) {
        this.ledger = ledger;
    }

    /** What is sent to Stripe. */
    static String request(@Nullable Long amountCapturable) {
        return "amount_to_capture=" + amountCapturable;
    }

    /**
     * Whether the payment still waits to be captured, and all of it: an authorisation that has grown meanwhile has a
     * capture of its own, and what the first capture leaves over is lost.
     */
    public boolean isWanted(@ExchangeProperty("delivery") ClaimedDelivery capture) {
        String paymentId = capture.paymentId();
        return paymentId != null
                && paymentId.matches("[A-Za-z0-9_]+") // it becomes part of a URL
                && ledger.payment(paymentId)
                        .filter(payment -> payment.status() == PaymentIntentStatus.REQUIRES_CAPTURE)
                        .map(Payment::amountCapturable)
                        .filter(amount -> capture.payload().equals(request(amount)))
                        .isPresent();
    }

    /** The end of a capture that is not wanted any more. */
    public Outcome movedOn() {
        return new Outcome.Dropped("the payment does not wait to be captured any more");
    }
}
