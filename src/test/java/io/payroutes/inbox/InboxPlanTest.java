package io.payroutes.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

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
                .replaceAll(":#\\$\\{bean:node\\.id}", "1")
                .replaceAll(":#\\$\\{bean:inbox\\.batch}", "50")
                .replaceAll(":#\\$\\{bean:inbox\\.(now|leaseEnd)}", "now()");
        assertThat(plan(claim))
                .contains("stripe_event_due", "stripe_event_pkey")
                .doesNotContain("Seq Scan", "Hash", "Bitmap", "Sort");
    }

    @Test
    void whatIsFrequentByItselfAndNeverTogetherIsNotLookedThrough() {
        database.jdbc()
                .execute(
                        "INSERT INTO stripe_event (event_id, event_type, received_at, state, due_at, attempts, payload)"
                                + " SELECT 'ignored' || i, 'u', now(), 'ignored', NULL, 1, '{}' FROM generate_series(1, 5000) i");
        database.jdbc().execute("ANALYZE stripe_event");
        List<String> plans = new ArrayList<>();
        EventQueries queries =
                new EventQueries(
                        new JdbcTemplate(Objects.requireNonNull(database.jdbc().getDataSource())) {
                            @Override
                            public List<Map<String, Object>> queryForList(String sql, Object... values) {
                                plans.add(super.queryForList(
                                                "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + sql, String.class, values)
                                        .stream()
                                        .collect(Collectors.joining("\n")));
                                return super.queryForList(sql, values);
                            }
                        });
        queries.list(Map.of("type", "u", "state", "handled"));
        queries.list(Map.of("type", "u"));
        queries.list(Map.of("type", "unheard_of"));
        assertThat(plans)
                .hasSize(3)
                .allSatisfy(plan -> assertThat(plan)
                        .contains("stripe_event_type_state")
                        .doesNotContain("Removed by Filter", "Seq Scan"));
    }

    private String plan(String sql, Object... parameters) {
        return database.jdbc().queryForList("EXPLAIN " + sql, String.class, parameters).stream()
                .collect(Collectors.joining("\n"));
    }
}
