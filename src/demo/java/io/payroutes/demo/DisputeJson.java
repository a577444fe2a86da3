package io.payroutes.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Disputes, with the balance transactions that took the money and gave it back. */
final class DisputeJson {
    private static final long EVIDENCE_DAYS = 9 * 24 * 3600L;
    private static final long FEE = 1500;

    private DisputeJson() {}

    static ObjectNode of(StripePayment payment, Dispute dispute, String status) {
        ObjectNode json = Json.object("""
                {
                  "id": null, "object": "dispute", "amount": 0,
                  "balance_transactions": [], "charge": null, "created": 0, "currency": null,
                  "enhanced_eligibility_types": [],
                  "evidence": {
                    "access_activity_log": null, "billing_address": null, "cancellation_policy": null,
                    "customer_communication": null, "customer_email_address": null, "customer_name": null,
                    "product_description": null, "receipt": null, "refund_policy": null,
                    "shipping_carrier": null, "shipping_date": null, "shipping_documentation": null,
                    "shipping_tracking_number": null, "uncategorized_file": null, "uncategorized_text": null
                  },
                  "evidence_details": {
                    "due_by": 0, "enhanced_eligibility": {}, "has_evidence": false, "past_due": false,
                    "submission_count": 0
                  },
                  "is_charge_refundable": false, "livemode": false, "metadata": {}, "payment_intent": null,
                  "payment_method_details": {
                    "card": {"brand": null, "case_type": "chargeback", "network_reason_code": "10.4"}, "type": "card"
                  },
                  "reason": null, "status": null
                }""");
        boolean submitted = status.endsWith("under_review") || status.equals("won");
        json.put("id", payment.disputeId())
                .put("amount", dispute.amount())
                .put("charge", payment.chargeId())
                .put("created", dispute.created())
                .put("currency", payment.currency())
                .put("is_charge_refundable", dispute.inquiry())
                .put("livemode", payment.endpoint().livemode())
                .put("payment_intent", payment.id())
                .put("reason", dispute.reason())
                .put("status", status);
        json.withObject("/evidence_details")
                .put("due_by", dispute.created() + EVIDENCE_DAYS)
                .put("has_evidence", submitted)
                .put("submission_count", submitted ? 1 : 0);
        json.withObject("/payment_method_details/card")
                .put("brand", payment.method().brand())
                .put("case_type", dispute.inquiry() ? "inquiry" : "chargeback");
        if (!dispute.inquiry()) {
            ArrayNode moves = json.withArray("/balance_transactions");
            moves.add(balanceTransaction(payment, dispute, "dispute", -1));
            if (status.equals("won")) {
                moves.add(balanceTransaction(payment, dispute, "dispute_reversal", 1));
            }
        }
        return json;
    }

    private static ObjectNode balanceTransaction(StripePayment payment, Dispute dispute, String category, int sign) {
        // The fee for a dispute is kept even when the dispute is won.
        long fee = sign < 0 ? FEE : 0;
        ObjectNode json = Json.object()
                .put("id", payment.balanceTransactionId(category))
                .put("object", "balance_transaction")
                .put("amount", sign * dispute.amount())
                .put("available_on", dispute.created())
                .put("created", dispute.created())
                .put("currency", payment.currency())
                .put("description", "Chargeback for " + payment.chargeId())
                .put("exchange_rate", (String) null)
                .put("fee", fee);
        json.putArray("fee_details");
        return json.put("net", sign * dispute.amount() - fee)
                .put("reporting_category", category)
                .put("source", payment.disputeId())
                .put("status", "available")
                .put("type", "adjustment");
    }
}
