package io.payroutes.delivery;

import io.payroutes.store.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The parameters of the claims for one destination. While the destination is given a rest nothing is claimed, and
 * afterwards one delivery at a time until the destination answers again, so that an outage costs the database nothing.
 * Thread-safe; the rest is this node's own.
 */
public final class Outbox {
    private final Clock clock;
    private final Duration lease;
    private final int batch;
    private final Duration rest;
    /** End of the rest; stays set after it until the destination has answered. Null in good times. */
    private final AtomicReference<@org.jspecify.annotations.Nullable Instant> restsUntil = new AtomicReference<>();

    Outbox(Clock clock, Duration lease, int batch, Duration rest) {
        this.clock = clock;
        this.lease = lease;
        this.batch = batch;
        this.rest = rest;
    }

    /** The time by which a delivery must be due to be claimed. */
    public OffsetDateTime now() {
        return at(clock.instant());
    }

    /** When a lease taken now runs out. */
    public OffsetDateTime leaseEnd() {
        return at(clock.instant().plus(lease));
    }

    /** Most deliveries to claim at once. */
    public int batch() {
        Instant end = restsUntil.get();
        if (end == null) {
            return batch;
        }
        Instant now = clock.instant();
        // An end that is further away than any rest is of a time before the clock was set back.
        return now.isBefore(end) && !end.isAfter(now.plus(rest)) ? 0 : 1;
    }

    /** Stops the claims for a while. Returns when they go on. */
    Instant pause() {
        Instant end = clock.instant().plus(rest);
        restsUntil.set(end);
        return end;
    }

    /** The destination answers: back to full batches. */
    void resume() {
        restsUntil.set(null);
    }

    /** Whether so much of the lease has passed that a delivery should not be started any more. */
    boolean isStale(Instant leasedUntil) {
        return clock.instant().isAfter(leasedUntil.minus(lease.dividedBy(2)));
    }

    private static OffsetDateTime at(Instant instant) {
        return Objects.requireNonNull(Row.parameter(instant));
    }
}
