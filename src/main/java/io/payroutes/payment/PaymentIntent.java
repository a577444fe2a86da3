package io.payroutes.payment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.payroutes.inbox.ContradictionException;
import io.payroutes.inbox.StripeEvent;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A PaymentIntent as an event shows it, the same for every API version.
 *
 * @param amount what was asked for, minor units
 * @param amountCapturable authorised and not yet captured, minor units
 * @param amountReceived what has arrived, minor units; null if the event does not say
 * @param amountRemaining what is left of a bank transfer, minor units; null for other methods
 * @param currency three letters, lower case
 * @param preferredLocales of the customer, if the event has the customer expanded
 * @param customerEmail of the customer, if the event has the customer expanded
 * @param billingEmail from the billing details of the payment method or of the latest charge
 * @param nextAction Stripe's {@code next_action} in its present form; null if none is needed
 * @param charges the charges that the event carries: the list of older versions, or the expanded latest charge
 */
public record PaymentIntent(
        String id,
        PaymentIntentStatus status,
        long amount,
        long amountCapturable,
        @Nullable Long amountReceived,
        @Nullable Long amountRemaining,
        String currency,
        @Nullable String captureMethod,
        @Nullable String confirmationMethod,
        @Nullable String paymentMethodType,
        @Nullable String customerId,
        @Nullable String customerName,
        @Nullable String customerEmail,
        List<String> preferredLocales,
        @Nullable String receiptEmail,
        @Nullable String billingEmail,
        @Nullable String orderRef,
        @Nullable String language,
        boolean digital,
        @Nullable String description,
        @Nullable Boolean livemode,
        @Nullable String latestChargeId,
        @Nullable JsonNode nextAction,
        @Nullable String nextActionType,
        @Nullable Failure failure,
        @Nullable String cancellationReason,
        @Nullable JsonNode shipping,
        Instant created,
        List<StripeObject> charges) {

    private static final int LONGEST_MAIL_ADDRESS = 320;

    /**
     * What Stripe says of the last attempt that failed.
     *
     * @param chargeId null when the attempt failed before there was a charge, as a failed authentication does
     */
    public record Failure(
            @Nullable String code,
            @Nullable String declineCode,
            @Nullable String chargeId,
            @Nullable String paymentMethodType,
            String fingerprint) {}

    /**
     * Reads the PaymentIntent of an event.
     *
     * @throws ContradictionException if it is no PaymentIntent, or lacks what every PaymentIntent has
     */
    static PaymentIntent of(StripeEvent event, MetadataKeys keys) {
        StripeObject pi = StripeObject.of(event, "payment_intent");
        List<StripeObject> charges = charges(pi);
        JsonNode nextAction = nextAction(pi);
        StripeObject customer = pi.at("customer");
        Failure failure = failure(pi);
        Instant created = pi.time("created");
        return new PaymentIntent(
                pi.id(),
                PaymentIntentStatus.of(pi.json().path("status").textValue()),
                pi.mustAmount("amount"),
                Objects.requireNonNullElse(pi.amount("amount_capturable"), 0L),
                pi.amount("amount_received"),
                remaining(nextAction),
                pi.currency(),
                pi.text("capture_method", 32),
                pi.text("confirmation_method", 16),
                paymentMethodType(pi, failure, charges),
                pi.reference("customer"),
                name(pi, customer, charges),
                customer.text("email", LONGEST_MAIL_ADDRESS),
                locales(customer),
                pi.text("receipt_email", LONGEST_MAIL_ADDRESS),
                billingEmail(pi, charges),
                keys.orderOf(pi),
                keys.languageOf(pi),
                keys.isDigital(pi),
                pi.text("description", 500),
                pi.optionalFlag("livemode") == null ? event.livemode() : pi.optionalFlag("livemode"),
                latestCharge(pi, charges),
                nextAction,
                nextAction == null ? null : new StripeObject(nextAction).text("type", 64),
                failure,
                pi.text("cancellation_reason", 64),
                pi.has("shipping") ? pi.json().get("shipping") : null,
                created == null ? event.created() : created,
                charges);
    }

    /** The latest charge, if the event carries it. */
    public @Nullable StripeObject latestCharge() {
        return charges.stream()
                .filter(c -> Objects.equals(c.reference("id"), latestChargeId))
                .findFirst()
                .orElse(null);
    }

    /** Brand of the card that the latest charge was made with, null when the event does not say. */
    public @Nullable String cardBrand() {
        return card("brand");
    }

    public @Nullable String cardLast4() {
        return card("last4");
    }

    /** Without people: this text may end up in a log. */
    @Override
    public String toString() {
        return id + " " + status.wireName();
    }

    private @Nullable String card(String field) {
        StripeObject charge = latestCharge();
        return charge == null
                ? null
                : charge.at("payment_method_details").at("card").text(field, 64);
    }

    // Before 2022-11-15 a PaymentIntent lists its charges; since then it names the latest one, which may be expanded.
    private static List<StripeObject> charges(StripeObject pi) {
        List<StripeObject> listed = pi.list("charges");
        StripeObject latest = pi.at("latest_charge");
        return latest.json().isObject() ? List.of(latest) : listed;
    }

    private static @Nullable String latestCharge(StripeObject pi, List<StripeObject> charges) {
        String named = pi.reference("latest_charge");
        return named != null || charges.isEmpty() ? named : charges.get(0).reference("id"); // newest first
    }

    // Before 2019-02-11: next_source_action with the type authorize_with_url.
    private static @Nullable JsonNode nextAction(StripeObject pi) {
        JsonNode action = pi.first("next_action", "next_source_action");
        if (!action.isObject()) {
            return null;
        }
        if (!"authorize_with_url".equals(action.path("type").textValue())) {
            return action;
        }
        ObjectNode renamed = action.deepCopy();
        renamed.put("type", "redirect_to_url");
        JsonNode url = renamed.remove("authorize_with_url");
        if (url != null) {
            renamed.set("redirect_to_url", url);
        }
        return renamed;
    }

    private static @Nullable Long remaining(@Nullable JsonNode nextAction) {
        return nextAction == null
                ? null
                : new StripeObject(nextAction)
                        .at("display_bank_transfer_instructions")
                        .amount("amount_remaining");
    }

    private static @Nullable Failure failure(StripeObject pi) {
        StripeObject error = pi.at("last_payment_error");
        if (!error.json().isObject()) {
            return null;
        }
        String type = error.text("payment_method_type", 64);
        return new Failure(
                error.text("code", 128),
                error.text("decline_code", 128),
                error.reference("charge"),
                type != null ? type : error.at("payment_method").text("type", 64),
                error.json().toString());
    }

    private static @Nullable String paymentMethodType(
            StripeObject pi, @Nullable Failure failure, List<StripeObject> charges) {
        String ofMethod = pi.at("payment_method").text("type", 64);
        if (ofMethod != null) {
            return ofMethod;
        }
        for (StripeObject charge : charges) {
            String ofCharge = charge.at("payment_method_details").text("type", 64);
            if (ofCharge != null) {
                return ofCharge;
            }
        }
        if (failure != null && failure.paymentMethodType() != null) {
            return failure.paymentMethodType();
        }
        JsonNode allowed = pi.first("payment_method_types", "allowed_source_types");
        return allowed.size() == 1 ? StripeObject.clean(allowed.get(0).textValue(), 64) : null;
    }

    private static @Nullable String name(StripeObject pi, StripeObject customer, List<StripeObject> charges) {
        return firstText(
                Stream.concat(
                        Stream.of(
                                customer,
                                pi.at("shipping"),
                                pi.at("payment_method").at("billing_details"),
                                pi.at("last_payment_error").at("payment_method").at("billing_details")),
                        charges.stream().map(c -> c.at("billing_details"))),
                "name",
                200);
    }

    private static @Nullable String billingEmail(StripeObject pi, List<StripeObject> charges) {
        return firstText(
                Stream.concat(
                        Stream.of(
                                pi.at("payment_method").at("billing_details"),
                                pi.at("last_payment_error").at("payment_method").at("billing_details")),
                        charges.stream().map(c -> c.at("billing_details"))),
                "email",
                LONGEST_MAIL_ADDRESS);
    }

    private static @Nullable String firstText(Stream<StripeObject> places, String field, int longest) {
        return places.map(p -> p.text(field, longest))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static List<String> locales(StripeObject customer) {
        return StreamSupport.stream(customer.json().path("preferred_locales").spliterator(), false)
                .map(locale -> StripeObject.clean(locale.textValue(), 35))
                .filter(Objects::nonNull)
                .toList();
    }
}
