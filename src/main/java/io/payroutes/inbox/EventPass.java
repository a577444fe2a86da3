package io.payroutes.inbox;

import io.payroutes.store.Row;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pass over Stripe's list of events, as it stands. Immutable.
 *
 * @param from inclusive
 * @param to exclusive
 * @param gapFrom since when events are missing for good, because Stripe does not keep them that long; null if none are
 * @param cursor the last event of the last page that is in the inbox; null before the first
 * @param attempts how often in a row it could not go on
 * @param leasedUntil until when it belongs to whoever works on it
 */
public record EventPass(
        String id,
        Kind kind,
        Instant from,
        Instant to,
        @Nullable Instant gapFrom,
        @Nullable String cursor,
        int attempts,
        Instant leasedUntil,
        State state) {

    /** What is listed. */
    public enum Kind {
        /** What Stripe could not deliver to some endpoint. */
        UNDELIVERED,
        /** Everything since the last sweep. */
        SWEEP,
        /** Everything of a span that a person named. */
        SPAN;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether there is something left to do, and for whom. */
    public enum State {
        RUNNING,
        /** Left by whoever worked on it; running, in the table. */
        LEFT,
        FINISHED,
        FAILED;

        String wireName() {
            return this == LEFT ? RUNNING.wireName() : name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether there is another page for whoever works on it. */
    public boolean goesOn() {
        return state == State.RUNNING;
    }

    /** Whether it cannot list everything that it should. */
    public boolean hasGap() {
        return gapFrom != null;
    }

    EventPass with(@Nullable String newCursor, int newAttempts, Instant newLease, State newState) {
        return new EventPass(id, kind, from, to, gapFrom, newCursor, newAttempts, newLease, newState);
    }

    static EventPass of(Row row) {
        return new EventPass(
                row.mustText("pass_id"),
                Kind.valueOf(row.mustText("kind").toUpperCase(Locale.ROOT)),
                row.mustTime("span_from"),
                row.mustTime("span_to"),
                row.time("gap_from"),
                row.text("cursor_id"),
                (int) row.mustNumber("attempts"),
                Objects.requireNonNullElse(row.time("due_at"), Instant.EPOCH),
                State.valueOf(row.mustText("state").toUpperCase(Locale.ROOT)));
    }
}
