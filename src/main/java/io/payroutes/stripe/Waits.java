package io.payroutes.stripe;

import java.time.Duration;

/** The time that passes, and waiting for it. Thread-safe. */
interface Waits {

    /** Nanoseconds from some moment on, as {@link System#nanoTime}. */
    long nanoTime();

    /**
     * Waits, but not beyond the end of the program.
     *
     * @return false if it is shutting down, and the time has not passed
     */
    boolean pause(Duration time) throws InterruptedException;
}
