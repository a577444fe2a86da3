package io.payroutes.demo;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why an attempt failed: the {@code code} of the error, and the {@code decline_code} where the issuer gave one. */
record Decline(String code, @Nullable String declineCode, boolean blocked) {
    /** Errors that are said by {@code code} alone. */
    private static final Set<String> CODES = Set.of(
            "expired_card",
            "incorrect_cvc",
            "incorrect_number",
            "incorrect_zip",
            "processing_error",
            "payment_intent_authentication_failure",
            "payment_intent_payment_attempt_expired",
            "payment_intent_payment_attempt_failed");

    private static final Set<String> TRY_AGAIN =
            Set.of("insufficient_funds", "processing_error", "issuer_not_available", "reenter_transaction");
    private static final Set<String> DO_NOT_TRY_AGAIN =
            Set.of("lost_card", "stolen_card", "pickup_card", "fraudulent", "revocation_of_authorization");
    private static final Set<String> CONFIRM_CARD =
            Set.of("incorrect_cvc", "incorrect_number", "incorrect_zip", "expired_card");

    static Decline of(String code) {
        return CODES.contains(code) ? new Decline(code, null, false) : new Decline("card_declined", code, false);
    }

    /** Blocked by Radar before the issuer was asked. */
    static Decline byRadar() {
        return new Decline("card_declined", "fraudulent", true);
    }

    String type() {
        return code.startsWith("payment_intent_") ? "invalid_request_error" : "card_error";
    }

    private String reason() {
        return declineCode == null ? code : declineCode;
    }

    @Nullable
    String adviceCode() {
        if (TRY_AGAIN.contains(reason())) {
            return "try_again_later";
        }
        if (DO_NOT_TRY_AGAIN.contains(reason())) {
            return "do_not_try_again";
        }
        return CONFIRM_CARD.contains(reason()) ? "confirm_card_data" : null;
    }

    String networkDeclineCode() {
        return switch (reason()) {
            case "insufficient_funds" -> "51";
            case "expired_card" -> "54";
            case "lost_card" -> "41";
            case "stolen_card" -> "43";
            default -> "05";
        };
    }

    String message() {
        return switch (reason()) {
            case "insufficient_funds" -> "Your card has insufficient funds.";
            case "expired_card" -> "Your card has expired.";
            case "incorrect_cvc" -> "Your card's security code is incorrect.";
            case "incorrect_number" -> "Your card number is incorrect.";
            case "incorrect_zip" -> "The zip code you supplied failed validation.";
            case "processing_error" -> "An error occurred while processing your card. Try again in a little bit.";
            case "payment_intent_authentication_failure" ->
                "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new"
                        + " PaymentMethod to attempt to fulfill this PaymentIntent again.";
            case "payment_intent_payment_attempt_expired" ->
                "The payment attempt for this PaymentIntent has expired. You can provide payment_method_data or a new"
                        + " PaymentMethod to attempt to fulfill this PaymentIntent again.";
            case "payment_intent_payment_attempt_failed" -> "The payment failed.";
            default -> "Your card was declined.";
        };
    }
}
