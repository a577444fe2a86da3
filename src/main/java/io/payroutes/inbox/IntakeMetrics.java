package io.payroutes.inbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what the intake took. */
public final class IntakeMetrics {
    private final Counter received;
    private final Counter duplicates;

    public IntakeMetrics(MeterRegistry meters) {
        this.received = Counter.builder("payroutes.events.received")
                .description("Events stored for the first time")
                .register(meters);
        this.duplicates = Counter.builder("payroutes.events.duplicates")
                .description("Events that were there already")
                .register(meters);
    }

    void accepted(int stored, int known) {
        received.increment(stored);
        duplicates.increment(known);
    }
}
