package io.payroutes.demo.stripe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one of Stripe's test cards, or test bank accounts, does.
 *
 * @param number of the card; empty for a bank account
 * @param names what follows {@code pm_card_}, {@code pm_} or {@code tok_} in the names of its test payment methods
 * @param decline how a payment with it fails, or null
 * @param attachable whether it can be attached to a customer although it declines
 */
record TestMethod(
        String type,
        String number,
        List<String> names,
        String brand,
        Authentication authentication,
        @Nullable Decline decline,
        boolean attachable,
        Trait trait) {

    /** When the customer has to authenticate. */
    enum Authentication {
        NEVER,
        ALWAYS,
        /** Off-session only until it was set up; on-session always. */
        UNLESS_SET_UP,
        /** On-session only. */
        ON_SESSION,
        /** Only where the request asks for it. */
        OPTIONAL,
        /** The look-up fails, and with it the payment. */
        LOOKUP_FAILS
    }

    /** What is special about a payment beyond its outcome. */
    enum Trait {
        NONE,
        ELEVATED_RISK,
        FRAUD_DISPUTE,
        NOT_RECEIVED_DISPUTE,
        INQUIRY,
        EARLY_FRAUD_WARNING,
        PENDING_REFUND,
        FAILING_REFUND,
        AVAILABLE_AT_ONCE,
        NEVER_SETTLES
    }

    private static final String VISA = "visa";
    private static final List<TestMethod> ALL = all();

    private static List<TestMethod> all() {
        List<TestMethod> all = new ArrayList<>();
        all.add(fine("4242424242424242", VISA, "visa", "us"));
        all.add(fine("4000056655665556", VISA, "visa_debit"));
        all.add(fine("5555555555554444", "mastercard", "mastercard"));
        all.add(fine("5200828282828210", "mastercard", "mastercard_debit"));
        all.add(fine("378282246310005", "amex", "amex", "amex_threeDSecureNotSupported"));
        all.add(fine("6011111111111117", "discover", "discover"));
        all.add(fine("3566002020360505", "jcb", "jcb"));
        all.add(fine("4000003920000003", VISA, "jp"));
        all.add(fine("4000008260000000", VISA, "gb"));
        all.add(declining("4000000000000002", "generic_decline", "visa_chargeDeclined", "chargeDeclined"));
        all.add(declining(
                "4000000000009995",
                "insufficient_funds",
                "visa_chargeDeclinedInsufficientFunds",
                "chargeDeclinedInsufficientFunds"));
        all.add(declining("4000000000009987", "lost_card", "visa_chargeDeclinedLostCard", "chargeDeclinedLostCard"));
        all.add(declining(
                "4000000000009979", "stolen_card", "visa_chargeDeclinedStolenCard", "chargeDeclinedStolenCard"));
        all.add(declining("4000000000000069", "expired_card", "chargeDeclinedExpiredCard"));
        all.add(declining("4000000000000127", "incorrect_cvc", "chargeDeclinedIncorrectCvc"));
        all.add(declining("4000000000000119", "processing_error", "chargeDeclinedProcessingError"));
        all.add(declining(
                "4000000000006975",
                "card_velocity_exceeded",
                "visa_chargeDeclinedVelocityLimitExceeded",
                "chargeDeclinedVelocityLimitExceeded"));
        all.add(card(
                "4000000000000341", Authentication.NEVER, "generic_decline", true, Trait.NONE, "chargeCustomerFail"));
        all.add(blocked("4100000000000019", "radarBlock"));
        all.add(blocked("4000000000004954", "riskLevelHighest"));
        all.add(special("4000000000009235", Trait.ELEVATED_RISK, "riskLevelElevated"));
        all.add(authenticating("4000002760003184", Authentication.ALWAYS, null, "authenticationRequired"));
        all.add(authenticating(
                "4000002500003155", Authentication.UNLESS_SET_UP, null, "authenticationRequiredOnSetup"));
        all.add(authenticating(
                "4000003800000446", Authentication.ON_SESSION, null, "authenticationRequiredSetupForOffSession"));
        all.add(authenticating(
                "4000008260003178",
                Authentication.ALWAYS,
                "insufficient_funds",
                "authenticationRequiredChargeDeclinedInsufficientFunds"));
        all.add(authenticating(
                "4000008400001629", Authentication.ALWAYS, "generic_decline", "threeDSecureRequiredChargeDeclined"));
        all.add(authenticating(
                "4000008400001280",
                Authentication.LOOKUP_FAILS,
                "generic_decline",
                "threeDSecureRequiredProcessingError"));
        all.add(authenticating("4000000000003220", Authentication.ALWAYS, null, "threeDSecure2Required"));
        all.add(authenticating("4000000000003063", Authentication.ALWAYS, null, "threeDSecureRequired"));
        all.add(authenticating("4000000000003055", Authentication.OPTIONAL, null, "threeDSecureOptional"));
        all.add(authenticating(
                "4000000000003097", Authentication.OPTIONAL, null, "threeDSecureOptionalProcessingError"));
        all.add(special("4000000000000259", Trait.FRAUD_DISPUTE, "createDispute"));
        all.add(special("4000000000002685", Trait.NOT_RECEIVED_DISPUTE, "createDisputeProductNotReceived"));
        all.add(special("4000000000001976", Trait.INQUIRY, "createDisputeInquiry"));
        all.add(special("4000000000005423", Trait.EARLY_FRAUD_WARNING, "createIssuerFraudRecord"));
        all.add(special("4000000000007726", Trait.PENDING_REFUND, "pendingRefund"));
        all.add(special("4000000000005126", Trait.FAILING_REFUND, "refundFail"));
        all.add(special("4000000000000077", Trait.AVAILABLE_AT_ONCE, "bypassPending"));
        all.add(special("4000003720000278", Trait.AVAILABLE_AT_ONCE, "bypassPendingInternational"));
        all.add(bank("success", null, Trait.NONE));
        all.add(bank("insufficientFunds", "insufficient_funds", Trait.NONE));
        all.add(bank("debitNotAuthorized", "debit_not_authorized", Trait.NONE));
        all.add(bank("accountClosed", "account_closed", Trait.NONE));
        all.add(bank("noAccount", "no_account", Trait.NONE));
        all.add(bank("dispute", null, Trait.FRAUD_DISPUTE));
        all.add(bank("processing", null, Trait.NEVER_SETTLES));
        all.add(bank("riskLevelHighest", "fraudulent", Trait.NONE));
        return List.copyOf(all);
    }

    private static TestMethod card(
            String number,
            Authentication authentication,
            @Nullable String decline,
            boolean attachable,
            Trait trait,
            String... names) {
        Decline why = decline == null ? null : Decline.of(decline);
        return new TestMethod("card", number, List.of(names), VISA, authentication, why, attachable, trait);
    }

    private static TestMethod fine(String number, String brand, String... names) {
        return new TestMethod("card", number, List.of(names), brand, Authentication.NEVER, null, true, Trait.NONE);
    }

    private static TestMethod declining(String number, String decline, String... names) {
        return card(number, Authentication.NEVER, decline, false, Trait.NONE, names);
    }

    private static TestMethod authenticating(
            String number, Authentication authentication, @Nullable String decline, String... names) {
        return card(number, authentication, decline, true, Trait.NONE, names);
    }

    private static TestMethod special(String number, Trait trait, String... names) {
        return card(number, Authentication.NEVER, null, true, trait, names);
    }

    private static TestMethod blocked(String number, String name) {
        return new TestMethod(
                "card", number, List.of(name), VISA, Authentication.NEVER, Decline.byRadar(), true, Trait.NONE);
    }

    private static TestMethod bank(String name, @Nullable String decline, Trait trait) {
        Decline why = decline == null ? null : Decline.ofBank(decline);
        List<String> names = List.of("usBankAccount_" + name);
        return new TestMethod("us_bank_account", "", names, "", Authentication.NEVER, why, true, trait);
    }

    /** The method with this card number, or null where it is no test card. */
    static @Nullable TestMethod numbered(String number) {
        return ALL.stream()
                .filter(method -> !number.isEmpty() && method.number.equals(number))
                .findFirst()
                .orElse(null);
    }

    /** The method of {@code pm_card_visa}, {@code tok_visa} or {@code pm_usBankAccount_success}, or null. */
    static @Nullable TestMethod named(String id) {
        String name = id.replaceFirst("^(pm_card_|tok_|pm_)", "").toLowerCase(Locale.ROOT);
        return ALL.stream()
                .filter(method -> method.names.stream()
                        .anyMatch(other -> other.toLowerCase(Locale.ROOT).equals(name)))
                .findFirst()
                .orElse(null);
    }

    boolean isCard() {
        return type.equals("card");
    }

    String last4() {
        return isCard() ? number.substring(number.length() - 4) : "6789";
    }

    /** Whether the customer has to authenticate a payment. */
    boolean asksCustomer(boolean offSession, boolean setUp, boolean requested) {
        return switch (authentication) {
            case NEVER -> false;
            case ALWAYS, LOOKUP_FAILS -> true;
            case UNLESS_SET_UP -> !offSession || !setUp;
            case ON_SESSION -> !offSession;
            case OPTIONAL -> requested && names.contains("threeDSecureOptional");
        };
    }
}
