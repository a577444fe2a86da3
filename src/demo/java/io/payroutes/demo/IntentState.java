package io.payroutes.demo;

import org.jspecify.annotations.Nullable;

/** What of a PaymentIntent changes during its life. {@code latestCharge} is the number of its attempt, 0 for none. */
record IntentState(
        String status,
        long capturable,
        long received,
        @Nullable Decline failure,
        @Nullable NextAction nextAction,
        @Nullable String cancellationReason,
        long canceledAt,
        int latestCharge,
        @Nullable ChargeState charge) {
    /** A next action, and what is still to be sent where it asks for a bank transfer. */
    record NextAction(String type, long remaining, long at) {}

    static IntentState of(String status) {
        return new IntentState(status, 0, 0, null, null, null, 0, 0, null);
    }

    IntentState amounts(long capturable, long received) {
        return new IntentState(
                status,
                capturable,
                received,
                failure,
                nextAction,
                cancellationReason,
                canceledAt,
                latestCharge,
                charge);
    }

    IntentState failure(Decline failure) {
        return new IntentState(
                status,
                capturable,
                received,
                failure,
                nextAction,
                cancellationReason,
                canceledAt,
                latestCharge,
                charge);
    }

    IntentState nextAction(NextAction nextAction) {
        return new IntentState(
                status,
                capturable,
                received,
                failure,
                nextAction,
                cancellationReason,
                canceledAt,
                latestCharge,
                charge);
    }

    IntentState canceled(String reason, long at) {
        return new IntentState(status, capturable, received, failure, nextAction, reason, at, latestCharge, charge);
    }

    IntentState charge(int number, @Nullable ChargeState charge) {
        return new IntentState(
                status, capturable, received, failure, nextAction, cancellationReason, canceledAt, number, charge);
    }
}
