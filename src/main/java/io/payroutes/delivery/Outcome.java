package io.payroutes.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What became of one attempt. */
public sealed interface Outcome {

    /** The destination's status code, null if there is none. */
    default @Nullable Integer status() {
        return null;
    }

    /** A line for the person who looks at the attempt; null if there is nothing to say. */
    default @Nullable String detail() {
        return null;
    }

    /** As it stands in the database and in metrics. */
    String wireName();

    /**
     * The destination has it, now or from an earlier attempt.
     *
     * @param recipient the mail address it went to, null if it has none
     */
    record Delivered(@Nullable Integer status, @Nullable String recipient) implements Outcome {
        @Override
        public String wireName() {
            return "delivered";
        }
    }

    /** The destination does not want this message; asking again would change nothing. */
    record Refused(@Nullable Integer status, String detail) implements Outcome {
        @Override
        public String wireName() {
            return "refused";
        }
    }

    /**
     * It did not arrive, or nobody knows.
     *
     * @param notBefore when the destination wants to be asked again, null if it did not say
     */
    record Failed(@Nullable Integer status, @Nullable Instant notBefore, String detail) implements Outcome {
        @Override
        public String wireName() {
            return "failed";
        }
    }

    /** It is not to be sent any more. */
    record Dropped(String detail) implements Outcome {
        @Override
        public String wireName() {
            return "dropped";
        }
    }
}
