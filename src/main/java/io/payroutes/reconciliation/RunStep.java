package io.payroutes.reconciliation;

import java.util.List;
import java.util.Locale;

/** What a run does, one after the other. Each step goes on from where it was committed last. */
public enum RunStep {
    /** Lists what was created in the span. */
    CHARGES,
    REFUNDS,
    DISPUTES,
    BALANCE_TRANSACTIONS,
    PAYOUTS,
    /** Lists the lines of each automatic payout. */
    PAYOUT_LINES,
    /** Retrieves, one by one, what a line, a refund or a dispute is about and no list has shown. */
    SOURCES,
    /**
     * Lists charges and refunds of each payment, and refunds of each charge without one, of which the lists of the span
     * cannot show everything.
     */
    PAYMENT_CHARGES,
    PAYMENT_REFUNDS,
    /** Retrieves, one by one, the lines that a charge or a refund names and no list has shown. */
    MISSING_LINES,
    /** Compares. */
    CHECK_PAYMENTS,
    CHECK_CHARGES,
    CHECK_LINES,
    CHECK_PAYOUTS,
    DONE;

    RunStep next() {
        List<RunStep> steps = List.of(values());
        return steps.get(steps.indexOf(this) + 1);
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static RunStep of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
