package io.payroutes.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** How long what is done is kept: the parameters of the statements that delete it. */
public final class Retention {
    private final Clock clock;
    private final Duration settled;
    private final Duration unsettled;

    /**
     * @param settled age from which on is deleted what ended well
     * @param unsettled age from which on is deleted what a person should have looked at
     */
    public Retention(Clock clock, Duration settled, Duration unsettled) {
        this.clock = clock;
        this.settled = settled;
        this.unsettled = unsettled;
    }

    /** What ended well before this time is deleted. */
    public OffsetDateTime settledBefore() {
        return before(settled);
    }

    /** What ended otherwise before this time is deleted. */
    public OffsetDateTime unsettledBefore() {
        return before(unsettled);
    }

    /** Before all that is kept: where the first batch begins. */
    public OffsetDateTime beginning() {
        return Instant.EPOCH.atOffset(ZoneOffset.UTC);
    }

    private OffsetDateTime before(Duration age) {
        return clock.instant().minus(age).atOffset(ZoneOffset.UTC);
    }
}
