package io.payroutes.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with jitter: the wait doubles with each attempt up to a maximum, and each wait is drawn from the
 * upper half of its span, so that what failed together does not come back together.
 *
 * @param initial the span of the first wait; positive
 * @param maximum the longest span; at least {@code initial}
 */
public record BackOff(Duration initial, Duration maximum) {

    public BackOff {
        if (initial.isNegative() || initial.isZero() || maximum.compareTo(initial) < 0) {
            throw new IllegalArgumentException(
                    "back-off needs 0 < initial <= maximum, not " + initial + ", " + maximum);
        }
    }

    /**
     * @param attempts how many attempts have failed so far; 1 or more
     * @return how long to wait before the next one
     */
    public Duration after(int attempts, RandomGenerator random) {
        int doublings = Math.max(0, Math.min(attempts - 1, 40));
        long span = initial.toMillis() > maximum.toMillis() >> doublings
                ? maximum.toMillis()
                : initial.toMillis() << doublings;
        return Duration.ofMillis(span / 2 + random.nextLong(span / 2 + 1));
    }
}
