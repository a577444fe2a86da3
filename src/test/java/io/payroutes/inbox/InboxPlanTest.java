package io.payroutes.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What PostgreSQL does in an outage that begins after a long quiet time: many wait, and its statistics know of none. */
class InboxPlanTest {
    private TestDatabase database;

    @BeforeEach
    void fill() {
        database = TestDatabase.open(TestDatabase.Kind.POSTGRESQL);
        String event = "INSERT INTO stripe_event (event_id, event_type, received_at, state, due_at, attempts, payload)"
                + " SELECT '%s' || i, 't', now(), '%s', %s, 1, '{}' FROM generate_series(1, 5000) i";
        database.jdbc().execute(event.formatted("old", "handled", "NULL"));
        database.jdbc().execute("ANALYZE stripe_event");
        database.jdbc().execute(event.formatted("new", "received", "now()"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void anEventIsFinishedByItsIdHoweverManyWait() {
        assertThat(plan("UPDATE stripe_event SET due_at = NULL" + Inbox.HELD, "new1", 1))
                .contains("stripe_event_pkey")
                .doesNotContain("Seq Scan", "stripe_event_due");
    }

    @Test
    void aClaimReadsTheWaitingOnesInTheirOrderAndNothingElse() throws IOException {
        String claim = Files.readString(Path.of("config/sql/postgresql/claim-events.sql"))
                .replaceAll("(?m)^--.*$", "")
                .replaceAll(":#\\$\\{bean:inbox\\.batch}", "50")
                .replaceAll(":#\\$\\{bean:inbox\\.(now|leaseEnd)}", "now()");
        assertThat(plan(claim))
                .contains("stripe_event_due", "stripe_event_pkey")
                .doesNotContain("Seq Scan", "Hash", "Bitmap", "Sort");
    }

    private String plan(String sql, Object... parameters) {
        return database.jdbc().queryForList("EXPLAIN " + sql, String.class, parameters).stream()
                .collect(Collectors.joining("\n"));
    }
}
