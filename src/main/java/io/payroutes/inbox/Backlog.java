package io.payroutes.inbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroutes.store.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.TransactionException;

/**
 * How many events wait, and how long. Looked up every few seconds by a route, not for each event that comes in; what takes
 * long to count is counted more rarely, and each count ends at a bound. Thread-safe.
 */
public final class Backlog {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);
    /** A person will not look at more of these one by one; beyond it the number says only "very many". */
    private static final int MOST_ASIDE = 1000;

    /** Counting takes a twentieth of the time at the most. */
    private static final int PAUSE = 20;

    private static final long LONGEST_PAUSE = Duration.ofMinutes(1).toNanos();

    static final String ASIDE = "state = ? AND " + EventQueries.DONE;

    private final JdbcOperations jdbc;
    private final Clock clock;
    private final int maximum;
    private volatile Figures figures = new Figures(0, null, 0, 0);
    private volatile boolean unknown;
    private final LongSupplier nanos;
    private volatile long counted;
    private volatile long tookBefore;
    private volatile long pause;

    /** @param maximum so many waiting events are too many to take in more */
    public Backlog(JdbcOperations jdbc, Clock clock, int maximum, MeterRegistry meters) {
        this(jdbc, clock, maximum, meters, System::nanoTime);
    }

    /** @param nanos tells how long something took */
    Backlog(JdbcOperations jdbc, Clock clock, int maximum, MeterRegistry meters, LongSupplier nanos) {
        this.nanos = nanos;
        this.jdbc = jdbc;
        this.clock = clock;
        this.maximum = maximum;
        gauge(meters, "payroutes.events.waiting", "Events that wait or are being handled", f -> f.waiting);
        gauge(meters, "payroutes.events.parked", "Events put aside for a person (counted up to 1000)", f -> f.parked);
        gauge(meters, "payroutes.events.dead", "Events that were given up (counted up to 1000)", f -> f.dead);
        Gauge.builder(
                        "payroutes.events.waiting.age",
                        this,
                        backlog -> backlog.age().toMillis() / 1000.0)
                .description("How long the event has been due that waits longest")
                .baseUnit("seconds")
                .register(meters);
    }

    /**
     * Looks again, unless the last two looks took long and one was a moment ago. One alone may be a moment in which the database or
     * the machine stood still; a pause for that would leave the inbox without its bound. While the database does not answer, the
     * last figures stand.
     */
    public void refresh() {
        long began = nanos.getAsLong();
        if (began - counted < pause) {
            return;
        }
        try {
            int waiting = count("due_at <= ?", maximum, OffsetDateTime.of(9999, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC));
            OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
            Instant due =
                    jdbc.queryForList("SELECT min(due_at) AS due FROM stripe_event WHERE due_at <= ?", now).stream()
                            .findFirst()
                            .map(row -> Row.of(row).time("due"))
                            .orElse(null);
            figures = new Figures(
                    waiting,
                    due,
                    count(ASIDE, MOST_ASIDE, EventState.PARKED.wireName()),
                    count(ASIDE, MOST_ASIDE, EventState.DEAD.wireName()));
            if (unknown) {
                LOG.info("the backlog can be counted again: {} events wait", waiting);
            }
            unknown = false;
            counted = nanos.getAsLong();
            long took = counted - began;
            pause = Math.min(Math.min(took, tookBefore) * PAUSE, LONGEST_PAUSE);
            tookBefore = took;
        } catch (DataAccessException | TransactionException e) {
            if (!unknown) { // once, not every few seconds
                LOG.warn("the backlog cannot be counted: {}", e.toString());
            }
            unknown = true;
        }
    }

    /** Whether so many events wait that no more are taken in. */
    public boolean isFull() {
        return figures.waiting >= maximum;
    }

    /** Waiting events, those in handling included; not more than the maximum. */
    public int waiting() {
        return figures.waiting;
    }

    /** How long the event has been due that waits longest; zero if none does. */
    public Duration age() {
        Instant due = figures.due;
        Duration age = due == null ? Duration.ZERO : Duration.between(due, clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }

    public int parked() {
        return figures.parked;
    }

    public int dead() {
        return figures.dead;
    }

    private int count(String condition, int most, Object value) {
        Integer count = jdbc.queryForObject(
                "SELECT count(*) FROM (SELECT 1 FROM stripe_event WHERE " + condition + " LIMIT ?) AS bounded",
                Integer.class,
                value,
                most);
        return count == null ? 0 : count;
    }

    private void gauge(MeterRegistry meters, String name, String description, ToDoubleFunction<Figures> figure) {
        Gauge.builder(name, this, backlog -> figure.applyAsDouble(backlog.figures))
                .description(description)
                .register(meters);
    }

    private record Figures(
            int waiting, @org.jspecify.annotations.Nullable Instant due, int parked, int dead) {}
}
