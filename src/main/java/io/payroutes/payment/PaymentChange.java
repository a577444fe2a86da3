package io.payroutes.payment;

import io.payroutes.inbox.StripeEvent;

/**
 * What an event of a PaymentIntent changed.
 *
 * @param intent the PaymentIntent as the event shows it
 * @param payment the payment as the ledger has it now
 * @param isFirst whether this is the first that was told of the payment, so that nothing else of it can be known
 * @param isNews whether this change was told for the first time
 * @param isLatest whether the event shows the latest state that is known
 * @param changeKey identifies the change; a second event for the same change has the same
 */
public record PaymentChange(
        StripeEvent event,
        PaymentIntent intent,
        Payment payment,
        boolean isFirst,
        boolean isNews,
        boolean isLatest,
        String changeKey)
        implements LedgerChange {}
