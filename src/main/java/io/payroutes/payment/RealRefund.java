package io.payroutes.payment;

import org.jspecify.annotations.Nullable;

/**
 * How much of a charge was really paid back. Before API version 2025-03-31.basil, capturing less than was authorised
 * counts the rest, which was never taken, as refunded; since then it does not.
 *
 * @see <a href="https://docs.stripe.com/changelog/basil">Stripe: changelog of basil</a>
 */
public final class RealRefund {
    private static final String BASIL = "2025-03-31";

    private RealRefund() {}

    /**
     * @param apiVersion the version the charge is rendered with; null if unknown
     * @param amount authorised, minor units
     * @param captured taken, minor units; 0 if nothing was
     * @param amountRefunded as the charge says it, minor units
     * @return minor units, 0 to {@code captured} unless more was paid back than taken
     */
    public static long of(@Nullable String apiVersion, long amount, long captured, long amountRefunded) {
        if (captured <= 0) {
            return 0; // what was only authorised was released, not paid back
        }
        long neverTaken = Math.max(0, amount - captured);
        if (neverTaken == 0 || isSinceBasil(apiVersion)) {
            return amountRefunded;
        }
        if (apiVersion == null && amountRefunded < neverTaken) {
            return amountRefunded; // an older version would count at least what was never taken
        }
        return Math.max(0, amountRefunded - neverTaken);
    }

    private static boolean isSinceBasil(@Nullable String apiVersion) {
        return apiVersion != null && apiVersion.compareTo(BASIL) >= 0; // versions begin with their date
    }
}
