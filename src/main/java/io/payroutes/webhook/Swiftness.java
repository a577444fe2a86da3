package io.payroutes.webhook;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells whether a route is swift enough for the event loop, by how long it kept the threads that ran it of late. It is not while the
 * program is new, and much of it is still interpreted, and not when a step of it blocks. Thread-safe.
 */
final class Swiftness {
    /** Several times what the route takes for a common event once it is compiled, and a small part of what it takes before. */
    private static final long SWIFT = TimeUnit.MICROSECONDS.toNanos(200);

    private static final int MOST = 64;
    /**
     * So many have to be swift before the compiler is through with the route. It compiles twice, and what it has compiled once is
     * swift most of the time, yet one that is not would hold up all others on the event loop.
     */
    private static final int UNTIL_COMPILED = 5000;

    private final AtomicInteger score = new AtomicInteger(-UNTIL_COMPILED);
    private volatile boolean swift;

    /** False until thousands were swift, and again from when many of late were not. */
    boolean isSwift() {
        return swift;
    }

    /**
     * Takes into account how long the route kept a thread: each swift one counts as one, one that was not as many against it as it
     * took times as long.
     */
    void took(long nanos) {
        int now = score.accumulateAndGet(
                nanos < SWIFT ? 1 : -(int) Math.min(nanos / SWIFT, 2 * MOST),
                (before, change) -> Math.max(Math.min(before, -MOST), Math.min(MOST, before + change)));
        if (now == MOST && !swift) {
            swift = true;
        } else if (now <= -MOST && swift) {
            swift = false;
        }
    }
}
