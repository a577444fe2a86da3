package io.payroutes.demo.stripe;

import org.jspecify.annotations.Nullable;

/** What is known of the latest attempt at an intent and is not part of the object. Guarded by the account's monitor. */
final class Attempt {
    /** Counts the confirmations. */
    int number;

    boolean offSession;
    boolean authenticated;

    @Nullable
    String returnUrl;

    /** Whether what comes later still belongs to the attempt {@code that}. */
    boolean is(int that) {
        return number == that;
    }
}
