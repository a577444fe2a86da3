package io.payroutes.health;

import io.payroutes.inbox.Backlog;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Whether events are handled about as fast as they come in. */
public final class InboxCheck extends AbstractHealthCheck {
    private final Backlog backlog;
    private final Duration maxAge;

    /** @param maxAge an event that has been due for longer means that handling stands still */
    public InboxCheck(Backlog backlog, Duration maxAge) {
        super("payroutes", "inbox");
        this.backlog = backlog;
        this.maxAge = maxAge;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
        Duration age = backlog.age();
        result.detail("waiting", backlog.waiting());
        result.detail("waiting.age.seconds", age.toSeconds());
        if (backlog.isFull()) {
            result.message("No more events are taken in: " + backlog.waiting() + " wait.")
                    .down();
        } else if (age.compareTo(maxAge) > 0) {
            result.message("An event has been due for " + age.toSeconds() + " s, longer than " + maxAge.toSeconds()
                            + " s.")
                    .down();
        } else {
            result.up();
        }
    }
}
