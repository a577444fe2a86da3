package io.payroutes.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Events of payouts, of which {@code automatic} ones can be itemised. */
public final class Payouts {
    private static final long TWO_DAYS = 2 * 24 * 3600L;

    private Payouts() {}

    /** A payout as it is created at {@code created}. */
    public record Payout(String id, long amount, String currency, boolean automatic, long created) {}

    public static StripeEvent created(Endpoint endpoint, Payout payout, long at) {
        return event(endpoint, "created", at, of(endpoint, payout, "in_transit"));
    }

    public static StripeEvent updated(Endpoint endpoint, Payout payout, long at) {
        return event(endpoint, "updated", at, of(endpoint, payout, "in_transit"));
    }

    public static StripeEvent paid(Endpoint endpoint, Payout payout, long at) {
        return event(endpoint, "paid", at, of(endpoint, payout, "paid"));
    }

    /** The bank sent it back, which can happen days after it was paid. */
    public static StripeEvent failed(Endpoint endpoint, Payout payout, long at) {
        ObjectNode json = of(endpoint, payout, "failed")
                .put("failure_balance_transaction", "txn_" + Json.token(payout.id() + "failed"))
                .put("failure_code", "account_closed")
                .put("failure_message", "The bank account has been closed.");
        return event(endpoint, "failed", at, json);
    }

    public static StripeEvent canceled(Endpoint endpoint, Payout payout, long at) {
        return event(endpoint, "canceled", at, of(endpoint, payout, "canceled"));
    }

    /** The balance transactions of an automatic payout can be listed now. */
    public static StripeEvent reconciliationCompleted(Endpoint endpoint, Payout payout, long at) {
        ObjectNode json = of(endpoint, payout, "paid").put("reconciliation_status", "completed");
        return event(endpoint, "reconciliation_completed", at, json);
    }

    private static StripeEvent event(Endpoint endpoint, String change, long at, ObjectNode payout) {
        return EventJson.of(endpoint, "payout." + change, at, payout);
    }

    private static ObjectNode of(Endpoint endpoint, Payout payout, String status) {
        ObjectNode json = Json.object("""
                {
                  "id": null, "object": "payout", "amount": 0, "application_fee": null,
                  "application_fee_amount": null, "arrival_date": 0, "automatic": true, "balance_transaction": null,
                  "created": 0, "currency": null, "description": "STRIPE PAYOUT", "destination": "ba_demo",
                  "failure_balance_transaction": null, "failure_code": null, "failure_message": null,
                  "livemode": false, "metadata": {}, "method": "standard", "original_payout": null,
                  "payout_method": null, "reconciliation_status": null, "reversed_by": null, "source_type": "card",
                  "statement_descriptor": null, "status": null,
                  "trace_id": {"status": "unsupported", "value": null}, "type": "bank_account"
                }""");
        return json.put("id", payout.id())
                .put("amount", payout.amount())
                .put("arrival_date", payout.created() + TWO_DAYS)
                .put("automatic", payout.automatic())
                .put("balance_transaction", "txn_" + Json.token(payout.id()))
                .put("created", payout.created())
                .put("currency", payout.currency())
                .put("livemode", endpoint.livemode())
                .put("reconciliation_status", payout.automatic() ? "in_progress" : "not_applicable")
                .put("status", status);
    }
}
