package io.payroutes.webhook;

import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The way from one event loop to other threads and back. What the event loop has read at one go is handed over together, and
 * what is ready together is handed back together: waking a thread for each request costs more than some of what it is woken for.
 */
final class Lane {
    /** Small enough that what came in together is spread over the processors. */
    private static final int MOST_TOGETHER = 8;

    private final Context eventLoop;
    private final Executor threads;
    private final List<Crossing> waiting = new ArrayList<>();
    private final Queue<Runnable> ready = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isComing = new AtomicBoolean();

    Lane(Context eventLoop, Executor threads) {
        this.eventLoop = eventLoop;
        this.threads = threads;
    }

    /**
     * Has something done by one of the threads, soon. Called on the event loop only.
     *
     * @param work must not throw: what came in with it is done behind it
     * @param refused what is done, on the event loop, when the threads take no more work
     */
    void handOver(Runnable work, Runnable refused) {
        waiting.add(new Crossing(work, refused));
        if (waiting.size() == 1) {
            eventLoop.runOnContext(any -> handAllOver()); // comes after all that is there to be read at present
        } else if (waiting.size() == MOST_TOGETHER) {
            handAllOver(); // the threads need not idle until all is read
        }
    }

    /** Has something done on the event loop, in the order of the calls; called by any thread. */
    void handBack(Runnable work) {
        ready.add(work);
        call();
    }

    private void call() {
        if (isComing.compareAndSet(false, true)) {
            eventLoop.runOnContext(any -> takeAllBack());
        }
    }

    private void handAllOver() {
        if (waiting.isEmpty()) {
            return;
        }
        List<Crossing> together = List.copyOf(waiting);
        waiting.clear();
        try {
            threads.execute(() -> together.forEach(crossing -> crossing.work.run()));
        } catch (RejectedExecutionException e) {
            together.forEach(crossing -> crossing.refused.run());
        }
    }

    private void takeAllBack() {
        isComing.set(false); // first: what is added from now on calls again, or is found below
        try {
            for (@Nullable Runnable next = ready.poll(); next != null; next = ready.poll()) {
                next.run();
            }
        } finally {
            if (!ready.isEmpty()) { // one of them failed; the others still have their turn
                call();
            }
        }
    }

    private record Crossing(Runnable work, Runnable refused) {}
}
