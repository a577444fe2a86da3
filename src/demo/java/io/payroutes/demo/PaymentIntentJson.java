package io.payroutes.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PaymentIntents in the shape of each API version. */
final class PaymentIntentJson {
    private static final ObjectNode SHAPE = Json.object("""
            {
              "id": null, "object": "payment_intent",
              "amount": 0, "amount_capturable": 0, "amount_details": {"tip": {}}, "amount_received": 0,
              "application": null, "application_fee_amount": null, "automatic_payment_methods": null,
              "canceled_at": null, "cancellation_reason": null, "capture_method": null, "client_secret": null,
              "confirmation_method": null, "created": 0, "currency": null, "customer": null, "description": null,
              "last_payment_error": null, "latest_charge": null, "livemode": false, "metadata": {},
              "next_action": null, "on_behalf_of": null, "payment_method": null, "payment_method_options": {},
              "payment_method_types": [], "processing": null, "receipt_email": null, "review": null,
              "setup_future_usage": null, "shipping": null, "source": null, "statement_descriptor": null,
              "statement_descriptor_suffix": null, "status": null, "transfer_data": null, "transfer_group": null
            }""");

    private PaymentIntentJson() {}

    static ObjectNode of(StripePayment payment, IntentState state) {
        ApiVersion version = payment.endpoint().version();
        Buyer buyer = payment.buyer();
        ObjectNode intent = SHAPE.deepCopy();
        intent.put("id", payment.id())
                .put("amount", payment.amount())
                .put("amount_capturable", state.capturable())
                .put("amount_received", state.received())
                .put("cancellation_reason", state.cancellationReason())
                .put("capture_method", payment.captureMethodOrDefault())
                .put("client_secret", payment.clientSecret())
                .put("confirmation_method", payment.confirmationMethod())
                .put("created", payment.created())
                .put("currency", payment.currency())
                .put("customer", buyer.customer())
                .put("description", buyer.description())
                .put("livemode", payment.endpoint().livemode())
                .put("receipt_email", buyer.receiptEmail())
                .put("status", version.status(state.status()));
        if (state.canceledAt() > 0) {
            intent.put("canceled_at", state.canceledAt());
        }
        intent.set("metadata", buyer.metadata());
        intent.set("shipping", buyer.shipping());
        intent.set("last_payment_error", error(payment, state));
        intent.set("next_action", nextAction(payment, state));
        intent.set("payment_method_types", Json.array(List.of(payment.method().type())));
        boolean chosen = !state.status().equals("requires_payment_method");
        intent.put("payment_method", chosen ? payment.methodId() : null);
        putCharge(intent, payment, state);
        if (version.namesInvoice()) {
            intent.putNull("invoice");
        }
        if (version.speaksOfSources()) {
            speakOfSources(intent, payment, version, chosen);
        }
        return intent;
    }

    private static void putCharge(ObjectNode intent, StripePayment payment, IntentState state) {
        ApiVersion version = payment.endpoint().version();
        if (!version.listsCharges()) {
            intent.put("latest_charge", state.latestCharge() == 0 ? null : payment.chargeId(state.latestCharge()));
            return;
        }
        intent.remove("latest_charge");
        List<ObjectNode> charges = state.charge() == null
                ? List.of()
                : List.of(ChargeJson.of(payment.attempt(state.latestCharge()), state.charge()));
        intent.set("charges", Json.list(version, "/v1/charges?payment_intent=" + payment.id(), charges));
    }

    private static void speakOfSources(ObjectNode intent, StripePayment payment, ApiVersion version, boolean chosen) {
        intent.set("allowed_source_types", intent.get("payment_method_types").deepCopy());
        intent.set("next_source_action", intent.get("next_action").deepCopy());
        intent.put("save_source_to_customer", false).put("source", chosen ? payment.sourceId() : null);
        if (!version.speaksOfPaymentMethods()) {
            intent.remove(List.of("payment_method_types", "next_action", "payment_method", "payment_method_options"));
        }
    }

    private static @Nullable ObjectNode nextAction(StripePayment payment, IntentState state) {
        return state.nextAction() == null ? null : NextActionJson.of(payment, state.nextAction());
    }

    private static @Nullable ObjectNode error(StripePayment payment, IntentState state) {
        Decline failure = state.failure();
        if (failure == null) {
            return null;
        }
        ObjectNode error = Json.object();
        if (failure.adviceCode() != null) {
            error.put("advice_code", failure.adviceCode());
        }
        boolean charged = state.latestCharge() == payment.attemptNumber();
        if (charged) {
            error.put("charge", payment.chargeId());
        }
        error.put("code", failure.code());
        if (failure.declineCode() != null) {
            error.put("decline_code", failure.declineCode());
        }
        error.put(
                        "doc_url",
                        "https://stripe.com/docs/error-codes/" + failure.code().replace('_', '-'))
                .put("message", failure.message());
        if (charged && !failure.blocked() && payment.method().isCard()) {
            error.put("network_decline_code", failure.networkDeclineCode());
        }
        if (payment.endpoint().version().speaksOfSources()) {
            error.set("source", payment.source());
        } else {
            error.set("payment_method", payment.paymentMethod());
        }
        return error.put("type", failure.type());
    }
}
