package io.payroutes.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Checkout Sessions. */
final class CheckoutSessionJson {
    private CheckoutSessionJson() {}

    static ObjectNode of(StripePayment payment, String status, String paymentStatus) {
        Buyer buyer = payment.buyer();
        String id = "cs_" + (payment.endpoint().livemode() ? "live_" : "test_") + Json.token("cs" + payment.id());
        ObjectNode session = Json.object("""
                {
                  "id": null, "object": "checkout.session", "after_expiration": null,
                  "allow_promotion_codes": null, "amount_subtotal": 0, "amount_total": 0,
                  "automatic_tax": {"enabled": false, "liability": null, "status": null},
                  "billing_address_collection": null, "cancel_url": "https://shop.example/cart",
                  "client_reference_id": null, "consent": null, "created": 0, "currency": null,
                  "custom_fields": [], "customer": null, "customer_creation": "if_required",
                  "customer_details": {
                    "address": {
                      "city": null, "country": "JP", "line1": null, "line2": null, "postal_code": null, "state": null
                    },
                    "email": null, "name": null, "phone": null, "tax_exempt": "none", "tax_ids": []
                  },
                  "customer_email": null, "expires_at": 0, "invoice": null, "livemode": false, "locale": null,
                  "metadata": {}, "mode": "payment", "payment_intent": null, "payment_link": null,
                  "payment_method_collection": "if_required", "payment_method_options": {},
                  "payment_method_types": [], "payment_status": null, "recovered_from": null, "setup_intent": null,
                  "shipping_cost": null, "shipping_options": [], "status": null, "submit_type": null,
                  "subscription": null, "success_url": "https://shop.example/complete",
                  "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
                  "ui_mode": "hosted", "url": null
                }""");
        session.put("id", id)
                .put("amount_subtotal", payment.amount())
                .put("amount_total", payment.amount())
                .put("client_reference_id", buyer.order())
                .put("created", payment.created())
                .put("currency", payment.currency())
                .put("customer", buyer.customer())
                .put("expires_at", payment.created() + 24 * 3600L)
                .put("livemode", payment.endpoint().livemode())
                .put("locale", buyer.language())
                .put("payment_intent", payment.id())
                .put("payment_status", paymentStatus)
                .put("status", status);
        session.withObject("/customer_details")
                .put("email", buyer.receiptEmail())
                .put("name", buyer.name());
        session.set("metadata", buyer.metadata());
        session.set("payment_method_types", Json.array(List.of(payment.method().type())));
        return session;
    }
}
