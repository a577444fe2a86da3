package io.payroutes.payment;

import io.payroutes.inbox.StripeEvent;
import org.jspecify.annotations.Nullable;

/**
 * A charge, refund, dispute, review, fraud warning, setup intent or payout that an event told of.
 *
 * @param objectId the object's id
 * @param chargeId the charge concerned, if any
 */
public record ObjectChange(
        StripeEvent event,
        String objectId,
        @Nullable String chargeId,
        @Nullable Payment payment) implements LedgerChange {}
