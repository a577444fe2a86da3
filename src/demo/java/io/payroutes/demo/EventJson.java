package io.payroutes.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The envelope around an object. */
final class EventJson {
    /** Changes that follow from an API call; all others come from Stripe itself and name no request. */
    private static final Set<String> REQUESTED = Set.of("created", "succeeded", "canceled", "captured", "refunded");

    private EventJson() {}

    static StripeEvent of(Endpoint endpoint, String type, long at, ObjectNode object) {
        return of(endpoint, type, at, object, null);
    }

    static StripeEvent of(
            Endpoint endpoint, String type, long at, ObjectNode object, @Nullable ObjectNode previousAttributes) {
        // The id follows from the content: the same change has the same id, and no counter has to be kept.
        String token = Json.token(type + at + endpoint + object);
        ObjectNode event = Json.object().put("id", "evt_" + token).put("object", "event");
        if (endpoint.account() != null) {
            event.put("account", endpoint.account());
        }
        event.put("api_version", endpoint.version().id()).put("created", at);
        ObjectNode data = event.putObject("data");
        data.set("object", object);
        if (previousAttributes != null) {
            data.set("previous_attributes", previousAttributes);
        }
        event.put("livemode", endpoint.livemode()).put("pending_webhooks", 1);
        putRequest(event, endpoint.version(), type, token);
        event.put("type", type);
        return new StripeEvent("evt_" + token, type, at, Json.write(event));
    }

    private static void putRequest(ObjectNode event, ApiVersion version, String type, String token) {
        String id =
                REQUESTED.contains(type.substring(type.lastIndexOf('.') + 1)) ? "req_" + token.substring(0, 14) : null;
        if (version.requestIsString()) {
            event.put("request", id);
        } else {
            event.putObject("request").put("id", id).put("idempotency_key", id == null ? null : "key-" + token);
        }
    }
}
