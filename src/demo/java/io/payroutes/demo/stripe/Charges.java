package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Charges: one for every attempt at a payment that got as far as the issuer. */
final class Charges {
    static final String KIND = "charge";
    static final String SHIPPING = """
            {"address": {"city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null},
             "carrier": null, "name": null, "phone": null, "tracking_number": null}""";
    private static final String SHAPE = """
            {
              "id": null, "object": "charge",
              "amount": 0, "amount_captured": 0, "amount_refunded": 0, "application": null, "application_fee": null,
              "application_fee_amount": null, "balance_transaction": null, "billing_details": {},
              "calculated_statement_descriptor": "PAYROUTES", "captured": false, "created": 0, "currency": null,
              "customer": null, "description": null, "disputed": false, "failure_balance_transaction": null,
              "failure_code": null, "failure_message": null, "fraud_details": {}, "livemode": false, "metadata": {},
              "on_behalf_of": null, "outcome": null, "paid": false, "payment_intent": null, "payment_method": null,
              "payment_method_details": {}, "presentment_details": null, "radar_options": {}, "receipt_email": null,
              "receipt_number": null, "receipt_url": null, "refunded": false, "review": null, "shipping": null,
              "source_transfer": null, "statement_descriptor": null, "statement_descriptor_suffix": null,
              "status": null, "transfer_data": null, "transfer_group": null
            }""";
    private static final String OUTCOME = """
            {
              "advice_code": null, "network_advice_code": null, "network_decline_code": null,
              "network_status": "approved_by_network", "reason": null, "risk_level": "normal", "risk_score": 12,
              "seller_message": "Payment complete.", "type": "authorized"
            }""";

    private final Account account;
    private final PaymentMethods methods;
    private final Ledger ledger;

    Charges(Account account, PaymentMethods methods, Ledger ledger) {
        this.account = account;
        this.methods = methods;
        this.ledger = ledger;
    }

    /** An attempt to pay {@code intent} with {@code method}, whose outcome is still to be set. */
    ObjectNode attempt(ObjectNode intent, ObjectNode method, boolean authenticated) {
        long amount = intent.path("amount").asLong();
        ObjectNode charge = Json.object(SHAPE);
        charge.put("id", account.id("ch"))
                .put("amount", amount)
                .put("created", account.now())
                .put("payment_intent", Json.word(intent, "id"))
                .put("payment_method", Json.word(method, "id"));
        for (String same : new String[] {
            "currency",
            "customer",
            "description",
            "metadata",
            "receipt_email",
            "shipping",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "transfer_group"
        }) {
            charge.set(same, intent.get(same).deepCopy());
        }
        charge.set("billing_details", method.get("billing_details").deepCopy());
        charge.set("payment_method_details", details(intent, method, authenticated));
        account.store().put(charge);
        return charge;
    }

    private ObjectNode details(ObjectNode intent, ObjectNode method, boolean authenticated) {
        String type = Json.word(method, "type");
        ObjectNode details = Json.object();
        if (!type.equals("card")) {
            ObjectNode bank = method.withObject("/us_bank_account").deepCopy();
            bank.remove(java.util.List.of("financial_connections_account", "networks", "status_details"));
            details.set(type, bank.putNull("mandate").putNull("payment_reference"));
            return details.put("type", type);
        }
        ObjectNode card = Json.object("""
                {
                  "amount_authorized": 0, "authorization_code": "123456", "brand": null,
                  "checks": {"address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass"},
                  "country": "US", "exp_month": 0, "exp_year": 0,
                  "extended_authorization": {"status": "disabled"}, "fingerprint": null, "funding": "credit",
                  "incremental_authorization": {"status": "unavailable"}, "installments": null, "last4": null,
                  "mandate": null, "multicapture": {"status": "unavailable"}, "network": null,
                  "network_token": {"used": false}, "network_transaction_id": "104557651805572",
                  "overcapture": {"maximum_amount_capturable": 0, "status": "unavailable"},
                  "regulated_status": "unregulated", "three_d_secure": null, "wallet": null
                }""");
        ObjectNode known = method.withObject("/card");
        for (String same :
                new String[] {"brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4"}) {
            card.set(same, known.get(same).deepCopy());
        }
        card.put("amount_authorized", intent.path("amount").asLong()).put("network", Json.word(known, "brand"));
        card.withObject("/overcapture")
                .put("maximum_amount_capturable", intent.path("amount").asLong());
        if (allowsSeveralCaptures(intent)) {
            card.withObject("/multicapture").put("status", "available");
        }
        if (isHeld(intent)) {
            card.put("capture_before", account.now() + account.settings().hold.toSeconds());
        }
        if (authenticated) {
            card.set("three_d_secure", Json.object("""
                    {"authentication_flow": "challenge", "electronic_commerce_indicator": "05",
                     "exemption_indicator": null, "result": "authenticated", "result_reason": null,
                     "transaction_id": "0f11d7ef-6ee4-4bd7-8a36-5a1d6a2a2a3d", "version": "2.2.0"}"""));
        }
        details.set("card", card);
        return details.put("type", "card");
    }

    static boolean isHeld(ObjectNode intent) {
        return "manual".equals(Json.text(intent, "capture_method"));
    }

    static boolean allowsSeveralCaptures(ObjectNode intent) {
        return intent.at("/payment_method_options/card/request_multicapture")
                .asText()
                .equals("if_available");
    }

    void fail(ObjectNode charge, Decline decline) {
        charge.put("failure_code", decline.failureCode())
                .put("failure_message", decline.message())
                .put("status", "failed")
                .put("paid", false)
                .put("captured", false)
                .put("amount_captured", 0)
                .set("outcome", decline.outcome());
        account.event("charge.failed", charge);
    }

    void pend(ObjectNode charge) {
        charge.put("status", "pending").set("outcome", Json.object(OUTCOME));
        account.event("charge.pending", charge);
    }

    /** The money is there, or, for a manual capture, is held. */
    void succeed(ObjectNode charge, ObjectNode intent) {
        TestMethod behaviour = methods.behaviour(Json.word(charge, "payment_method"));
        ObjectNode outcome = Json.object(OUTCOME);
        if (behaviour.trait() == TestMethod.Trait.ELEVATED_RISK) {
            outcome.put("risk_level", "elevated").put("risk_score", 65).put("reason", "elevated_risk_level");
        }
        charge.put("paid", true).put("status", "succeeded").set("outcome", outcome);
        charge.put(
                "receipt_url",
                "https://pay.stripe.com/receipts/payment/"
                        + Json.word(charge, "id").substring(3));
        if (!isHeld(intent)) {
            charge.put("captured", true)
                    .put("amount_captured", charge.path("amount").asLong());
            if (!"automatic_async".equals(Json.text(intent, "capture_method"))) {
                book(charge, charge.path("amount").asLong());
            }
        }
        account.event("charge.succeeded", charge);
        if (charge.path("captured").asBoolean() && !Json.isSet(charge, "balance_transaction")) {
            account.later(account.settings().asyncCapture, Json.word(charge, "id"), () -> {
                ObjectNode before = charge.deepCopy();
                book(charge, charge.path("amount").asLong());
                account.updated("charge.updated", charge, before);
            });
        }
    }

    private void book(ObjectNode charge, long amount) {
        TestMethod behaviour = methods.behaviour(Json.word(charge, "payment_method"));
        boolean atOnce = behaviour.trait() == TestMethod.Trait.AVAILABLE_AT_ONCE;
        ObjectNode line = ledger.charge(charge, amount, behaviour.isCard(), atOnce);
        charge.put("balance_transaction", Json.word(line, "id"));
    }

    /** Takes {@code amount} of what is held; the last time the rest is let go. */
    void capture(ObjectNode charge, long amount, boolean last) {
        ObjectNode before = charge.deepCopy();
        charge.put("amount_captured", charge.path("amount_captured").asLong() + amount);
        book(charge, amount);
        if (last) {
            charge.put("captured", true);
            account.event("charge.captured", charge, Json.previous(before, charge));
        } else {
            account.updated("charge.updated", charge, before);
        }
    }

    void expire(ObjectNode charge) {
        ObjectNode before = charge.deepCopy();
        charge.withObject("/payment_method_details/card").remove("capture_before");
        account.event("charge.expired", charge, Json.previous(before, charge));
    }

    ObjectNode retrieve(Call call) {
        return account.store().require(KIND, call.id(), "id");
    }

    ObjectNode update(Call call) {
        ObjectNode charge = account.store().require(KIND, call.id(), "id");
        ObjectNode before = charge.deepCopy();
        call.params().copyTexts(charge, "description", "receipt_email", "transfer_group");
        call.params().copyMetadata(charge);
        call.params().copyShape(charge, "shipping", SHIPPING);
        call.params().copyShape(charge, "fraud_details", "{}");
        account.updated("charge.updated", charge, before);
        return charge;
    }

    ObjectNode list(Call call) {
        String intent = call.params().text("payment_intent");
        String customer = call.params().text("customer");
        if (intent != null) {
            account.store().require(PaymentIntents.KIND, intent, "payment_intent");
        }
        return account.store()
                .page(
                        KIND,
                        "/v1/charges",
                        call.params(),
                        charge -> (intent == null || intent.equals(Json.text(charge, "payment_intent")))
                                && (customer == null || customer.equals(Json.text(charge, "customer"))));
    }

    @Nullable
    ObjectNode latestOf(ObjectNode intent) {
        return account.store().find(Json.text(intent, "latest_charge"));
    }

    ObjectNode chargeOf(ObjectNode intent) {
        return Objects.requireNonNull(latestOf(intent));
    }
}
