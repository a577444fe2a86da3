package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why a payment failed. */
record Decline(String code, @Nullable String declineCode, boolean blocked) {
    private static final Set<String> CODES_OF_THEIR_OWN = Set.of("expired_card", "incorrect_cvc", "processing_error");
    private static final Set<String> TRY_AGAIN = Set.of("insufficient_funds", "processing_error");
    private static final Set<String> DO_NOT_TRY_AGAIN = Set.of("lost_card", "stolen_card", "fraudulent");
    private static final Set<String> CHECK_THE_CARD = Set.of("incorrect_cvc", "expired_card");

    static Decline of(String code) {
        return CODES_OF_THEIR_OWN.contains(code)
                ? new Decline(code, null, false)
                : new Decline("card_declined", code, false);
    }

    /** Blocked before the issuer was asked. */
    static Decline byRadar() {
        return new Decline("card_declined", "fraudulent", true);
    }

    static Decline ofBank(String code) {
        return new Decline("payment_intent_payment_attempt_failed", code, code.equals("fraudulent"));
    }

    static Decline authenticationRequired() {
        return new Decline("authentication_required", "authentication_required", false);
    }

    private String reason() {
        return declineCode == null ? code : declineCode;
    }

    private boolean isBank() {
        return code.equals("payment_intent_payment_attempt_failed");
    }

    /** What the failed charge calls {@code failure_code}. */
    String failureCode() {
        return isBank() ? reason() : code;
    }

    @Nullable
    String adviceCode() {
        if (TRY_AGAIN.contains(reason())) {
            return "try_again_later";
        }
        if (DO_NOT_TRY_AGAIN.contains(reason())) {
            return "do_not_try_again";
        }
        return CHECK_THE_CARD.contains(reason()) ? "confirm_card_data" : null;
    }

    @Nullable
    String networkDeclineCode() {
        if (blocked || isBank()) {
            return null;
        }
        return switch (reason()) {
            case "insufficient_funds" -> "51";
            case "expired_card" -> "54";
            case "lost_card" -> "41";
            case "stolen_card" -> "43";
            case "card_velocity_exceeded" -> "65";
            case "authentication_required" -> "1A";
            default -> "05";
        };
    }

    String message() {
        return switch (reason()) {
            case "insufficient_funds" ->
                isBank()
                        ? "The customer's account has insufficient funds to cover this payment."
                        : "Your card has insufficient funds.";
            case "expired_card" -> "Your card has expired.";
            case "incorrect_cvc" -> "Your card's security code is incorrect.";
            case "processing_error" -> "An error occurred while processing your card. Try again in a little bit.";
            case "card_velocity_exceeded" ->
                "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.";
            case "authentication_required" -> "Your card was declined. This transaction requires authentication.";
            case "account_closed" -> "The customer's bank account has been closed.";
            case "no_account" -> "The customer's bank account could not be located.";
            case "debit_not_authorized" -> "The customer has notified their bank that this payment was unauthorized.";
            default -> isBank() ? "The payment failed." : "Your card was declined.";
        };
    }

    /** The error as an intent keeps it; the payment method, charge and intent are up to the caller. */
    ObjectNode error() {
        ObjectNode error = Json.object();
        if (adviceCode() != null) {
            error.put("advice_code", adviceCode());
        }
        error.put("code", code);
        if (declineCode != null && !isBank()) {
            error.put("decline_code", declineCode);
        }
        error.put("doc_url", Refusal.docUrl(code)).put("message", message());
        if (networkDeclineCode() != null) {
            error.put("network_decline_code", networkDeclineCode());
        }
        if (code.equals("incorrect_cvc")) {
            error.put("param", "cvc");
        }
        return error.put("type", isBank() ? "invalid_request_error" : "card_error");
    }

    /** What the charge of the failed attempt calls {@code outcome}. */
    ObjectNode outcome() {
        ObjectNode outcome = Json.object()
                .put("advice_code", adviceCode())
                .put("network_advice_code", (String) null)
                .put("network_decline_code", networkDeclineCode());
        if (blocked) {
            return outcome.put("network_status", "not_sent_to_network")
                    .put("reason", "highest_risk_level")
                    .put("risk_level", "highest")
                    .put("risk_score", 92)
                    .put("seller_message", "Stripe blocked this payment as too risky.")
                    .put("type", "blocked");
        }
        return outcome.put("network_status", "declined_by_network")
                .put("reason", reason())
                .put("risk_level", "normal")
                .put("risk_score", 12)
                .put("seller_message", "The bank returned the decline code `" + reason() + "`.")
                .put("type", "issuer_declined");
    }
}
