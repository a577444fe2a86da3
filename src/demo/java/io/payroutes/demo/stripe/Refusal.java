package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** An answer of the API that is an error. */
final class Refusal extends RuntimeException {
    private final int status;
    private final transient ObjectNode error;
    private final boolean keyKept;

    private Refusal(int status, ObjectNode error, boolean keyKept) {
        super(error.path("message").asText());
        this.status = status;
        this.error = error;
        this.keyKept = keyKept;
    }

    /** A mistake in what was asked; an idempotency key does not remember it. */
    static Refusal invalid(String message, @Nullable String code, @Nullable String param) {
        return new Refusal(400, error("invalid_request_error", message, code, param), false);
    }

    static Refusal missing(String param) {
        return invalid("Missing required param: " + param + ".", "parameter_missing", param);
    }

    static Refusal unknownObject(String kind, String id, String param) {
        ObjectNode error =
                error("invalid_request_error", "No such " + kind + ": '" + id + "'", "resource_missing", param);
        // In the path it is not found, in a parameter it is a bad parameter.
        return new Refusal(param.equals("id") || param.equals("intent") ? 404 : 400, error, false);
    }

    /** The object is in a state in which this cannot be done. */
    static Refusal state(String code, String message, String field, ObjectNode intent) {
        ObjectNode error = error("invalid_request_error", message, code, null);
        error.set(field, intent.deepCopy());
        return new Refusal(400, error, true);
    }

    /** The request was fine and the card was not. */
    static Refusal card(ObjectNode error) {
        return new Refusal(402, error, true);
    }

    static Refusal of(int status, String type, @Nullable String code, String message) {
        return new Refusal(status, error(type, message, code, null), false);
    }

    /** The same as a browser gets to see it. */
    Refusal published() {
        ObjectNode less = error.deepCopy();
        Views.publish(less);
        return new Refusal(status, less, keyKept);
    }

    private static ObjectNode error(String type, String message, @Nullable String code, @Nullable String param) {
        ObjectNode error = Json.object();
        if (code != null) {
            error.put("code", code);
            error.put("doc_url", docUrl(code));
        }
        error.put("message", message);
        if (param != null) {
            error.put("param", param);
        }
        return error.put("type", type);
    }

    static String docUrl(String code) {
        return "https://docs.stripe.com/error-codes#" + code.replace('_', '-');
    }

    int status() {
        return status;
    }

    /** Whether an idempotency key gives this same answer again. */
    boolean keyKept() {
        return keyKept;
    }

    ObjectNode body(String requestId) {
        ObjectNode full = error.deepCopy();
        full.put("request_log_url", "https://dashboard.stripe.com/test/logs/" + requestId + "?t=0");
        ObjectNode body = Json.object();
        body.set("error", full);
        return body;
    }
}
