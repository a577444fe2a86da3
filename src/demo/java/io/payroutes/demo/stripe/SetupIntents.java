package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** SetupIntents: a payment method is kept for later without being charged. */
final class SetupIntents {
    static final String KIND = "setup_intent";
    static final Set<String> UPDATE = Set.of(
            "customer", "description", "metadata", "payment_method", "payment_method_data", "payment_method_types");
    static final Set<String> CREATE = Set.of(
            "automatic_payment_methods",
            "confirm",
            "customer",
            "description",
            "mandate_data",
            "metadata",
            "payment_method",
            "payment_method_data",
            "payment_method_options",
            "payment_method_types",
            "return_url",
            "usage",
            "use_stripe_sdk");
    static final Set<String> CONFIRM = Set.of(
            "mandate_data",
            "payment_method",
            "payment_method_data",
            "payment_method_options",
            "return_url",
            "use_stripe_sdk");

    private static final String UNEXPECTED_STATE = "setup_intent_unexpected_state";
    private static final List<String> OPEN =
            List.of("requires_payment_method", "requires_confirmation", "requires_action");
    private static final String SHAPE = """
            {
              "id": null, "object": "setup_intent", "application": null, "automatic_payment_methods": null,
              "cancellation_reason": null, "client_secret": null, "created": 0, "customer": null,
              "customer_account": null, "description": null, "excluded_payment_method_types": null,
              "flow_directions": null, "last_setup_error": null, "latest_attempt": null, "livemode": false,
              "mandate": null, "metadata": {}, "next_action": null, "on_behalf_of": null, "payment_method": null,
              "payment_method_configuration_details": null,
              "payment_method_options": {
                "card": {"mandate_options": null, "network": null, "request_three_d_secure": "automatic"}
              },
              "payment_method_types": [], "single_use_mandate": null, "status": "requires_payment_method",
              "usage": "off_session"
            }""";

    private final Account account;
    private final PaymentMethods methods;
    private final Supplier<String> url;
    private final Map<String, Attempt> attempts = new HashMap<>();

    SetupIntents(Account account, PaymentMethods methods, Supplier<String> url) {
        this.account = account;
        this.methods = methods;
        this.url = url;
    }

    Attempt attempt(String id) {
        return attempts.computeIfAbsent(id, any -> new Attempt());
    }

    ObjectNode create(Call call) {
        Params params = call.params();
        ObjectNode intent = Json.object(SHAPE);
        String id = account.id("seti");
        intent.put("id", id)
                .put("client_secret", id + "_secret_" + account.token(25))
                .put("created", account.now());
        if (params.has("payment_method_types")) {
            params.texts("payment_method_types").forEach(intent.withArray("/payment_method_types")::add);
        } else {
            intent.withArray("/payment_method_types").add("card");
            String redirects = params.choice("automatic_payment_methods[allow_redirects]", "always", "never");
            intent.putObject("automatic_payment_methods")
                    .put("allow_redirects", redirects == null ? "always" : redirects)
                    .put("enabled", true);
        }
        String usage = params.choice("usage", "off_session", "on_session");
        if (usage != null) {
            intent.put("usage", usage);
        }
        change(intent, params);
        boolean confirm = params.isTrue("confirm");
        if (confirm) {
            check(intent, params, call.publishable());
        }
        account.store().put(intent);
        account.event("setup_intent.created", intent);
        return confirm ? start(intent, params, call.publishable()) : intent;
    }

    private void change(ObjectNode intent, Params params) {
        params.copyTexts(intent, "description");
        params.copyMetadata(intent);
        String customer = params.text("customer");
        if (customer != null) {
            account.store().require(Customers.KIND, customer, "customer");
            intent.put("customer", customer);
        }
        use(intent, params);
    }

    private void use(ObjectNode intent, Params params) {
        String named = params.text("payment_method");
        ObjectNode data = params.object("payment_method_data");
        ObjectNode method;
        if (data != null) {
            method = methods.make(Params.of(data));
        } else if (named == null) {
            return;
        } else {
            method = methods.resolve(named, "payment_method");
        }
        methods.refuseForeign(method, Json.text(intent, "customer"), "SetupIntent");
        intent.put("payment_method", Json.word(method, "id"));
        if (Json.word(intent, "status").equals("requires_payment_method")) {
            intent.put("status", "requires_confirmation");
        }
    }

    private ObjectNode own(Call call) {
        ObjectNode intent = account.store().require(KIND, call.id(), "intent");
        PaymentIntents.checkSecret(intent, call, "SetupIntent");
        return intent;
    }

    ObjectNode retrieve(Call call) {
        return own(call);
    }

    ObjectNode update(Call call) {
        ObjectNode intent = own(call);
        refuseUnlessOpen(intent, "update");
        ObjectNode copy = intent.deepCopy();
        change(copy, call.params());
        intent.setAll(copy);
        return intent;
    }

    ObjectNode confirm(Call call) {
        ObjectNode intent = own(call);
        refuseUnlessOpen(intent, "confirm");
        ObjectNode copy = intent.deepCopy();
        use(copy, call.params());
        check(copy, call.params(), call.publishable());
        intent.setAll(copy);
        return start(intent, call.params(), call.publishable());
    }

    private void check(ObjectNode intent, Params params, boolean publishable) {
        if (!Json.isSet(intent, "payment_method")) {
            throw unexpected(
                    "You cannot confirm this SetupIntent because it's missing a payment method. You can either update"
                            + " the SetupIntent with a payment method and then confirm it again, or confirm it again"
                            + " directly with a payment method or ConfirmationToken.",
                    intent);
        }
        Attempt attempt = attempt(Json.word(intent, "id"));
        if (params.has("return_url")) {
            attempt.returnUrl = params.text("return_url");
        }
        boolean mayRedirect =
                intent.at("/automatic_payment_methods/allow_redirects").asText().equals("always");
        if (mayRedirect && attempt.returnUrl == null && !publishable) {
            throw Refusal.invalid(
                    "This SetupIntent is configured to accept payment methods enabled in your Dashboard. Because some of"
                            + " these payment methods might redirect your customer off of your page, you must provide a"
                            + " `return_url`. If you don't want to accept redirect-based payment methods, set"
                            + " `automatic_payment_methods[enabled]` to `true` and"
                            + " `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and"
                            + " Payment Intents.",
                    null,
                    "return_url");
        }
    }

    private ObjectNode start(ObjectNode intent, Params params, boolean publishable) {
        String id = Json.word(intent, "id");
        Attempt attempt = attempt(id);
        attempt.number++;
        intent.putNull("last_setup_error").putNull("next_action").put("latest_attempt", account.id("setatt"));
        if (attempt.number > account.settings().confirmLimit) {
            end(intent, "canceled", "setup_intent.canceled");
            return intent;
        }
        ObjectNode method = account.store().get(Json.word(intent, "payment_method"));
        TestMethod behaviour = methods.behaviour(Json.word(method, "id"));
        Decline decline = methods.savingDeclined(Json.word(method, "id"));
        if (decline == null && behaviour.authentication() == TestMethod.Authentication.LOOKUP_FAILS) {
            decline = Decline.of("generic_decline");
        }
        if (decline != null) {
            ObjectNode error = fail(intent, decline.error());
            error.set("setup_intent", intent.deepCopy());
            throw Refusal.card(error);
        }
        boolean asks = switch (behaviour.authentication()) {
            case NEVER, OPTIONAL, LOOKUP_FAILS -> false;
            case ALWAYS, UNLESS_SET_UP, ON_SESSION -> true;
        };
        if (asks) {
            boolean sdk = publishable || params.isTrue("use_stripe_sdk");
            intent.put("status", "requires_action")
                    .set("next_action", NextAction.authenticate(account, id, url.get(), attempt, sdk));
            account.event("setup_intent.requires_action", intent);
        } else {
            succeed(intent);
        }
        return intent;
    }

    void authenticated(ObjectNode intent, boolean passed) {
        intent.putNull("next_action");
        if (passed) {
            succeed(intent);
            return;
        }
        String code = "setup_intent_authentication_failure";
        fail(
                intent,
                Json.object()
                        .put("code", code)
                        .put("doc_url", Refusal.docUrl(code))
                        .put(
                                "message",
                                "The latest attempt to set up the payment method has failed because authentication"
                                        + " failed.")
                        .put("type", "invalid_request_error"));
    }

    private void succeed(ObjectNode intent) {
        ObjectNode method = account.store().get(Json.word(intent, "payment_method"));
        String customer = Json.text(intent, "customer");
        if ("unspecified".equals(Json.text(method, "allow_redisplay"))) {
            method.put("allow_redisplay", "limited");
        }
        if (customer != null) {
            methods.attach(method, customer);
        }
        if ("off_session".equals(Json.text(intent, "usage"))) {
            methods.agreedOffSession(Json.word(method, "id"));
        }
        end(intent, "succeeded", "setup_intent.succeeded");
    }

    private ObjectNode fail(ObjectNode intent, ObjectNode error) {
        error.set(
                "payment_method",
                account.store().get(Json.word(intent, "payment_method")).deepCopy());
        intent.set("last_setup_error", error.deepCopy());
        intent.putNull("payment_method");
        end(intent, "requires_payment_method", "setup_intent.setup_failed");
        return error;
    }

    private void end(ObjectNode intent, String status, String event) {
        intent.put("status", status);
        account.event(event, intent);
    }

    ObjectNode cancel(Call call) {
        ObjectNode intent = own(call);
        refuseUnlessOpen(intent, "cancel");
        String reason = call.params().choice("cancellation_reason", "abandoned", "duplicate", "requested_by_customer");
        attempt(call.id()).number++;
        intent.put("cancellation_reason", reason).putNull("next_action");
        end(intent, "canceled", "setup_intent.canceled");
        return intent;
    }

    private void refuseUnlessOpen(ObjectNode intent, String verb) {
        String status = Json.word(intent, "status");
        if (!OPEN.contains(status)) {
            throw unexpected(
                    "You cannot " + verb + " this SetupIntent because it has a status of " + status + ".", intent);
        }
    }

    private static Refusal unexpected(String message, ObjectNode intent) {
        return Refusal.state(UNEXPECTED_STATE, message, "setup_intent", intent);
    }

    ObjectNode list(Call call) {
        String customer = call.params().text("customer");
        String method = call.params().text("payment_method");
        return account.store()
                .page(
                        KIND,
                        "/v1/setup_intents",
                        call.params(),
                        intent -> (customer == null || customer.equals(Json.text(intent, "customer")))
                                && (method == null || method.equals(Json.text(intent, "payment_method"))));
    }

    @Nullable
    String returnUrl(String id) {
        return attempt(id).returnUrl;
    }
}
