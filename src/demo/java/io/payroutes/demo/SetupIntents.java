package io.payroutes.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Events of SetupIntents: a payment method is saved without being charged. */
public final class SetupIntents {
    private SetupIntents() {}

    public static StripeEvent created(Endpoint endpoint, String id, long at) {
        return event(endpoint, "created", at, of(endpoint, id, "requires_payment_method", at));
    }

    public static StripeEvent requiresAction(Endpoint endpoint, String id, long at) {
        ObjectNode intent = of(endpoint, id, "requires_action", at);
        intent.set("next_action", NextActionJson.redirect(Json.token(id)));
        return event(endpoint, "requires_action", at, intent);
    }

    public static StripeEvent succeeded(Endpoint endpoint, String id, long at) {
        return event(endpoint, "succeeded", at, of(endpoint, id, "succeeded", at));
    }

    /** The method could not be saved; {@code code} as in {@link StripePayment#paymentFailed}. */
    public static StripeEvent setupFailed(Endpoint endpoint, String id, String code, long at) {
        ObjectNode intent = of(endpoint, id, "requires_payment_method", at);
        Decline decline = Decline.of(code);
        ObjectNode error = intent.putObject("last_setup_error");
        error.put("code", decline.code());
        if (decline.declineCode() != null) {
            error.put("decline_code", decline.declineCode());
        }
        error.put(
                        "doc_url",
                        "https://stripe.com/docs/error-codes/" + decline.code().replace('_', '-'))
                .put("message", decline.message());
        error.set("payment_method", Method.VISA.object("pm_" + stem(id), Buyer.UNKNOWN, at, endpoint.livemode()));
        error.put("type", decline.type());
        return event(endpoint, "setup_failed", at, intent);
    }

    public static StripeEvent canceled(Endpoint endpoint, String id, @Nullable String reason, long at) {
        return event(endpoint, "canceled", at, of(endpoint, id, "canceled", at).put("cancellation_reason", reason));
    }

    private static StripeEvent event(Endpoint endpoint, String change, long at, ObjectNode intent) {
        return EventJson.of(endpoint, "setup_intent." + change, at, intent);
    }

    private static ObjectNode of(Endpoint endpoint, String id, String status, long at) {
        ObjectNode intent = Json.object("""
                {
                  "id": null, "object": "setup_intent", "application": null, "automatic_payment_methods": null,
                  "cancellation_reason": null, "client_secret": null, "created": 0, "customer": null,
                  "description": null, "flow_directions": null, "last_setup_error": null, "latest_attempt": null,
                  "livemode": false, "mandate": null, "metadata": {}, "next_action": null, "on_behalf_of": null,
                  "payment_method": null, "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
                  "payment_method_types": ["card"], "single_use_mandate": null, "status": null, "usage": "off_session"
                }""");
        boolean tried = !status.equals("requires_payment_method");
        return intent.put("id", id)
                .put("client_secret", id + "_secret_" + Json.token("secret of " + id))
                .put("created", at)
                .put("customer", "cus_" + stem(id))
                .put("latest_attempt", tried ? "setatt_" + stem(id) : null)
                .put("livemode", endpoint.livemode())
                .put("payment_method", tried ? "pm_" + stem(id) : null)
                .put("status", status);
    }

    private static String stem(String id) {
        return id.substring(id.indexOf('_') + 1);
    }
}
