package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Refunds of charges. */
final class Refunds {
    static final String KIND = "refund";

    private final Account account;
    private final PaymentMethods methods;
    private final Ledger ledger;

    Refunds(Account account, PaymentMethods methods, Ledger ledger) {
        this.account = account;
        this.methods = methods;
        this.ledger = ledger;
    }

    ObjectNode create(Call call) {
        Params params = call.params();
        ObjectNode charge = charge(params);
        String id = Json.word(charge, "id");
        if (charge.path("disputed").asBoolean()) {
            throw Refusal.invalid(
                    "Charge " + id + " has been charged back; cannot issue a refund.", "charge_disputed", null);
        }
        long left = charge.path("amount_captured").asLong()
                - charge.path("amount_refunded").asLong();
        if (left <= 0) {
            throw Refusal.invalid("Charge " + id + " has already been refunded.", "charge_already_refunded", null);
        }
        Long asked = Amounts.positive(params, "amount");
        long amount = asked == null ? left : asked;
        String currency = Json.word(charge, "currency");
        if (amount > left) {
            boolean whole = charge.path("amount_refunded").asLong() == 0;
            throw Refusal.invalid(
                    "Refund amount (" + Amounts.written(amount, currency) + ") is greater than "
                            + (whole ? "charge amount (" : "unrefunded amount on charge (")
                            + Amounts.written(left, currency) + ")",
                    null,
                    "amount");
        }
        String reason = params.choice("reason", "duplicate", "fraudulent", "requested_by_customer");
        TestMethod behaviour = methods.behaviour(Json.word(charge, "payment_method"));
        ObjectNode refund = refund(charge, amount, reason, behaviour.isCard());
        params.copyMetadata(refund);
        account.store().put(refund);
        refund.put("balance_transaction", Json.word(ledger.refund(refund, behaviour.isCard()), "id"));
        take(charge, amount);
        boolean pending = behaviour.trait() == TestMethod.Trait.PENDING_REFUND || !behaviour.isCard();
        if (pending) {
            refund.put("status", "pending").put("pending_reason", "processing");
        }
        account.event("refund.created", refund);
        if (pending) {
            account.later(account.settings().refundChange, Json.word(refund, "id"), () -> succeed(refund));
        } else if (behaviour.trait() == TestMethod.Trait.FAILING_REFUND) {
            account.later(account.settings().refundChange, Json.word(refund, "id"), () -> fail(refund, charge));
        }
        return refund;
    }

    private ObjectNode charge(Params params) {
        String chargeId = params.text("charge");
        String intentId = params.text("payment_intent");
        if (chargeId != null) {
            ObjectNode charge = account.store().require(Charges.KIND, chargeId, "charge");
            if (!charge.path("captured").asBoolean()) {
                throw Refusal.invalid("Charge " + chargeId + " is not refundable.", "charge_not_refundable", null);
            }
            return charge;
        }
        if (intentId == null) {
            throw Refusal.invalid(
                    "One of the following params should be provided for this request: payment_intent or charge.",
                    null,
                    null);
        }
        ObjectNode intent = account.store().require(PaymentIntents.KIND, intentId, "payment_intent");
        ObjectNode charge = account.store().find(Json.text(intent, "latest_charge"));
        if (charge == null || !charge.path("captured").asBoolean()) {
            throw Refusal.invalid(
                    "This PaymentIntent (" + intentId + ") does not have a successful charge to refund.", null, null);
        }
        return charge;
    }

    private ObjectNode refund(ObjectNode charge, long amount, @Nullable String reason, boolean card) {
        ObjectNode refund = Json.object()
                .put("id", account.id("re"))
                .put("object", KIND)
                .put("amount", amount)
                .putNull("balance_transaction")
                .put("charge", Json.word(charge, "id"))
                .put("created", account.now())
                .put("currency", Json.word(charge, "currency"));
        if (card) {
            refund.set("destination_details", Json.object("""
                    {"card": {"reference_status": "pending", "reference_type": "acquirer_reference_number",
                              "type": "refund"},
                     "type": "card"}"""));
        }
        refund.putObject("metadata");
        return refund.put("payment_intent", Json.word(charge, "payment_intent"))
                .put("reason", reason)
                .putNull("receipt_number")
                .putNull("source_transfer_reversal")
                .put("status", "succeeded")
                .putNull("transfer_reversal");
    }

    private void take(ObjectNode charge, long amount) {
        ObjectNode before = charge.deepCopy();
        long refunded = charge.path("amount_refunded").asLong() + amount;
        charge.put("amount_refunded", refunded)
                .put(
                        "refunded",
                        refunded > 0
                                && refunded >= charge.path("amount_captured").asLong());
        account.event(amount > 0 ? "charge.refunded" : "charge.updated", charge, Json.previous(before, charge));
    }

    private void succeed(ObjectNode refund) {
        ObjectNode before = refund.deepCopy();
        refund.put("status", "succeeded").remove("pending_reason");
        account.updated("charge.refund.updated", refund, before);
        account.updated("refund.updated", refund, before);
    }

    private void fail(ObjectNode refund, ObjectNode charge) {
        ObjectNode before = refund.deepCopy();
        refund.put("status", "failed")
                .put("failure_reason", "expired_or_canceled_card")
                .put("failure_balance_transaction", Json.word(ledger.refundFailure(refund), "id"));
        take(charge, -refund.path("amount").asLong());
        account.updated("charge.refund.updated", refund, before);
        account.event("refund.failed", refund);
    }

    ObjectNode retrieve(Call call) {
        return account.store().require(KIND, call.id(), "id");
    }

    ObjectNode update(Call call) {
        ObjectNode refund = account.store().require(KIND, call.id(), "id");
        ObjectNode before = refund.deepCopy();
        call.params().copyMetadata(refund);
        account.updated("charge.refund.updated", refund, before);
        account.updated("refund.updated", refund, before);
        return refund;
    }

    ObjectNode cancel(Call call) {
        ObjectNode refund = account.store().require(KIND, call.id(), "id");
        throw Refusal.invalid(
                "You cannot cancel this refund because it has a status of " + Json.word(refund, "status")
                        + ". Only a refund with the status requires_action may be canceled.",
                null,
                null);
    }

    ObjectNode list(Call call) {
        String charge = call.params().text("charge");
        String intent = call.params().text("payment_intent");
        return account.store()
                .page(
                        KIND,
                        "/v1/refunds",
                        call.params(),
                        refund -> (charge == null || charge.equals(Json.text(refund, "charge")))
                                && (intent == null || intent.equals(Json.text(refund, "payment_intent"))));
    }

    /** What a charge calls {@code refunds}, when that is expanded. */
    ObjectNode listOf(String charge) {
        List<ObjectNode> refunds = new ArrayList<>(account.store()
                .all(KIND)
                .filter(refund -> charge.equals(Json.text(refund, "charge")))
                .toList());
        Collections.reverse(refunds);
        return Store.page(refunds, "/v1/charges/" + charge + "/refunds", Params.parse("", ""));
    }
}
