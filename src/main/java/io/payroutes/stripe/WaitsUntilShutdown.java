package io.payroutes.stripe;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The machine's time, until somebody says that it is over. Thread-safe. */
final class WaitsUntilShutdown implements Waits {
    private final CountDownLatch over = new CountDownLatch(1);

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public boolean pause(Duration time) throws InterruptedException {
        return !over.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    void end() {
        over.countDown();
    }
}
