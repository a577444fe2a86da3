package io.payroutes.inbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroutes.webhook.WebhookRejectedException;
import io.payroutes.webhook.WebhookRejectedException.Reason;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.ExchangeException;

/** Counts what the intake took, and what it did not. */
public final class IntakeMetrics {
    private static final String FULL = "inbox_full";
    private static final String NOT_STORED = "not_stored";

    private final Counter received;
    private final Counter duplicates;
    private final Map<String, Counter> refused = new HashMap<>();

    public IntakeMetrics(MeterRegistry meters) {
        this.received = Counter.builder("payroutes.events.received")
                .description("Events stored for the first time")
                .register(meters);
        this.duplicates = Counter.builder("payroutes.events.duplicates")
                .description("Events that were there already")
                .register(meters);
        // All of them from the start: an alert can only watch for the rise of what is there.
        Arrays.stream(Reason.values()).forEach(reason -> register(meters, wireName(reason)));
        register(meters, FULL);
        register(meters, NOT_STORED);
    }

    /** Counts a webhook that was not taken, by the reason: the caller's (400) or ours (503). */
    public void refused(@ExchangeException Exception reason) {
        String name = reason instanceof WebhookRejectedException rejected
                ? wireName(rejected.reason())
                : reason instanceof InboxFullException ? FULL : NOT_STORED;
        refused.get(name).increment();
    }

    void accepted(int stored, int known) {
        received.increment(stored);
        duplicates.increment(known);
    }

    private void register(MeterRegistry meters, String reason) {
        refused.put(
                reason,
                Counter.builder("payroutes.webhooks.refused")
                        .description("Webhooks that were not taken, by reason")
                        .tag("reason", reason)
                        .register(meters));
    }

    private static String wireName(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }
}
