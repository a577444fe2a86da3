package io.payroutes.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** What a payment says about the order and about who pays. */
record Buyer(
        @Nullable String order,
        @Nullable String language,
        @Nullable String receiptEmail,
        @Nullable String name,
        @Nullable String customer,
        @Nullable String description) {
    static final Buyer UNKNOWN = new Buyer(null, null, null, null, null, null);

    Buyer order(@Nullable String order) {
        return new Buyer(order, language, receiptEmail, name, customer, description);
    }

    Buyer language(@Nullable String language) {
        return new Buyer(order, language, receiptEmail, name, customer, description);
    }

    Buyer receiptEmail(@Nullable String receiptEmail) {
        return new Buyer(order, language, receiptEmail, name, customer, description);
    }

    Buyer name(@Nullable String name) {
        return new Buyer(order, language, receiptEmail, name, customer, description);
    }

    Buyer customer(@Nullable String customer) {
        return new Buyer(order, language, receiptEmail, name, customer, description);
    }

    Buyer description(@Nullable String description) {
        return new Buyer(order, language, receiptEmail, name, customer, description);
    }

    ObjectNode metadata() {
        ObjectNode metadata = Json.object();
        if (order != null) {
            metadata.put("order_id", order);
        }
        if (language != null) {
            metadata.put("language", language);
        }
        return metadata;
    }

    ObjectNode billingDetails() {
        ObjectNode details = Json.object("""
                {
                  "address": {
                    "city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null
                  },
                  "email": null, "name": null, "phone": null, "tax_id": null
                }""");
        return details.put("email", receiptEmail).put("name", name);
    }

    @Nullable
    ObjectNode shipping() {
        if (name == null) {
            return null;
        }
        ObjectNode shipping = Json.object("""
                {
                  "address": {
                    "city": "千代田区", "country": "JP", "line1": "千代田1-1", "line2": null,
                    "postal_code": "100-0001", "state": "東京都"
                  },
                  "carrier": null, "name": null, "phone": "+81312345678", "tracking_number": null
                }""");
        return shipping.put("name", name);
    }
}
