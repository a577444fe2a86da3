package io.payroutes.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Refunds. */
final class RefundJson {
    private RefundJson() {}

    static ObjectNode of(StripePayment payment, Refund refund, String status) {
        boolean asked = refund.number() > 0;
        boolean failed = status.equals("failed");
        String id = payment.refundId(refund.number());
        ObjectNode json = Json.object()
                .put("id", id)
                .put("object", "refund")
                .put("amount", refund.amount())
                .put("balance_transaction", asked ? payment.balanceTransactionId(id) : null)
                .put("charge", payment.chargeId())
                .put("created", refund.created())
                .put("currency", payment.currency());
        if (payment.method().isCard()) {
            json.set("destination_details", Json.object("""
                    {
                      "card": {
                        "reference": "7364846375639485", "reference_status": "available",
                        "reference_type": "acquirer_reference_number", "type": "refund"
                      },
                      "type": "card"
                    }"""));
        }
        if (failed) {
            json.put("failure_balance_transaction", payment.balanceTransactionId(id + " failed"))
                    .put("failure_reason", "expired_or_canceled_card");
        }
        json.putObject("metadata");
        json.put("payment_intent", payment.id());
        if (status.equals("pending")) {
            json.put("pending_reason", "processing");
        }
        return json.put("reason", asked ? "requested_by_customer" : null)
                .put("receipt_number", (String) null)
                .put("source_transfer_reversal", (String) null)
                .put("status", status)
                .put("transfer_reversal", (String) null);
    }
}
