package io.payroutes.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What is paid with. Brand and last four digits are a card's. */
record Method(String type, String brand, String last4) {
    static final Method VISA = new Method("card", "visa", "4242");

    /** A payment method of {@code type} that is no card. */
    static Method of(String type) {
        return new Method(type, "", "");
    }

    boolean isCard() {
        return type.equals("card");
    }

    /** {@code payment_method_details} of a charge over {@code amount}. */
    ObjectNode details(long amount, long captureBefore) {
        ObjectNode details = Json.object();
        if (isCard()) {
            ObjectNode card = Json.object("""
                    {
                      "amount_authorized": 0, "authorization_code": "123456", "brand": null,
                      "checks": {"address_line1_check": null, "address_postal_code_check": "pass", "cvc_check": "pass"},
                      "country": "JP", "exp_month": 4, "exp_year": 2031,
                      "extended_authorization": {"status": "disabled"}, "fingerprint": "Xt5EWLLDS7FJjR1c",
                      "funding": "credit", "incremental_authorization": {"status": "unavailable"},
                      "installments": null, "last4": null, "mandate": null, "multicapture": {"status": "unavailable"},
                      "network": null, "network_token": {"used": false}, "network_transaction_id": "104557651805572",
                      "overcapture": {"maximum_amount_capturable": 0, "status": "unavailable"},
                      "regulated_status": "unregulated", "three_d_secure": null, "wallet": null
                    }""");
            card.put("amount_authorized", amount)
                    .put("brand", brand)
                    .put("last4", last4)
                    .put("network", brand);
            if (captureBefore > 0) {
                card.put("capture_before", captureBefore);
            }
            card.withObject("/overcapture").put("maximum_amount_capturable", amount);
            details.set("card", card);
        } else {
            details.putObject(type);
        }
        return details.put("type", type);
    }

    /** A payment method object of this kind. */
    ObjectNode object(String id, Buyer buyer, long created, boolean livemode) {
        ObjectNode method =
                Json.object().put("id", id).put("object", "payment_method").put("allow_redisplay", "unspecified");
        method.set("billing_details", buyer.billingDetails());
        if (isCard()) {
            ObjectNode card = Json.object("""
                    {
                      "brand": null,
                      "checks": {"address_line1_check": null, "address_postal_code_check": "pass", "cvc_check": "pass"},
                      "country": "JP", "display_brand": null, "exp_month": 4, "exp_year": 2031,
                      "fingerprint": "Xt5EWLLDS7FJjR1c", "funding": "credit", "generated_from": null, "last4": null,
                      "networks": {"available": [], "preferred": null},
                      "regulated_status": "unregulated", "three_d_secure_usage": {"supported": true}, "wallet": null
                    }""");
            card.put("brand", brand).put("display_brand", brand).put("last4", last4);
            card.withObject("/networks").withArray("/available").add(brand);
            method.set("card", card);
        } else {
            method.putObject(type);
        }
        method.put("created", created).put("customer", buyer.customer()).put("livemode", livemode);
        method.putObject("metadata");
        return method.put("type", type);
    }

    /** The same as the older API's source. */
    ObjectNode source(String id, Buyer buyer, long created, boolean livemode) {
        ObjectNode source = Json.object()
                .put("id", id)
                .put("object", isCard() ? "card" : "source")
                .put("created", created);
        if (isCard()) {
            source.put("brand", brand.equals("visa") ? "Visa" : brand)
                    .put("country", "JP")
                    .put("customer", buyer.customer())
                    .put("exp_month", 4)
                    .put("exp_year", 2031)
                    .put("funding", "credit")
                    .put("last4", last4)
                    .put("name", buyer.name());
        } else {
            source.put("type", type).put("status", "consumed").put("usage", "single_use");
        }
        return source.put("livemode", livemode);
    }
}
