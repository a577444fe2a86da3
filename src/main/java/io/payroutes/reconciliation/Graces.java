package io.payroutes.reconciliation;

import java.time.Duration;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How long things may take before their absence is a difference.
 *
 * @param fulfillment from a message to the ERP to its acceptance
 * @param balanceTransaction from a charge to its arrival in Stripe's balance
 * @param events from the first to the last event about one change
 */
public record Graces(Duration fulfillment, Duration balanceTransaction, Duration events) {

    /** Each length once, the shortest first. */
    SortedSet<Duration> lengths() {
        return new TreeSet<>(Arrays.asList(fulfillment, balanceTransaction, events));
    }
}
