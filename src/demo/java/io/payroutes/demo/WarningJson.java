package io.payroutes.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** What Radar says about a payment: early fraud warnings and reviews. */
final class WarningJson {
    private WarningJson() {}

    static ObjectNode earlyFraudWarning(StripePayment payment, boolean actionable) {
        return Json.object()
                .put("id", payment.derivedId("issfr"))
                .put("object", "radar.early_fraud_warning")
                .put("actionable", actionable)
                .put("charge", payment.chargeId())
                .put("created", payment.attemptedAt())
                .put("fraud_type", "made_with_stolen_card")
                .put("livemode", payment.endpoint().livemode())
                .put("payment_intent", payment.id());
    }

    static ObjectNode review(StripePayment payment, @Nullable String closedReason) {
        ObjectNode review = Json.object("""
                {
                  "id": null, "object": "review", "billing_zip": "100-0001", "charge": null, "closed_reason": null,
                  "created": 0, "ip_address": "203.0.113.7",
                  "ip_address_location": {
                    "city": "Tokyo", "country": "JP", "latitude": 35.68, "longitude": 139.69, "region": "Tokyo"
                  },
                  "livemode": false, "open": true, "opened_reason": "rule", "payment_intent": null, "reason": "rule",
                  "session": null
                }""");
        return review.put("id", payment.derivedId("prv"))
                .put("charge", payment.chargeId())
                .put("closed_reason", closedReason)
                .put("created", payment.attemptedAt())
                .put("livemode", payment.endpoint().livemode())
                .put("open", closedReason == null)
                .put("payment_intent", payment.id())
                .put("reason", closedReason == null ? "rule" : closedReason);
    }
}
