package io.payroutes.payment;

import io.payroutes.inbox.StripeEvent;
import org.jspecify.annotations.Nullable;

/** What an event changed in the ledger; the body that the steps of a flow hand on. */
public sealed interface LedgerChange permits PaymentChange, ObjectChange {

    StripeEvent event();

    /** The payment concerned as the ledger has it now, locked; null if the object belongs to none. */
    @Nullable
    Payment payment();
}
