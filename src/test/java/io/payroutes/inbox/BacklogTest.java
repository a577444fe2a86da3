package io.payroutes.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroutes.OnEachDatabase;
import io.payroutes.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How much waits, and how often that is counted. */
@OnEachDatabase
class BacklogTest {
    private static final int MAXIMUM = 3;

    private final TestDatabase database;
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // such a time overflows some day
    private Duration eachLook = Duration.ZERO;
    private final Backlog backlog;
    private int events;

    BacklogTest(TestDatabase database) {
        this.database = database;
        database.clear();
        backlog = new Backlog(
                database.jdbc(),
                Clock.systemUTC(),
                MAXIMUM,
                new SimpleMeterRegistry(),
                () -> nanos.getAndAdd(eachLook.toNanos()));
    }

    @Test
    void isFullWhenAsManyWaitAsMay() {
        add(MAXIMUM - 1);
        backlog.refresh();
        assertThat(backlog.waiting()).isEqualTo(MAXIMUM - 1);
        assertThat(backlog.isFull()).isFalse();
        add(2);
        backlog.refresh();
        assertThat(backlog.waiting()).isEqualTo(MAXIMUM);
        assertThat(backlog.isFull()).isTrue();
    }

    @Test
    void whatTakesLongToCountIsCountedMoreRarely() {
        eachLook = Duration.ofSeconds(1);
        backlog.refresh();
        backlog.refresh();
        eachLook = Duration.ZERO;
        add(MAXIMUM);
        nanos.addAndGet(Duration.ofSeconds(18).toNanos());
        backlog.refresh();
        assertThat(backlog.isFull()).isFalse();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        backlog.refresh();
        assertThat(backlog.isFull()).isTrue();
    }

    @Test
    void butOnceAMinuteHoweverLongItTakes() {
        eachLook = Duration.ofMinutes(10);
        backlog.refresh();
        backlog.refresh();
        eachLook = Duration.ZERO;
        add(MAXIMUM);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        backlog.refresh();
        assertThat(backlog.isFull()).isTrue();
    }

    @Test
    void butNotBecauseItTookLongOnce() {
        backlog.refresh();
        eachLook = Duration.ofSeconds(10);
        backlog.refresh();
        eachLook = Duration.ZERO;
        add(MAXIMUM);
        backlog.refresh();
        assertThat(backlog.isFull()).isTrue();
    }

    private void add(int more) {
        OffsetDateTime now = OffsetDateTime.parse("2026-01-01T00:00:00Z");
        for (int i = 0; i < more; i++) {
            database.jdbc()
                    .update(
                            "INSERT INTO stripe_event (event_id, event_type, received_at, state, attempts, due_at, payload)"
                                    + " VALUES (?, 'x', ?, 'received', 0, ?, '{}')",
                            "evt_" + events++,
                            now,
                            now);
        }
    }
}
