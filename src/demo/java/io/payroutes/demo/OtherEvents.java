package io.payroutes.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Events about customers and their saved cards, and events that nobody has heard of yet. */
public final class OtherEvents {
    private OtherEvents() {}

    public static StripeEvent paymentMethodAttached(Endpoint endpoint, String id, String customer, long at) {
        return method(endpoint, "attached", id, customer, at, null);
    }

    public static StripeEvent paymentMethodDetached(Endpoint endpoint, String id, String customer, long at) {
        ObjectNode before = Json.object().put("customer", customer);
        return method(endpoint, "detached", id, null, at, before);
    }

    public static StripeEvent paymentMethodUpdated(Endpoint endpoint, String id, String customer, long at) {
        return method(endpoint, "updated", id, customer, at, previousExpiry());
    }

    /** The card network sent new card data. */
    public static StripeEvent paymentMethodAutomaticallyUpdated(
            Endpoint endpoint, String id, String customer, long at) {
        return method(endpoint, "automatically_updated", id, customer, at, previousExpiry());
    }

    /** {@code customer.created}, {@code customer.updated} or {@code customer.deleted}. */
    public static StripeEvent customer(Endpoint endpoint, String change, String id, String email, long at) {
        ObjectNode customer = Json.object("""
                {
                  "id": null, "object": "customer", "address": null, "balance": 0, "created": 0, "currency": null,
                  "default_source": null, "delinquent": false, "description": null, "discount": null, "email": null,
                  "invoice_prefix": "0759376C",
                  "invoice_settings": {
                    "custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null
                  },
                  "livemode": false, "metadata": {}, "name": "山田太郎", "phone": null, "preferred_locales": ["ja"],
                  "shipping": null, "tax_exempt": "none", "test_clock": null
                }""");
        customer.put("id", id).put("created", at).put("email", email).put("livemode", endpoint.livemode());
        ObjectNode before = change.equals("updated") ? Json.object().putNull("email") : null;
        return EventJson.of(endpoint, "customer." + change, at, customer, before);
    }

    /** A type, and an object, that came after us. */
    public static StripeEvent unknown(Endpoint endpoint, long at) {
        ObjectNode object = Json.object()
                .put("id", "hvc_demo_1")
                .put("object", "hovercraft")
                .put("eels", 12)
                .put("livemode", endpoint.livemode());
        return EventJson.of(endpoint, "hovercraft.filled", at, object);
    }

    private static ObjectNode previousExpiry() {
        ObjectNode before = Json.object();
        before.putObject("card").put("exp_month", 3).put("exp_year", 2026);
        return before;
    }

    private static StripeEvent method(
            Endpoint endpoint,
            String change,
            String id,
            @Nullable String customer,
            long at,
            @Nullable ObjectNode before) {
        ObjectNode method = Method.VISA.object(id, Buyer.UNKNOWN.customer(customer), at, endpoint.livemode());
        return EventJson.of(endpoint, "payment_method." + change, at, method, before);
    }
}
