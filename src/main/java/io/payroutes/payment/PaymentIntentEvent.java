package io.payroutes.payment;

import static io.payroutes.payment.PaymentIntentStatus.CANCELED;
import static io.payroutes.payment.PaymentIntentStatus.PROCESSING;
import static io.payroutes.payment.PaymentIntentStatus.REQUIRES_ACTION;
import static io.payroutes.payment.PaymentIntentStatus.REQUIRES_CAPTURE;
import static io.payroutes.payment.PaymentIntentStatus.REQUIRES_CONFIRMATION;
import static io.payroutes.payment.PaymentIntentStatus.REQUIRES_PAYMENT_METHOD;
import static io.payroutes.payment.PaymentIntentStatus.SUCCEEDED;

import io.payroutes.inbox.ContradictionException;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The events of a PaymentIntent, in the order in which the life cycle can bring them about within one second, each with
 * the statuses that the object can have in it.
 */
public enum PaymentIntentEvent {
    CREATED("payment_intent.created", EnumSet.allOf(PaymentIntentStatus.class)),
    REQUIRES_ACTION_EVENT("payment_intent.requires_action", EnumSet.of(REQUIRES_ACTION)),
    PARTIALLY_FUNDED(
            "payment_intent.partially_funded",
            EnumSet.of(REQUIRES_ACTION, REQUIRES_PAYMENT_METHOD, REQUIRES_CONFIRMATION, PROCESSING)),
    PROCESSING_EVENT("payment_intent.processing", EnumSet.of(PROCESSING)),
    // A failed incremental authorisation leaves the payment capturable; too many failed attempts cancel it.
    PAYMENT_FAILED("payment_intent.payment_failed", EnumSet.of(REQUIRES_PAYMENT_METHOD, REQUIRES_CAPTURE, CANCELED)),
    AMOUNT_CAPTURABLE_UPDATED("payment_intent.amount_capturable_updated", EnumSet.of(REQUIRES_CAPTURE)),
    CANCELED_EVENT("payment_intent.canceled", EnumSet.of(CANCELED)),
    SUCCEEDED_EVENT("payment_intent.succeeded", EnumSet.of(SUCCEEDED));

    private final String type;
    private final Set<PaymentIntentStatus> possible;

    PaymentIntentEvent(String type, Set<PaymentIntentStatus> possible) {
        this.type = type;
        this.possible = possible;
    }

    public String type() {
        return type;
    }

    /** @throws IllegalArgumentException if a route sends something else here */
    static PaymentIntentEvent of(String type) {
        return Stream.of(values())
                .filter(e -> e.type.equals(type))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(type + " is not an event of a PaymentIntent"));
    }

    /** @throws ContradictionException if an object of this status cannot be in this event */
    void mustAllow(PaymentIntentStatus status) {
        if (!possible.contains(status)) {
            throw new ContradictionException(type + " with status " + status.wireName());
        }
    }
}
