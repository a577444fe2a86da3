package io.payroutes.payment;

import io.payroutes.inbox.StripeEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A payout that an event told of.
 *
 * @param status pending, in_transit, paid, failed or canceled; paid can still turn into failed
 * @param amount minor units; negative where the bank is debited
 * @param automatic whether Stripe pays out by itself; only then can it say what the payout is made of
 * @param reconciliationStatus {@code completed} once Stripe can say it; null in old API versions
 */
public record PayoutChange(
        StripeEvent event,
        String payoutId,
        @Nullable String status,
        long amount,
        String currency,
        @Nullable String failureCode,
        boolean automatic,
        @Nullable String reconciliationStatus,
        Instant createdAt) {}
