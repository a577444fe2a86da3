package io.payroutes.demo;

import org.jspecify.annotations.Nullable;

/**
 * Where a payment stands after all its events, however they arrive.
 *
 * @param status Stripe's status of the PaymentIntent, in today's words
 * @param received what was captured
 * @param refunded what was given back on purpose; refunds that failed and the rest of a hold do not count
 * @param failedAttempts how many different attempts failed
 * @param dispute Stripe's status of the dispute, null where there is none
 */
public record Expectation(
        String payment,
        String status,
        long received,
        long refunded,
        int failedAttempts,
        @Nullable String dispute) {
    public boolean paid() {
        return status.equals("succeeded");
    }

    public boolean fullyRefunded() {
        return paid() && refunded >= received;
    }

    /** Whether the customer disputed it; an inquiry counts, and so does a dispute that was won. */
    public boolean disputed() {
        return dispute != null;
    }
}
