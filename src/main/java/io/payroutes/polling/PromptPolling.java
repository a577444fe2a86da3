package io.payroutes.polling;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.ScheduledPollConsumerScheduler;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler of a consumer that polls a table: it polls as soon as it hears that there is something, or has just found
 * something, and otherwise now and then, for what other nodes left or what has become due. So nothing waits for the next
 * turn, an idle program asks the database next to nothing, and a busy one asks for many at once instead of for each. One
 * for each route, whose {@code scheduler} and {@code pollStrategy} it is; a route that is replaced takes it over.
 * Thread-safe.
 */
public final class PromptPolling extends DefaultPollingConsumerPollStrategy implements ScheduledPollConsumerScheduler {
    /** After the start, when the consumer is sure to be ready; as long as Camel itself waits. */
    private static final Duration FIRST = Duration.ofSeconds(1);

    private final Duration pause;
    private final Duration gathering;
    private final AtomicReference<@Nullable Polling> running = new AtomicReference<>();
    private volatile @Nullable CamelContext camel;
    private volatile @Nullable Runnable poll;

    /**
     * @param pause after this time without news it polls all the same
     * @param gathering how long it waits after news, so that what comes together is taken together
     */
    public PromptPolling(Duration pause, Duration gathering) {
        this.pause = pause;
        this.gathering = gathering;
    }

    /** There is something to poll for. */
    public void wake() {
        Polling polling = running.get();
        if (polling != null) {
            polling.wake();
        }
    }

    @Override
    public void commit(Consumer consumer, Endpoint endpoint, int polledMessages) {
        if (polledMessages > 0) {
            wake(); // there may be more
        }
    }

    @Override
    public void onInit(Consumer consumer) {
        // it tells what to run in scheduleTask
    }

    @Override
    public void scheduleTask(Runnable task) {
        poll = task;
    }

    @Override
    public void unscheduleTask() {
        stop();
    }

    @Override
    public void startScheduler() {
        CamelContext context = Objects.requireNonNull(camel);
        ExecutorService thread = context.getExecutorServiceManager()
                .newSingleThreadExecutor(this, getClass().getSimpleName());
        Polling polling = new Polling(thread, new Semaphore(0), new CountDownLatch(1));
        if (running.compareAndSet(null, polling)) {
            thread.execute(() -> run(polling, Objects.requireNonNull(poll)));
        } else {
            context.getExecutorServiceManager().shutdownNow(thread);
        }
    }

    @Override
    public boolean isSchedulerStarted() {
        return running.get() != null;
    }

    @Override
    public void start() {
        startScheduler();
    }

    @Override
    public void stop() {
        Polling polling = running.getAndSet(null);
        if (polling != null) {
            polling.end().countDown();
            polling.wake();
            Objects.requireNonNull(camel).getExecutorServiceManager().shutdown(polling.thread());
        }
    }

    @Override
    public void shutdown() {
        stop();
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        camel = camelContext;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camel;
    }

    private void run(Polling polling, Runnable task) {
        Duration wait = pause.compareTo(FIRST) < 0 ? pause : FIRST;
        try {
            while (polling.isNewsIn(wait) ? !polling.hasEndedIn(gathering) : !polling.hasEndedIn(Duration.ZERO)) {
                polling.news()
                        .drainPermits(); // what comes from now on may be too late for this poll, and wakes the next
                task.run(); // which throws nothing: Camel's consumer has an exception handler
                wait = pause;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From one start to the next stop. */
    private record Polling(ExecutorService thread, Semaphore news, CountDownLatch end) {
        void wake() {
            if (news.availablePermits() == 0) {
                news.release();
            }
        }

        boolean isNewsIn(Duration time) throws InterruptedException {
            return news.tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS);
        }

        boolean hasEndedIn(Duration time) throws InterruptedException {
            return end.await(time.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
