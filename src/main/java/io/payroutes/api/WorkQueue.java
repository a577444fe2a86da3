package io.payroutes.api;

import io.vertx.core.spi.metrics.PoolMetrics;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts what waits for one of the threads that Camel has its requests answered by. That is counted here and not when a request
 * comes and is answered: whoever asks and goes away at once leaves it behind. Thread-safe.
 */
public final class WorkQueue implements PoolMetrics<Object> {
    private final AtomicInteger waiting = new AtomicInteger();

    /** How much waits now. */
    int waiting() {
        return waiting.get();
    }

    @Override
    public @Nullable Object submitted() {
        waiting.incrementAndGet();
        return null;
    }

    @Override
    public @Nullable Object begin(@Nullable Object task) {
        waiting.decrementAndGet();
        return null;
    }

    @Override
    public void rejected(@Nullable Object task) {
        waiting.decrementAndGet();
    }
}
