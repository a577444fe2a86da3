package io.payroutes.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * What waits for a person. Always up: an operator must see it, but Stripe must not be turned away because of it.
 */
public final class DeadLettersCheck extends AbstractHealthCheck {
    private final Map<String, IntSupplier> counts;

    /** @param counts by the name under which they are shown; must answer at once */
    public DeadLettersCheck(Map<String, IntSupplier> counts) {
        super("payroutes", "dead-letters");
        this.counts = new TreeMap<>(counts);
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
        List<String> waiting = new ArrayList<>();
        counts.forEach((name, counter) -> {
            int count = counter.getAsInt();
            result.detail(name, count);
            if (count > 0) {
                waiting.add(name + " " + count);
            }
        });
        if (!waiting.isEmpty()) {
            result.message("Waits for a person: " + String.join(", ", waiting));
        }
        result.up();
    }
}
