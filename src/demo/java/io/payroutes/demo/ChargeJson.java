package io.payroutes.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Charges in the shape of each API version. */
final class ChargeJson {
    private static final long SEVEN_DAYS = 7 * 24 * 3600L;
    private static final ObjectNode SHAPE = Json.object("""
            {
              "id": null, "object": "charge",
              "amount": 0, "amount_captured": 0, "amount_refunded": 0, "application": null, "application_fee": null,
              "application_fee_amount": null, "balance_transaction": null, "billing_details": {},
              "calculated_statement_descriptor": "PAYROUTES DEMO", "captured": false, "created": 0, "currency": null,
              "customer": null, "description": null, "destination": null, "disputed": false,
              "failure_balance_transaction": null, "failure_code": null, "failure_message": null,
              "fraud_details": {}, "livemode": false, "metadata": {}, "on_behalf_of": null, "order": null,
              "outcome": null, "paid": false, "payment_intent": null, "payment_method": null,
              "payment_method_details": {}, "radar_options": {}, "receipt_email": null, "receipt_number": null,
              "receipt_url": null, "refunded": false, "review": null, "shipping": null, "source": null,
              "source_transfer": null, "statement_descriptor": null, "statement_descriptor_suffix": null,
              "status": null, "transfer_data": null, "transfer_group": null
            }""");

    private ChargeJson() {}

    static ObjectNode of(StripePayment payment, ChargeState state) {
        ApiVersion version = payment.endpoint().version();
        Buyer buyer = payment.buyer();
        String id = payment.chargeId();
        long notCaptured = notCaptured(payment, state);
        long refunded = notCaptured + state.refunded();
        ObjectNode charge = SHAPE.deepCopy();
        charge.put("id", id)
                .put("amount", payment.amount())
                .put("amount_captured", state.amountCaptured())
                .put("amount_refunded", refunded)
                .put("balance_transaction", state.settled() ? payment.balanceTransactionId("charge") : null)
                .put("captured", state.captured())
                .put("created", payment.attemptedAt())
                .put("currency", payment.currency())
                .put("customer", buyer.customer())
                .put("description", buyer.description())
                .put("disputed", state.disputed())
                .put("livemode", payment.endpoint().livemode())
                .put("paid", state.paid())
                .put("payment_intent", payment.id())
                .put("payment_method", payment.methodId())
                .put("receipt_email", buyer.receiptEmail())
                .put("refunded", refunded > 0 && refunded >= notCaptured + state.amountCaptured())
                .put("status", state.status());
        if (state.paid()) {
            charge.put("receipt_url", "https://pay.stripe.com/receipts/payment/" + Json.token(id));
        }
        charge.set("billing_details", buyer.billingDetails());
        charge.set("metadata", buyer.metadata());
        charge.set("outcome", outcome(state));
        boolean onHold = state.paid() && payment.isManualCapture();
        charge.set(
                "payment_method_details",
                payment.method().details(payment.amount(), onHold ? payment.attemptedAt() + SEVEN_DAYS : 0));
        charge.set("shipping", buyer.shipping());
        putFailure(charge, state.failure());
        if (version.listsRefunds()) {
            charge.set("refunds", refunds(payment, state, notCaptured));
        }
        if (version.namesInvoice()) {
            charge.put("dispute", state.disputed() ? payment.disputeId() : null);
            charge.putNull("invoice");
        }
        if (version.speaksOfSources()) {
            charge.set("source", payment.source());
        }
        return charge;
    }

    private static long notCaptured(StripePayment payment, ChargeState state) {
        boolean decided = state.captured() || state.released();
        return decided && payment.endpoint().version().refundsWhatIsNotCaptured()
                ? Math.max(0, payment.amount() - state.amountCaptured())
                : 0;
    }

    private static ObjectNode refunds(StripePayment payment, ChargeState state, long notCaptured) {
        List<ObjectNode> refunds = new ArrayList<>();
        for (Refund refund : state.refunds()) {
            refunds.add(0, RefundJson.of(payment, refund, "succeeded"));
        }
        if (notCaptured > 0) {
            refunds.add(RefundJson.of(payment, new Refund(0, notCaptured, payment.attemptedAt()), "succeeded"));
        }
        return Json.list(payment.endpoint().version(), "/v1/charges/" + payment.chargeId() + "/refunds", refunds);
    }

    private static void putFailure(ObjectNode charge, @Nullable Decline failure) {
        if (failure != null) {
            charge.put("failure_code", failure.code()).put("failure_message", failure.message());
        }
    }

    private static @Nullable ObjectNode outcome(ChargeState state) {
        if (state.status().equals("pending")) {
            return null;
        }
        ObjectNode outcome = Json.object("""
                {
                  "advice_code": null, "network_advice_code": null, "network_decline_code": null,
                  "network_status": "approved_by_network", "reason": null, "risk_level": "normal", "risk_score": 12,
                  "seller_message": "Payment complete.", "type": "authorized"
                }""");
        Decline failure = state.failure();
        if (failure == null) {
            return outcome;
        }
        if (failure.blocked()) {
            return outcome.put("network_status", "not_sent_to_network")
                    .put("reason", "highest_risk_level")
                    .put("risk_level", "highest")
                    .put("risk_score", 92)
                    .put("seller_message", "Stripe blocked this payment as too risky.")
                    .put("type", "blocked");
        }
        String reason = failure.declineCode() == null ? failure.code() : failure.declineCode();
        return outcome.put("advice_code", failure.adviceCode())
                .put("network_decline_code", failure.networkDeclineCode())
                .put("network_status", "declined_by_network")
                .put("reason", reason)
                .put("seller_message", "The bank returned the decline code `" + reason + "`.")
                .put("type", "issuer_declined");
    }
}
