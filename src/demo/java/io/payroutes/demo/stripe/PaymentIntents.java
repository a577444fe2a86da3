package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** PaymentIntents: what an API call may change about them, and when. */
final class PaymentIntents {
    static final String KIND = "payment_intent";
    private static final String UNEXPECTED_STATE = "payment_intent_unexpected_state";

    /** What can only be said together with a confirmation. */
    private static final Set<String> CONFIRM_ONLY = Set.of(
            "error_on_requires_action", "mandate", "mandate_data", "off_session", "return_url", "use_stripe_sdk");

    static final Set<String> UPDATE = Set.of(
            "amount",
            "amount_details",
            "application_fee_amount",
            "capture_method",
            "currency",
            "customer",
            "description",
            "metadata",
            "payment_method",
            "payment_method_data",
            "payment_method_options",
            "payment_method_types",
            "receipt_email",
            "setup_future_usage",
            "shipping",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "transfer_data",
            "transfer_group");
    static final Set<String> CREATE =
            union(UPDATE, union(CONFIRM_ONLY, Set.of("automatic_payment_methods", "confirm", "confirmation_method")));
    static final Set<String> CONFIRM = union(
            CONFIRM_ONLY,
            Set.of(
                    "capture_method",
                    "payment_method",
                    "payment_method_data",
                    "payment_method_options",
                    "payment_method_types",
                    "receipt_email",
                    "setup_future_usage",
                    "shipping"));
    static final Set<String> CAPTURE = Set.of(
            "amount_to_capture",
            "final_capture",
            "metadata",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "application_fee_amount");

    private static final List<String> CANCELABLE =
            List.of("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action");
    private static final List<String> OPEN =
            List.of("requires_payment_method", "requires_confirmation", "requires_action");
    private static final String SHAPE = """
            {
              "id": null, "object": "payment_intent",
              "amount": 0, "amount_capturable": 0, "amount_details": {"tip": {}}, "amount_received": 0,
              "application": null, "application_fee_amount": null, "automatic_payment_methods": null,
              "canceled_at": null, "cancellation_reason": null, "capture_method": "automatic_async",
              "client_secret": null, "confirmation_method": "automatic", "created": 0, "currency": null,
              "customer": null, "customer_account": null, "description": null, "excluded_payment_method_types": null,
              "last_payment_error": null, "latest_charge": null, "livemode": false, "metadata": {},
              "next_action": null, "on_behalf_of": null, "payment_method": null,
              "payment_method_configuration_details": null,
              "payment_method_options": {
                "card": {
                  "installments": null, "mandate_options": null, "network": null, "request_three_d_secure": "automatic"
                }
              },
              "payment_method_types": [], "processing": null, "receipt_email": null, "review": null,
              "setup_future_usage": null, "shipping": null, "source": null, "statement_descriptor": null,
              "statement_descriptor_suffix": null, "status": "requires_payment_method", "transfer_data": null,
              "transfer_group": null
            }""";

    private final Account account;
    private final PaymentMethods methods;
    private final Payments payments;
    private final Map<String, Attempt> attempts = new HashMap<>();

    PaymentIntents(Account account, PaymentMethods methods, Payments payments) {
        this.account = account;
        this.methods = methods;
        this.payments = payments;
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> both = new java.util.HashSet<>(one);
        both.addAll(other);
        return Set.copyOf(both);
    }

    Attempt attempt(String id) {
        return attempts.computeIfAbsent(id, any -> new Attempt());
    }

    ObjectNode create(Call call) {
        Params params = call.params();
        boolean confirm = params.isTrue("confirm");
        if (!confirm) {
            for (String name : CONFIRM_ONLY.stream().sorted().toList()) {
                if (params.has(name)) {
                    throw Refusal.invalid(
                            "You can only pass in `" + name + "` when `confirm` is set to true.", null, name);
                }
            }
        }
        ObjectNode intent = Json.object(SHAPE);
        String id = account.id("pi");
        intent.put("id", id)
                .put("client_secret", id + "_secret_" + account.token(25))
                .put("created", account.now());
        String currency = Amounts.currency(params);
        intent.put("amount", Amounts.payable(params, currency)).put("currency", currency);
        String confirmation = params.choice("confirmation_method", "automatic", "manual");
        if (confirmation != null) {
            intent.put("confirmation_method", confirmation);
        }
        chooseTypes(intent, params, currency);
        change(intent, params);
        Attempt attempt = attempt(id);
        if (confirm) {
            check(intent, params, attempt, call.publishable());
        }
        account.store().put(intent);
        account.event("payment_intent.created", intent);
        return confirm ? start(intent, params, attempt, call.publishable()) : intent;
    }

    private static void chooseTypes(ObjectNode intent, Params params, String currency) {
        ArrayNode types = intent.withArray("/payment_method_types");
        if (params.has("payment_method_types")) {
            if (params.isTrue("automatic_payment_methods[enabled]")) {
                throw Refusal.invalid(
                        "You may only specify one of these parameters: automatic_payment_methods,"
                                + " payment_method_types.",
                        null,
                        null);
            }
            params.texts("payment_method_types").forEach(types::add);
            return;
        }
        if (params.has("automatic_payment_methods") && !params.has("automatic_payment_methods[enabled]")) {
            throw Refusal.missing("automatic_payment_methods[enabled]");
        }
        types.add("card");
        if (!params.has("automatic_payment_methods") || params.isTrue("automatic_payment_methods[enabled]")) {
            String redirects = params.choice("automatic_payment_methods[allow_redirects]", "always", "never");
            intent.putObject("automatic_payment_methods")
                    .put("allow_redirects", redirects == null ? "always" : redirects)
                    .put("enabled", true);
            if (currency.equals("usd")) {
                types.add("us_bank_account");
            }
        }
    }

    private void change(ObjectNode intent, Params params) {
        params.copyTexts(
                intent,
                "description",
                "receipt_email",
                "statement_descriptor",
                "statement_descriptor_suffix",
                "transfer_group");
        params.copyMetadata(intent);
        params.copyShape(intent, "shipping", Charges.SHIPPING);
        String customer = params.text("customer");
        if (customer != null) {
            account.store().require(Customers.KIND, customer, "customer");
            String before = Json.text(intent, "customer");
            if (before != null && !before.equals(customer)) {
                throw Refusal.invalid(
                        "You cannot modify `customer` on a PaymentIntent once it already has been set."
                                + " To fulfill a payment with a different Customer, cancel this PaymentIntent and create a new"
                                + " one.",
                        null,
                        "customer");
            }
            intent.put("customer", customer);
        }
        changeHow(intent, params);
        if (params.has("payment_method") || params.has("payment_method_data")) {
            use(intent, params);
        }
    }

    private static void changeHow(ObjectNode intent, Params params) {
        String capture = params.choice("capture_method", "automatic", "automatic_async", "manual");
        if (capture != null) {
            intent.put("capture_method", capture);
        }
        String future = params.choice("setup_future_usage", "off_session", "on_session");
        if (params.has("setup_future_usage")) {
            intent.put("setup_future_usage", future);
        }
        if (params.object("payment_method_options") != null) {
            params.copyShape(intent, "payment_method_options", Json.write(intent.get("payment_method_options")));
        }
    }

    /** Takes the payment method that the parameters name or describe. */
    private void use(ObjectNode intent, Params params) {
        String named = params.text("payment_method");
        ObjectNode data = params.object("payment_method_data");
        ObjectNode method;
        if (data != null) {
            method = methods.make(Params.of(data));
        } else if (named == null) {
            intent.putNull("payment_method");
            intent.put("status", "requires_payment_method");
            return;
        } else {
            method = methods.resolve(named, "payment_method");
        }
        methods.refuseForeign(method, Json.text(intent, "customer"), "PaymentIntent");
        refuseOtherType(intent, method);
        intent.put("payment_method", Json.word(method, "id"));
        if (Json.word(intent, "status").equals("requires_payment_method")) {
            intent.put("status", "requires_confirmation");
        }
    }

    private static void refuseOtherType(ObjectNode intent, ObjectNode method) {
        String type = Json.word(method, "type");
        for (JsonNode allowed : intent.path("payment_method_types")) {
            if (allowed.asText().equals(type)) {
                return;
            }
        }
        throw Refusal.invalid(
                "The PaymentMethod provided (" + type + ") is not allowed for this PaymentIntent. Please attach a"
                        + " PaymentMethod of one of the following types: "
                        + intent.path("payment_method_types").toString().replaceAll("[\\[\\]\"]", "")
                        + ". Alternatively update the allowed payment_method_types for this PaymentIntent to include \""
                        + type + "\".",
                "payment_intent_incompatible_payment_method",
                "payment_method");
    }

    ObjectNode retrieve(Call call) {
        return own(call);
    }

    /** The intent of the path; a browser has to know its secret. */
    private ObjectNode own(Call call) {
        ObjectNode intent = account.store().require(KIND, call.id(), "intent");
        checkSecret(intent, call, "PaymentIntent");
        return intent;
    }

    static void checkSecret(ObjectNode intent, Call call, String name) {
        String secret = call.params().text("client_secret");
        if (secret == null && call.publishable()) {
            throw Refusal.missing("client_secret");
        }
        if (secret != null && !secret.equals(Json.text(intent, "client_secret"))) {
            throw Refusal.invalid(
                    "The client_secret provided does not match any associated " + name + " on this account. Ensure the"
                            + " provided client_secret and " + name + " exist in the same account.",
                    null,
                    "client_secret");
        }
    }

    ObjectNode update(Call call) {
        ObjectNode intent = own(call);
        Params params = call.params();
        boolean open = OPEN.contains(Json.word(intent, "status"));
        for (String name : List.of(
                "amount",
                "currency",
                "customer",
                "payment_method",
                "payment_method_data",
                "payment_method_types",
                "capture_method",
                "setup_future_usage")) {
            if (params.has(name) && !open) {
                throw unexpected(
                        "This PaymentIntent's " + name + " could not be updated because it has a status of "
                                + Json.word(intent, "status") + ". You may only update the " + name
                                + " of a PaymentIntent with one of the following statuses: " + String.join(", ", OPEN)
                                + ".",
                        intent);
            }
        }
        ObjectNode copy = intent.deepCopy();
        String currency = params.has("currency") ? Amounts.currency(params) : Json.word(intent, "currency");
        if (params.has("amount")) {
            copy.put("amount", Amounts.payable(params, currency));
        }
        copy.put("currency", currency);
        if (params.has("payment_method_types")) {
            copy.putNull("automatic_payment_methods").putArray("payment_method_types");
            params.texts("payment_method_types").forEach(copy.withArray("/payment_method_types")::add);
        }
        change(copy, params);
        copy.putNull("last_payment_error");
        boolean another = params.has("amount") || params.has("payment_method") || params.has("payment_method_data");
        if (another && Json.word(copy, "status").equals("requires_action")) {
            attempt(call.id()).number++;
            copy.putNull("next_action").put("status", "requires_confirmation");
        }
        // Only when nothing was refused.
        intent.setAll(copy);
        return intent;
    }

    ObjectNode confirm(Call call) {
        ObjectNode intent = own(call);
        String status = Json.word(intent, "status");
        if (call.publishable() && "manual".equals(Json.text(intent, "confirmation_method"))) {
            throw Refusal.invalid(
                    "This PaymentIntent " + call.id() + " cannot be confirmed using your publishable key because its"
                            + " `confirmation_method` is set to `manual`. Please use your secret key instead, or create"
                            + " a PaymentIntent with `confirmation_method` set to `automatic`.",
                    null,
                    "intent");
        }
        if (status.equals("succeeded")) {
            throw unexpected(
                    "You cannot confirm this PaymentIntent because it has already succeeded after being previously"
                            + " confirmed.",
                    intent);
        }
        if (!OPEN.contains(status)) {
            throw unexpected(
                    "You cannot confirm this PaymentIntent because it has a status of " + status + ". Only a"
                            + " PaymentIntent with one of the following statuses may be confirmed: "
                            + "requires_confirmation, requires_action, requires_payment_method.",
                    intent);
        }
        Attempt attempt = attempt(call.id());
        ObjectNode copy = intent.deepCopy();
        Params params = call.params();
        changeHow(copy, params);
        params.copyTexts(copy, "receipt_email");
        params.copyShape(copy, "shipping", Charges.SHIPPING);
        if (params.has("payment_method") || params.has("payment_method_data")) {
            use(copy, params);
            attempt.authenticated = false;
        }
        check(copy, params, attempt, call.publishable());
        intent.setAll(copy);
        return start(intent, params, attempt, call.publishable());
    }

    /** @throws Refusal where the intent cannot be confirmed like this; nothing has changed then */
    private void check(ObjectNode intent, Params params, Attempt attempt, boolean publishable) {
        String id = Json.text(intent, "payment_method");
        if (id == null) {
            throw unexpected(
                    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update"
                            + " the PaymentIntent with a payment method and then confirm it again, or confirm it again"
                            + " directly with a payment method or ConfirmationToken.",
                    intent);
        }
        methods.refuseForeign(account.store().get(id), Json.text(intent, "customer"), "PaymentIntent");
        if (params.isTrue("off_session") && params.has("setup_future_usage")) {
            throw Refusal.invalid(
                    "You cannot set both `off_session` to true and `setup_future_usage` on this PaymentIntent.",
                    null,
                    "setup_future_usage");
        }
        if (params.has("return_url")) {
            attempt.returnUrl = params.text("return_url");
        }
        JsonNode automatic = intent.path("automatic_payment_methods");
        boolean mayRedirect = automatic.path("enabled").asBoolean()
                && !automatic.path("allow_redirects").asText().equals("never");
        if (mayRedirect && attempt.returnUrl == null && !publishable && !params.isTrue("off_session")) {
            throw Refusal.invalid(
                    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some"
                            + " of these payment methods might redirect your customer off of your page, you must provide"
                            + " a `return_url`. If you don't want to accept redirect-based payment methods, set"
                            + " `automatic_payment_methods[enabled]` to `true` and"
                            + " `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and"
                            + " Payment Intents.",
                    null,
                    "return_url");
        }
    }

    private ObjectNode start(ObjectNode intent, Params params, Attempt attempt, boolean publishable) {
        attempt.number++;
        // `off_session` may also be `one_off` or `recurring`.
        String offSession = params.text("off_session");
        attempt.offSession = offSession != null && !offSession.equals("false");
        boolean sdk = publishable || params.isTrue("use_stripe_sdk");
        return payments.attempt(intent, attempt, sdk, params.isTrue("error_on_requires_action"));
    }

    ObjectNode capture(Call call) {
        ObjectNode intent = own(call);
        Params params = call.params();
        String status = Json.word(intent, "status");
        if (status.equals("succeeded")) {
            throw unexpected("This PaymentIntent could not be captured because it has already been captured.", intent);
        }
        if (!status.equals("requires_capture")) {
            throw unexpected(
                    "This PaymentIntent could not be captured because it has a status of " + status + ". Only a"
                            + " PaymentIntent with one of the following statuses may be captured: requires_capture.",
                    intent);
        }
        long capturable = intent.path("amount_capturable").asLong();
        Long asked = Amounts.positive(params, "amount_to_capture");
        long amount = asked == null ? capturable : asked;
        if (amount > capturable) {
            String currency = Json.word(intent, "currency");
            throw Refusal.invalid(
                    "The provided amount_to_capture (" + Amounts.written(amount, currency)
                            + ") is greater than the amount you can capture ("
                            + Amounts.written(capturable, currency) + ").",
                    "amount_too_large",
                    "amount_to_capture");
        }
        boolean last = !params.has("final_capture") || params.isTrue("final_capture");
        if (!last && !Charges.allowsSeveralCaptures(intent)) {
            throw Refusal.invalid(
                    "You cannot set `final_capture` to false because multicapture is not available for this"
                            + " PaymentIntent.",
                    null,
                    "final_capture");
        }
        params.copyMetadata(intent);
        params.copyTexts(intent, "statement_descriptor", "statement_descriptor_suffix");
        payments.capture(intent, amount, last);
        return intent;
    }

    ObjectNode cancel(Call call) {
        ObjectNode intent = own(call);
        String reason = call.params()
                .choice("cancellation_reason", "abandoned", "duplicate", "fraudulent", "requested_by_customer");
        String status = Json.word(intent, "status");
        if (!CANCELABLE.contains(status)) {
            throw unexpected(
                    "You cannot cancel this PaymentIntent because it has a status of " + status + ". Only a"
                            + " PaymentIntent with one of the following statuses may be canceled: "
                            + String.join(", ", CANCELABLE) + ".",
                    intent);
        }
        attempt(call.id()).number++;
        payments.cancel(intent, reason);
        return intent;
    }

    private static Refusal unexpected(String message, ObjectNode intent) {
        return Refusal.state(UNEXPECTED_STATE, message, "payment_intent", intent);
    }

    ObjectNode list(Call call) {
        String customer = call.params().text("customer");
        return account.store()
                .page(
                        KIND,
                        "/v1/payment_intents",
                        call.params(),
                        intent -> customer == null || customer.equals(Json.text(intent, "customer")));
    }

    /** The customer has passed the authentication, or has failed it. */
    void authenticated(ObjectNode intent, boolean passed) {
        payments.authenticated(intent, attempt(Json.word(intent, "id")), passed);
    }

    /** Where the page of the authentication sends the customer back to, or null. */
    @Nullable
    String returnUrl(String id) {
        return attempt(id).returnUrl;
    }
}
