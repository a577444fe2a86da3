package io.payroutes.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        database.jdbc().execute("DELETE FROM stripe_event WHERE state = 'received'");
        assertThat(plans(Map.of("type", "u", "state", "handled"), Map.of("type", "u"), Map.of("type", "unheard_of")))
                .hasSize(3)
                .allSatisfy(plan -> assertThat(plan)
                        .contains("stripe_event_type_state")
                        .doesNotContain("Removed by Filter", "Seq Scan"));
    }

    @Test
    void aListLooksThroughWhatWaitsAndThroughNothingOfWhatIsDone() throws IOException {
        assertThat(plans(Map.of())).first().asString().contains("stripe_event_received", "stripe_event_due");
        assertThat(plans(Map.of("object", "pi_1")))
                .first()
                .asString()
                .contains("stripe_event_object", "stripe_event_due");
        assertThat(plans(Map.of("state", "handled")))
                .first()
                .asString()
                .contains("Index")
                .doesNotContain("stripe_event_due");
        assertThat(plans(Map.of("state", "received")))
                .first()
                .asString()
                .contains("stripe_event_due")
                .doesNotContain("stripe_event_received", "stripe_event_state");
        assertThat(plans(Map.of(), Map.of("object", "pi_1"), Map.of("state", "handled"), Map.of("state", "parked")))
                .allSatisfy(plan -> assertThat(plan).doesNotContain("Seq Scan"));
        assertThat(plan("SELECT 1 FROM stripe_event WHERE " + Backlog.ASIDE + " LIMIT 10", "parked"))
                .contains("stripe_event_state");
        Matcher purge = Pattern.compile(
                        "SELECT event_id, received_at FROM stripe_event.*?LIMIT :[?]search", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("routes/forget-events.camel.yaml")));
        assertThat(purge.find()).isTrue();
        assertThat(plan(
                        purge.group().replaceAll(":[?]search", "10").replaceAll(":[?](state|from|before)", "?"),
                        "handled",
                        Timestamp.from(Instant.EPOCH),
                        Timestamp.from(Instant.EPOCH),
                        Timestamp.from(Instant.EPOCH)))
                .contains("Index")
                .doesNotContain("Seq Scan", "stripe_event_due", "stripe_event_pkey");
    }

    @SafeVarargs
    private List<String> plans(Map<String, String>... lists) {
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
        for (Map<String, String> list : lists) {
            queries.list(list);
        }
        return plans;
    }

    private String plan(String sql, Object... parameters) {
        return database.jdbc().queryForList("EXPLAIN " + sql, String.class, parameters).stream()
                .collect(Collectors.joining("\n"));
    }
}
