package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** What a browser gets to see: less than a server. */
final class Views {
    private static final Set<String> INTENT = Set.of(
            "id",
            "object",
            "amount",
            "amount_details",
            "automatic_payment_methods",
            "canceled_at",
            "cancellation_reason",
            "capture_method",
            "client_secret",
            "confirmation_method",
            "created",
            "currency",
            "description",
            "last_payment_error",
            "last_setup_error",
            "livemode",
            "next_action",
            "payment_method",
            "payment_method_configuration_details",
            "payment_method_types",
            "processing",
            "receipt_email",
            "setup_future_usage",
            "shipping",
            "source",
            "status",
            "usage");
    private static final Set<String> METHOD = Set.of(
            "id",
            "object",
            "allow_redisplay",
            "billing_details",
            "card",
            "created",
            "livemode",
            "type",
            "us_bank_account");

    private Views() {}

    /** Changes {@code json}, which is a copy. */
    static void publish(JsonNode json) {
        if (!(json instanceof ObjectNode object)) {
            json.forEach(Views::publish);
            return;
        }
        switch (Json.word(object, "object")) {
            case PaymentIntents.KIND, SetupIntents.KIND -> object.retain(INTENT);
            case PaymentMethods.KIND -> object.retain(METHOD);
            default -> {}
        }
        object.forEach(Views::publish);
    }
}
