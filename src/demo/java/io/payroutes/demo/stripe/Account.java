package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What the parts of the stand-in share: the objects, the time, ids, events, and what is due later. */
final class Account {
    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private final Store store = new Store();
    private final List<Due> waiting = new ArrayList<>();
    private final StandInSettings settings;
    private final Clock clock;
    private final Random random;
    private final Deliveries deliveries;
    private @Nullable String requestId;
    private @Nullable String idempotencyKey;
    private boolean twins;

    /** Something that happens to {@code id} without anybody asking for it, at {@code at}. */
    private record Due(Instant at, String id, Runnable change) {}

    Account(StandInSettings settings, Deliveries deliveries) {
        this.settings = settings;
        this.clock = settings.clock;
        this.random = settings.random;
        this.deliveries = deliveries;
    }

    Store store() {
        return store;
    }

    StandInSettings settings() {
        return settings;
    }

    /** Now, in seconds. */
    long now() {
        return clock.instant().getEpochSecond();
    }

    String id(String prefix) {
        return prefix + "_" + token(24);
    }

    String token(int length) {
        StringBuilder token = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            token.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return token.toString();
    }

    /** The request that the changes from now on follow from, or null where Stripe makes them by itself. */
    void during(@Nullable String request, @Nullable String key) {
        requestId = request;
        idempotencyKey = key;
    }

    void sendTwins(boolean value) {
        twins = value;
    }

    void event(String type, ObjectNode object) {
        event(type, object, null);
    }

    /** Tells of a change of {@code object} from {@code before}; of no change, nothing. */
    void updated(String type, ObjectNode object, ObjectNode before) {
        ObjectNode previous = Json.previous(before, object);
        if (!previous.isEmpty()) {
            event(type, object, previous);
        }
    }

    void event(String type, ObjectNode object, @Nullable ObjectNode previous) {
        for (int i = 0; i < (twins ? 2 : 1); i++) {
            ObjectNode event = Json.object()
                    .put("id", id("evt"))
                    .put("object", "event")
                    .put("api_version", settings.apiVersion)
                    .put("created", now());
            ObjectNode data = event.putObject("data");
            data.set("object", object.deepCopy());
            if (previous != null) {
                data.set("previous_attributes", previous);
            }
            event.put("livemode", false).put("pending_webhooks", settings.webhookUrl == null ? 0 : 1);
            event.putObject("request").put("id", requestId).put("idempotency_key", idempotencyKey);
            event.put("type", type);
            store.put(event);
            deliveries.deliver(event.get("id").asText(), type, Json.write(event));
        }
    }

    void later(Duration delay, String id, Runnable change) {
        waiting.add(new Due(clock.instant().plus(delay), id, change));
    }

    /** Does what is due by now. */
    void tick() {
        Instant now = clock.instant();
        run(due -> !due.at().isAfter(now));
    }

    /** Does at once what waits for the object {@code id}, or with null all that waits. */
    int settle(@Nullable String id) {
        return run(due -> id == null || due.id().equals(id));
    }

    void forget(String id) {
        waiting.removeIf(due -> due.id().equals(id));
    }

    private int run(java.util.function.Predicate<Due> chosen) {
        List<Due> now = waiting.stream()
                .filter(chosen)
                .sorted(java.util.Comparator.comparing(Due::at))
                .toList();
        int done = 0;
        for (Due due : now) {
            // An earlier one may have made a later one void.
            if (waiting.remove(due)) {
                during(null, null);
                due.change().run();
                done++;
            }
        }
        return done;
    }
}
