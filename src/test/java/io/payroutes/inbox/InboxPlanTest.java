package io.payroutes.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.TestDatabase;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What PostgreSQL does in an outage that begins after a long quiet time: many wait, and its statistics know of none. */
class InboxPlanTest {
    @Test
    void anEventIsFinishedByItsIdHoweverManyWait() {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.POSTGRESQL)) {
            String event =
                    "INSERT INTO stripe_event (event_id, event_type, received_at, state, due_at, attempts, payload)"
                            + " SELECT '%s' || i, 't', now(), '%s', %s, 1, '{}' FROM generate_series(1, 5000) i";
            database.jdbc().execute(event.formatted("old", "handled", "NULL"));
            database.jdbc().execute("ANALYZE stripe_event");
            database.jdbc().execute(event.formatted("new", "received", "now()"));
            String plan = database
                    .jdbc()
                    .queryForList("EXPLAIN UPDATE stripe_event SET due_at = NULL" + Inbox.HELD, String.class, "new1", 1)
                    .stream()
                    .collect(Collectors.joining("\n"));
            assertThat(plan).contains("stripe_event_pkey").doesNotContain("Seq Scan", "stripe_event_due");
        }
    }
}
