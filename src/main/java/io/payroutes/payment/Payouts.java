package io.payroutes.payment;

import io.payroutes.inbox.StripeEvent;
import java.util.Objects;
import org.apache.camel.Body;

/**
 * Reads what {@code payout.*} events tell. A payout belongs to no single payment, so the ledger of payments keeps none.
 */
public final class Payouts {
    private final Ledger ledger;

    public Payouts(Ledger ledger) {
        this.ledger = ledger;
    }

    /** @throws io.payroutes.inbox.ContradictionException if the object is no payout, or has no amount or currency */
    public PayoutChange record(@Body StripeEvent event) {
        ledger.mustTake(event);
        StripeObject payout = StripeObject.of(event, "payout");
        return new PayoutChange(
                event,
                payout.id(),
                payout.text("status", 64),
                payout.mustAmount("amount"),
                payout.currency(),
                payout.text("failure_code", 128),
                payout.flag("automatic"),
                event.type().equals("payout.reconciliation_completed")
                        ? "completed"
                        : payout.text("reconciliation_status", 32),
                Objects.requireNonNullElse(payout.time("created"), event.created()));
    }
}
