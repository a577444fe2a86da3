package io.payroutes;

import io.payroutes.polling.PromptPolling;
import java.util.concurrent.ThreadFactory;
import org.apache.camel.Consumer;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.component.sql.SqlEndpoint;
import org.apache.camel.spi.ExecutorServiceManager.ThreadFactoryListener;

/**
 * Has the workers, who handle events and deliver messages while nobody waits for them, leave the processor to what somebody does wait
 * for: Stripe's events, the API, the pages, and the compiler that makes all of it faster. Threads of routes that take their work from
 * a queue in memory or in the database have Java's lowest priority, all others of Camel's the normal one.
 *
 * <p>A JVM takes no notice of priorities unless it is told to, as in {@code config/java.options}.
 */
final class WorkerPriority implements ThreadFactoryListener {
    @Override
    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it to be right, only to be fast
    public ThreadFactory onNewThreadFactory(Object source, ThreadFactory factory) {
        int priority = isOfWorkers(source) ? Thread.MIN_PRIORITY : Thread.NORM_PRIORITY;
        return task -> {
            Thread thread = factory.newThread(task);
            thread.setPriority(priority); // and not that of whoever happens to start it
            return thread;
        };
    }

    private static boolean isOfWorkers(Object source) {
        Object of = source instanceof Consumer consumer ? consumer.getEndpoint() : source;
        return of instanceof PromptPolling || of instanceof SedaEndpoint || of instanceof SqlEndpoint;
    }
}
