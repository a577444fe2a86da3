package io.payroutes.health;

import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Whether all routes run. Those that take Stripe's events do before the others. */
public final class StartCheck extends AbstractHealthCheck {
    private final BooleanSupplier isStarted;

    public StartCheck(BooleanSupplier isStarted) {
        super("payroutes", "start");
        this.isStarted = isStarted;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
        if (isStarted.getAsBoolean()) {
            result.up();
        } else {
            result.message("Not all routes run yet.").down();
        }
    }
}
