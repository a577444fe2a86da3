package io.payroutes.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroutes.OnEachDatabase;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import io.payroutes.retry.BackOff;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An event that no node works on any more is no node's: it would be due when that node is gone, and not when it is to be. */
@OnEachDatabase
class NobodysEventsTest {
    private static final Instant NOW = Instant.parse("2026-11-02T10:00:00Z");
    private static final StripeEvent EVENT =
            new StripeEvent("evt_1", "x", NOW, NOW, false, null, null, MissingNode.getInstance(), 1);

    private final TestDatabase database;
    private final Inbox inbox;

    NobodysEventsTest(TestDatabase database) {
        this.database = database;
        inbox = new Inbox(
                database.jdbc(),
                database.lastChanges(),
                new SettableClock(NOW),
                Duration.ofSeconds(60),
                10,
                new BackOff(Duration.ofSeconds(2), Duration.ofMinutes(1)),
                3,
                new SplittableRandom(1),
                new SimpleMeterRegistry());
    }

    @BeforeEach
    void aNodeHasIt() {
        database.clear();
        database.jdbc()
                .update(
                        "INSERT INTO stripe_event (event_id, event_type, received_at, state, attempts, due_at, claimed_by,"
                                + " payload) VALUES ('evt_1', 'x', ?, 'received', 1, ?, 7, '{}')",
                        NOW.atOffset(ZoneOffset.UTC),
                        NOW.plusSeconds(60).atOffset(ZoneOffset.UTC));
        assertThat(isSomebodys()).isTrue();
    }

    @Test
    void onceItHasFailedAndWaits() {
        inbox.failed(EVENT, new IllegalStateException("no"));
        assertThat(isSomebodys()).isFalse();
    }

    @Test
    void onceItIsHandled() {
        inbox.handled(EVENT);
        assertThat(isSomebodys()).isFalse();
    }

    @Test
    void onceItIsToBeHandledAgain() {
        inbox.replay("evt_1");
        assertThat(isSomebodys()).isFalse();
    }

    private boolean isSomebodys() {
        return database.jdbc().queryForObject("SELECT claimed_by FROM stripe_event", Integer.class) != null;
    }
}
