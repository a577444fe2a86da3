package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;

/** The events of the last 30 days. */
final class EventLog {
    static final String KIND = "event";
    private static final Duration KEPT = Duration.ofDays(30);

    private final Account account;

    EventLog(Account account) {
        this.account = account;
    }

    ObjectNode retrieve(Call call) {
        ObjectNode event = account.store().require(KIND, call.id(), "id");
        if (!isKept(event)) {
            throw Refusal.unknownObject(KIND, call.id(), "id");
        }
        return event;
    }

    private boolean isKept(ObjectNode event) {
        return event.path("created").asLong() >= account.now() - KEPT.toSeconds();
    }

    ObjectNode list(Call call) {
        Params params = call.params();
        String type = params.text("type");
        List<String> types = params.texts("types");
        if (type != null && !types.isEmpty()) {
            throw Refusal.invalid("You may only specify one of these parameters: type, types.", null, null);
        }
        if (types.size() > 20) {
            throw Refusal.invalid("You can pass at most 20 event types.", null, "types");
        }
        String delivered = params.choice("delivery_success", "true", "false");
        return account.store()
                .page(
                        KIND,
                        "/v1/events",
                        params,
                        event -> isKept(event)
                                && (type == null || matches(type, Json.word(event, "type")))
                                && (types.isEmpty() || types.contains(Json.word(event, "type")))
                                && (delivered == null
                                        || delivered.equals("true")
                                                == (event.path("pending_webhooks")
                                                                .asInt()
                                                        == 0)));
    }

    /** A type may end in a wildcard: {@code charge.*}. */
    private static boolean matches(String wanted, String type) {
        return wanted.endsWith("*") ? type.startsWith(wanted.substring(0, wanted.length() - 1)) : wanted.equals(type);
    }
}
