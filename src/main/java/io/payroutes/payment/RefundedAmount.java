package io.payroutes.payment;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much of a charge really went back to the customer.
 *
 * <p>Before API version 2025-03-31 Stripe books the part of an authorisation that is never captured as a refund: of 1000
 * authorised and 600 captured, {@code amount_refunded} says 400 although the customer was never charged them. From that
 * version on {@code amount_refunded} holds real refunds only.
 */
public final class RefundedAmount {
    private static final String FIRST_WITHOUT_PHANTOMS = "2025-03-31";
    private static final Pattern DATED = Pattern.compile("\\d{4}-\\d{2}-\\d{2}.*");

    private RefundedAmount() {}

    /**
     * The part of {@code amount_refunded} that was captured before. Without a version, it is the least that is certain:
     * where both readings are possible, the one that claims less.
     */
    public static long of(ChargeFacts charge) {
        long phantom = phantom(charge);
        if (charge.amountRefunded() < phantom) {
            // Less than the rest that was never captured: that rest cannot be part of it, unless nothing was captured
            // yet.
            return charge.amountCaptured() > 0 ? charge.amountRefunded() : 0;
        }
        return charge.amountRefunded() - phantom;
    }

    /** The refund that Stripe reports of money it never took; zero from API version 2025-03-31 on. */
    public static long phantom(ChargeFacts charge) {
        long neverCaptured = Math.max(0, charge.amount() - charge.amountCaptured());
        return switch (Rendering.of(charge.apiVersion())) {
            case WITH_PHANTOMS -> neverCaptured;
            case WITHOUT_PHANTOMS -> 0;
            // "refunded" is true only of a full refund, and a phantom as large as the capture is none.
            case UNKNOWN -> charge.refunded() && charge.amountRefunded() == charge.amountCaptured() ? 0 : neverCaptured;
        };
    }

    private enum Rendering {
        WITH_PHANTOMS,
        WITHOUT_PHANTOMS,
        UNKNOWN;

        static Rendering of(@Nullable String apiVersion) {
            if (apiVersion == null || !DATED.matcher(apiVersion).matches()) {
                return UNKNOWN;
            }
            // ISO dates sort as text, and what follows the date ("2025-03-31.basil") only makes it later.
            return apiVersion.compareTo(FIRST_WITHOUT_PHANTOMS) < 0 ? WITH_PHANTOMS : WITHOUT_PHANTOMS;
        }
    }

    /**
     * What a charge says about itself, in Stripe's own words.
     *
     * @param amount what was authorised
     * @param refunded whether Stripe calls it fully refunded
     * @param apiVersion the version that the charge was rendered with, null if nobody said
     */
    public record ChargeFacts(
            long amount,
            long amountCaptured,
            long amountRefunded,
            boolean refunded,
            @Nullable String apiVersion) {}
}
