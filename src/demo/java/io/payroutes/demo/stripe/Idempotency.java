package io.payroutes.demo.stripe;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What idempotency keys stand for, for a day. Thread-safe. */
final class Idempotency {
    private static final Duration KEPT = Duration.ofHours(24);

    private final Map<String, Entry> entries = new HashMap<>();
    private final Clock clock;

    /** @param answer null while the first request is still being worked on */
    private record Entry(
            String request, Instant since, @Nullable Answer answer) {}

    Idempotency(Clock clock) {
        this.clock = clock;
    }

    /**
     * Begins the work on a request.
     *
     * @param request all that makes it the same request
     * @return what was answered before, or null where the work is to be done
     * @throws Refusal where the key stands for another request, or for one that is being worked on
     */
    synchronized @Nullable Answer begin(String key, String request) {
        if (key.length() > 255) {
            throw Refusal.of(400, "idempotency_error", null, "Idempotency keys can be at most 255 characters long.");
        }
        entries.values()
                .removeIf(entry -> entry.since().plus(KEPT).isBefore(clock.instant()) && entry.answer() != null);
        Entry entry = entries.get(key);
        if (entry == null) {
            entries.put(key, new Entry(request, clock.instant(), null));
            return null;
        }
        if (!entry.request().equals(request)) {
            throw Refusal.of(
                    400,
                    "idempotency_error",
                    null,
                    "Keys for idempotent requests can only be used with the same parameters they were first used with."
                            + " Try using a key other than '" + key
                            + "' if you meant to execute a different request.");
        }
        if (entry.answer() == null) {
            throw Refusal.of(
                    409,
                    "idempotency_error",
                    "idempotency_key_in_use",
                    "There is currently another in-progress request using this Idempotent Key (that probably means you"
                            + " submitted twice, and the other request is still going through): " + key
                            + ". Please try again later.");
        }
        return Answer.of(entry.answer().status(), entry.answer().body()).with("Idempotent-Replayed", "true");
    }

    /** The key gives {@code answer} from now on, whatever was answered. */
    synchronized void replace(String key, Answer answer) {
        entries.computeIfPresent(
                key,
                (same, entry) -> new Entry(entry.request(), entry.since(), Answer.of(answer.status(), answer.body())));
    }

    /** Ends the work that {@link #begin} began. */
    synchronized void end(String key, Answer answer, boolean kept) {
        Entry entry = entries.get(key);
        if (entry != null && kept) {
            Answer same = Answer.of(answer.status(), answer.body());
            entries.put(key, new Entry(entry.request(), entry.since(), same));
        } else {
            entries.remove(key);
        }
    }
}
