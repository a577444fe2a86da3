package io.payroutes.polling;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of polls that fail: one line for each consumer now and then, since they go on failing, once a second and more, for as
 * long as the database is away. Thread-safe.
 */
public final class PollFailures implements ExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PollFailures.class);
    private static final Duration TOLD_EVERY = Duration.ofSeconds(10);

    private final Clock clock;
    private final Map<String, Instant> toldAt = new HashMap<>();

    public PollFailures(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void handleException(Throwable failure) {
        handleException("A poll failed", failure);
    }

    @Override
    public void handleException(String message, Throwable failure) {
        handleException(message, null, failure);
    }

    @Override
    public void handleException(String message, @Nullable Exchange exchange, Throwable failure) {
        if (isToBeTold(message)) {
            LOG.warn("{}: {}", message, root(failure).toString());
            LOG.debug("{}", message, failure);
        }
    }

    private synchronized boolean isToBeTold(String message) {
        Instant now = clock.instant();
        Instant last = toldAt.get(message);
        boolean isRecent = last != null && !now.isBefore(last) && now.isBefore(last.plus(TOLD_EVERY));
        if (!isRecent) {
            toldAt.put(message, now);
        }
        return !isRecent;
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
