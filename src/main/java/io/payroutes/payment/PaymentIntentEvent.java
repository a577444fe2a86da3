package io.payroutes.payment;

import io.payroutes.inbox.ContradictionException;
import java.util.stream.Stream;

/** The events of a PaymentIntent, in the order in which the life cycle can bring them about within one second. */
public enum PaymentIntentEvent {
    CREATED("payment_intent.created", 0),
    ACTION_REQUIRED("payment_intent.requires_action", 1),
    PARTIALLY_FUNDED("payment_intent.partially_funded", 2),
    PROCESSING("payment_intent.processing", 3),
    PAYMENT_FAILED("payment_intent.payment_failed", 4),
    AMOUNT_CAPTURABLE_UPDATED("payment_intent.amount_capturable_updated", 5),
    CANCELED("payment_intent.canceled", 6),
    SUCCEEDED("payment_intent.succeeded", 7);

    private final String type;
    private final int rank;

    PaymentIntentEvent(String type, int rank) {
        this.type = type;
        this.rank = rank;
    }

    public String type() {
        return type;
    }

    /** Place among the events of one second. */
    int rank() {
        return rank;
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
        if (!allows(status)) {
            throw new ContradictionException(type + " with status " + status.wireName());
        }
    }

    private boolean allows(PaymentIntentStatus status) {
        return switch (this) {
            case CREATED -> true; // it may have gone on before the event was rendered
            case ACTION_REQUIRED -> status == PaymentIntentStatus.REQUIRES_ACTION;
            case PARTIALLY_FUNDED -> !status.isFinal() && status != PaymentIntentStatus.REQUIRES_CAPTURE;
            case PROCESSING -> status == PaymentIntentStatus.PROCESSING;
            // A failed incremental authorisation leaves it capturable; too many failed attempts cancel it.
            case PAYMENT_FAILED ->
                status == PaymentIntentStatus.REQUIRES_PAYMENT_METHOD
                        || status == PaymentIntentStatus.REQUIRES_CAPTURE
                        || status == PaymentIntentStatus.CANCELED;
            case AMOUNT_CAPTURABLE_UPDATED -> status == PaymentIntentStatus.REQUIRES_CAPTURE;
            case CANCELED -> status == PaymentIntentStatus.CANCELED;
            case SUCCEEDED -> status == PaymentIntentStatus.SUCCEEDED;
        };
    }
}
