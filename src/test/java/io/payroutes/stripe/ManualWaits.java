package io.payroutes.stripe;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only while somebody waits, at once. */
final class ManualWaits implements Waits {
    final List<Duration> pauses = new CopyOnWriteArrayList<>();
    final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_500_000_000); // overflows soon, as nanoTime may
    volatile boolean over;

    @Override
    public long nanoTime() {
        return now.get();
    }

    @Override
    public boolean pause(Duration time) {
        if (over) {
            return false;
        }
        pauses.add(time);
        now.addAndGet(time.toNanos());
        return true;
    }
}
