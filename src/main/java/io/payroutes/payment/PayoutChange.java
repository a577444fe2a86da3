package io.payroutes.payment;

import io.payroutes.inbox.StripeEvent;
import org.jspecify.annotations.Nullable;

/**
 * A payout that an event told of.
 *
 * @param status pending, in_transit, paid, failed or canceled; paid can still turn into failed
 * @param amount minor units
 */
public record PayoutChange(
        StripeEvent event,
        String payoutId,
        @Nullable String status,
        long amount,
        String currency,
        @Nullable String failureCode) {}
