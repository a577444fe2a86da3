package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** Disputes of charges, inquiries, and warnings of issuers. */
final class Disputes {
    static final String KIND = "dispute";
    private static final Duration EVIDENCE = Duration.ofDays(9);
    private static final String SHAPE = """
            {
              "id": null, "object": "dispute", "amount": 0, "balance_transactions": [], "charge": null, "created": 0,
              "currency": null, "enhanced_eligibility_types": [], "evidence": {},
              "evidence_details": {
                "due_by": 0, "enhanced_eligibility": {}, "has_evidence": false, "past_due": false,
                "submission_count": 0
              },
              "is_charge_refundable": false, "livemode": false, "metadata": {}, "payment_intent": null,
              "payment_method_details": {
                "card": {"brand": "visa", "case_type": "chargeback", "network_reason_code": "10.4"}, "type": "card"
              },
              "reason": null, "status": null
            }""";

    private final Account account;
    private final Ledger ledger;

    Disputes(Account account, Ledger ledger) {
        this.account = account;
        this.ledger = ledger;
    }

    /** What the card of a successful charge brings about a moment later. */
    void follow(ObjectNode charge, TestMethod behaviour) {
        String id = Json.word(charge, "id");
        switch (behaviour.trait()) {
            case FRAUD_DISPUTE -> account.later(Duration.ZERO, id, () -> open(charge, "fraudulent", false));
            case NOT_RECEIVED_DISPUTE ->
                account.later(Duration.ZERO, id, () -> open(charge, "product_not_received", false));
            case INQUIRY -> account.later(Duration.ZERO, id, () -> open(charge, "fraudulent", true));
            case EARLY_FRAUD_WARNING -> account.later(Duration.ZERO, id, () -> warn(charge));
            case NONE, ELEVATED_RISK, PENDING_REFUND, FAILING_REFUND, AVAILABLE_AT_ONCE, NEVER_SETTLES -> {}
        }
    }

    /** @param inquiry whether the bank only asks, and takes no money yet */
    ObjectNode open(ObjectNode charge, String reason, boolean inquiry) {
        ObjectNode dispute = Json.object(SHAPE);
        dispute.put("id", account.id(inquiry ? "du" : "dp"))
                .put("amount", charge.path("amount_captured").asLong())
                .put("charge", Json.word(charge, "id"))
                .put("created", account.now())
                .put("currency", Json.word(charge, "currency"))
                .put("is_charge_refundable", inquiry)
                .put("payment_intent", Json.word(charge, "payment_intent"))
                .put("reason", reason)
                .put("status", inquiry ? "warning_needs_response" : "needs_response");
        dispute.withObject("/evidence_details").put("due_by", account.now() + EVIDENCE.toSeconds());
        dispute.withObject("/payment_method_details/card").put("case_type", inquiry ? "inquiry" : "chargeback");
        account.store().put(dispute);
        ObjectNode before = charge.deepCopy();
        if (!inquiry) {
            charge.put("disputed", true);
            dispute.withArray("/balance_transactions")
                    .add(ledger.dispute(dispute).deepCopy());
        }
        account.event("charge.dispute.created", dispute);
        if (!inquiry) {
            account.event("charge.dispute.funds_withdrawn", dispute);
            account.updated("charge.updated", charge, before);
        }
        return dispute;
    }

    private void warn(ObjectNode charge) {
        ObjectNode warning = Json.object()
                .put("id", account.id("issfr"))
                .put("object", "radar.early_fraud_warning")
                .put("actionable", true)
                .put("charge", Json.word(charge, "id"))
                .put("created", account.now())
                .put("fraud_type", "made_with_stolen_card")
                .put("livemode", false)
                .put("payment_intent", Json.word(charge, "payment_intent"));
        account.store().put(warning);
        account.event("radar.early_fraud_warning.created", warning);
    }

    ObjectNode retrieve(Call call) {
        return account.store().require(KIND, call.id(), "id");
    }

    /** Evidence decides at once: {@code winning_evidence} wins, {@code losing_evidence} loses. */
    ObjectNode update(Call call) {
        ObjectNode dispute = account.store().require(KIND, call.id(), "id");
        if (!Json.word(dispute, "status").endsWith("needs_response")) {
            throw Refusal.invalid("This dispute is already closed", null, null);
        }
        ObjectNode before = dispute.deepCopy();
        call.params().copyMetadata(dispute);
        ObjectNode evidence = call.params().object("evidence");
        boolean submitted = evidence != null
                && (!call.params().has("submit") || call.params().isTrue("submit"));
        if (evidence != null) {
            dispute.withObject("/evidence").setAll(evidence);
            dispute.withObject("/evidence_details").put("has_evidence", true);
        }
        if (submitted) {
            dispute.withObject("/evidence_details").put("submission_count", 1);
            dispute.put("status", Json.word(dispute, "status").replace("needs_response", "under_review"));
        }
        account.updated("charge.dispute.updated", dispute, before);
        String text = dispute.at("/evidence/uncategorized_text").asText();
        if (submitted && (text.equals("winning_evidence") || text.equals("losing_evidence"))) {
            boolean won = text.startsWith("winning");
            account.later(Duration.ZERO, call.id(), () -> close(dispute, won));
        }
        return dispute;
    }

    ObjectNode closeAsLost(Call call) {
        ObjectNode dispute = account.store().require(KIND, call.id(), "id");
        close(dispute, false);
        return dispute;
    }

    void close(ObjectNode dispute, boolean won) {
        ObjectNode before = dispute.deepCopy();
        boolean inquiry = Json.word(dispute, "status").startsWith("warning_");
        dispute.put("status", inquiry ? "warning_closed" : won ? "won" : "lost").put("is_charge_refundable", false);
        if (won && !inquiry) {
            dispute.withArray("/balance_transactions")
                    .add(ledger.disputeReversal(dispute).deepCopy());
            account.event("charge.dispute.funds_reinstated", dispute);
        }
        account.event("charge.dispute.closed", dispute, Json.previous(before, dispute));
    }

    ObjectNode list(Call call) {
        String charge = call.params().text("charge");
        String intent = call.params().text("payment_intent");
        return account.store()
                .page(
                        KIND,
                        "/v1/disputes",
                        call.params(),
                        dispute -> (charge == null || charge.equals(Json.text(dispute, "charge")))
                                && (intent == null || intent.equals(Json.text(dispute, "payment_intent"))));
    }
}
