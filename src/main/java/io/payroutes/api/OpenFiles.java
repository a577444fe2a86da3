package io.payroutes.api;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How many files, which connections are, too, the process may still open. A connection that was ended keeps its file until its
 * event loop has come to it and has asked for news once more, so this is known by counting files only, which takes milliseconds
 * when there are thousands: it is done now and then. Thread-safe.
 */
final class OpenFiles {
    /** Kept for the database, partners and the log. */
    private static final int ONE_IN = 8;
    /** So many may be opened between two looks: a quarter of what is kept. */
    private static final int LOOKS = 4 * ONE_IN;

    private static final long AGAIN_AFTER_NANOS = 100_000_000L;

    private final LongSupplier most;
    private final LongSupplier open;
    private final AtomicLong asked = new AtomicLong();
    private volatile boolean areFew;
    private volatile long lookedAt;

    /**
     * @param most files that the process may have open
     * @param open files that it has open
     */
    OpenFiles(LongSupplier most, LongSupplier open) {
        this.most = most;
        this.open = open;
    }

    /** Of this process; where it is not known, there is no end of them. */
    static OpenFiles ofThisProcess() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean files
                ? new OpenFiles(files::getMaxFileDescriptorCount, files::getOpenFileDescriptorCount)
                : new OpenFiles(() -> Integer.MAX_VALUE, () -> 0);
    }

    /** How many may still be opened, by counting. */
    long left() {
        return most.getAsLong() - open.getAsLong();
    }

    /** Whether there are so few left that a new connection must not have one; asked once for each. */
    boolean areFew() {
        boolean mayHaveChanged = areFew && System.nanoTime() - lookedAt >= AGAIN_AFTER_NANOS;
        if (asked.incrementAndGet() % Math.max(1, most.getAsLong() / LOOKS) == 0 || mayHaveChanged) {
            lookedAt = System.nanoTime();
            areFew = left() < most.getAsLong() / ONE_IN;
        }
        return areFew;
    }
}
