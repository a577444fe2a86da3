package io.payroutes.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * Work that waits for the time of a clock that was ahead and would be stuck, now that the clock is right, until the time
 * comes. When this node's clock goes back, all waiting is shortened by as much, by each node whose clock does, so that some
 * of it ends too early, which does no harm but a mail that could have been spared. And what is due later than anything is ever
 * put off, because the clock was set right while no node ran, is due now. Whoever works on a row that is due earlier than
 * they think notices at the end that somebody else may have it, as with any lease that runs out. Thread-safe.
 */
public final class Postdated {
    private static final Logger LOG = LoggerFactory.getLogger(Postdated.class);
    /** Clocks that are kept in step go back by less, and nodes may differ by less. */
    private static final Duration BACK = Duration.ofSeconds(2);

    private static final Duration SKEW = Duration.ofMinutes(1);

    private final JdbcOperations jdbc;
    private final Clock clock;
    private final Map<String, Duration> longestWaits;
    /** For each table the time at which it was last seen to. */
    private final Map<String, Instant> seenTo = new HashMap<>();

    /** @param longestWaits by table, the longest time by which its {@code due_at} is ever put off */
    public Postdated(JdbcOperations jdbc, Clock clock, Map<String, Duration> longestWaits) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.longestWaits = new LinkedHashMap<>(longestWaits);
        longestWaits.keySet().forEach(table -> seenTo.put(table, clock.instant()));
    }

    /**
     * Looks at the clock, and brings forward what the look shows to be due too late. What cannot be changed at the moment
     * is left for the next look.
     */
    public synchronized void bringForward() {
        Instant now = clock.instant();
        longestWaits.forEach((table, longest) -> {
            Instant last = Objects.requireNonNull(seenTo.get(table));
            try {
                if (now.isBefore(last.minus(BACK))) {
                    LOG.warn("The clock went back from {} to {}: {} waits as much shorter", last, now, table);
                    shorten(table, last, now);
                }
                seenTo.put(table, now);
                int rows = jdbc.update(
                        "UPDATE " + table + " SET due_at = ? WHERE due_at > ?",
                        Row.parameter(now),
                        Row.parameter(now.plus(longest).plus(SKEW)));
                if (rows > 0) {
                    LOG.warn("{} rows of {} were due later than can be; they are due now", rows, table);
                }
            } catch (DataAccessException e) {
                LOG.warn("{} is looked at again later: {}", table, e.getClass().getSimpleName());
            }
        });
    }

    private void shorten(String table, Instant last, Instant now) {
        jdbc.update(
                "UPDATE " + table + " SET due_at = due_at - (CAST(? AS TIMESTAMP(6) WITH TIME ZONE)"
                        + " - CAST(? AS TIMESTAMP(6) WITH TIME ZONE)) WHERE due_at > ?",
                Row.parameter(last),
                Row.parameter(now),
                Row.parameter(now));
    }
}
