package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done and old goes; all else stays. */
@OnEachDatabase
class RetentionTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private final TestDatabase database;

    RetentionTest(TestDatabase database) {
        this.database = database;
    }

    /** Nothing in the indexes of what is deleted, and no statistics but those that a test makes. */
    @BeforeEach
    void asNew() {
        if (database.kind() == TestDatabase.Kind.POSTGRESQL) {
            for (String table : List.of("stripe_event", "delivery")) {
                database.jdbc().execute("ALTER TABLE " + table + " SET (autovacuum_enabled = false)");
                database.jdbc().execute("TRUNCATE " + table);
            }
        }
    }

    @AfterEach
    void clear() {
        database.clear();
    }

    @Test
    void whatEndedWellIsDeletedAfterNinetyDaysAndWhatDidNotAfterAYear() {
        event("handled_old", "handled", 91, 91);
        event("ignored_old", "ignored", 91, 91);
        event("handled_recently_but_old", "handled", 91, 89);
        event("handled_young", "handled", 89, 89);
        event("parked_old", "parked", 364, 364);
        event("parked_very_old", "parked", 366, 366);
        event("dead_very_old", "dead", 366, 366);
        event("waits_very_old", "received", 366, null);
        delivery("delivered_old", "delivered", 91, 91);
        delivery("dropped_old", "dropped", 91, 91);
        delivery("delivered_young", "delivered", 89, 89);
        delivery("dead_old", "dead", 364, 364);
        delivery("dead_very_old", "dead", 366, 366);
        delivery("pending_very_old", "pending", 366, null);
        request("asked_long_ago", 91);
        request("asked_recently", 89);
        try (RunningPayroutes payroutes = start()) {
            assertThat(payroutes.camel().getRoute("retention")).isNotNull();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(ids("delivery", "delivery_id"))
                            .containsExactly("dead_old", "delivered_young", "pending_very_old"));
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(ids("stripe_request", "request_id")).containsExactly("asked_recently"));
            assertThat(ids("stripe_event", "event_id"))
                    .containsExactly("handled_recently_but_old", "handled_young", "parked_old", "waits_very_old");
            assertThat(ids("delivery_attempt", "delivery_id"))
                    .containsExactly("dead_old", "delivered_young", "pending_very_old");
        }
    }

    @Test
    void manyBatchesGoInOneRun() {
        for (int i = 0; i < 25; i++) {
            event("evt_" + i, "handled", 100, 100);
            delivery("del_" + i, "delivered", 100, 100);
        }
        event("evt_young", "handled", 1, 1);
        try (RunningPayroutes payroutes = start()) {
            assertThat(payroutes.camel().getRoute("retention")).isNotNull();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () -> assertThat(ids("delivery", "delivery_id")).isEmpty());
            assertThat(ids("stripe_event", "event_id")).containsExactly("evt_young");
            assertThat(ids("delivery_attempt", "delivery_id")).isEmpty();
        }
    }

    /** Its row is held by the one who retries it, so that what deletes it comes after the search and waits. */
    @Test
    void whatIsRetriedBetweenTheSearchAndTheDeletionStays() throws Exception {
        event("evt_a", "parked", 401, 400);
        event("evt_b", "parked", 400, 400);
        delivery("del_a", "dead", 401, 400);
        delivery("del_b", "dead", 400, 400);
        var pool = Objects.requireNonNull(database.jdbc().getDataSource());
        try (Connection event = pool.getConnection();
                Connection delivery = pool.getConnection()) {
            event.setAutoCommit(false);
            delivery.setAutoCommit(false);
            event.createStatement().execute("UPDATE stripe_event SET state = 'received' WHERE event_id = 'evt_b'");
            delivery.createStatement().execute("UPDATE delivery SET state = 'pending' WHERE delivery_id = 'del_b'");
            try (RunningPayroutes payroutes = start(10, 1)) {
                await().untilAsserted(() ->
                        assertThat(ids("stripe_event", "event_id")).containsExactly("evt_b"));
                event.commit();
                await().untilAsserted(
                                () -> assertThat(ids("delivery", "delivery_id")).containsExactly("del_b"));
                delivery.commit();
                await().until(() -> payroutes.camel().getInflightRepository().size("retention") == 0);
            }
        }
        assertThat(ids("stripe_event", "event_id")).containsExactly("evt_b");
        assertThat(ids("delivery", "delivery_id")).containsExactly("del_b");
    }

    /** PostgreSQL refuses to delete a row of a published table if it cannot say at the other end which one it was. */
    @Test
    void whatIsCopiedElsewhereIsDeleted() {
        assumeTrue(database.kind() == TestDatabase.Kind.POSTGRESQL);
        event("handled_old", "handled", 91, 91);
        delivery("delivered_old", "delivered", 91, 91);
        request("asked_long_ago", 91);
        database.jdbc().execute("CREATE PUBLICATION elsewhere FOR ALL TABLES");
        try {
            deleteAll(10, 10);
        } finally {
            database.jdbc().execute("DROP PUBLICATION elsewhere");
        }
    }

    /** As a backup has one, or a long query: until it is over PostgreSQL leaves in its indexes what is deleted. */
    @Test
    void whileSomebodyHoldsAnOldSnapshotNoSearchLooksAtWhatThoseBeforeItHaveFound() throws Exception {
        assumeTrue(database.kind() == TestDatabase.Kind.POSTGRESQL);
        for (int i = 0; i < 600; i++) {
            event("evt_" + i, "handled", 100 + i, 100);
            delivery("del_" + i, "delivered", 100 + i, 100);
        }
        request("deleted_last", 100);
        try (Connection backup =
                Objects.requireNonNull(database.jdbc().getDataSource()).getConnection()) {
            backup.setAutoCommit(false);
            backup.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            backup.createStatement().execute("SELECT COUNT(*) FROM stripe_event");
            long events = readFromIndexes("stripe_event");
            long deliveries = readFromIndexes("delivery");
            deleteAll(10, 10);
            String much = "entries; 60 searches that all begin with the first row would read 18,000";
            assertThat(newlyRead("stripe_event", events)).as(much).isLessThan(6000);
            assertThat(newlyRead("delivery", deliveries)).as(much).isLessThan(6000);
            backup.rollback();
        }
    }

    /** As after an import: by its statistics PostgreSQL believes that there is nothing, and that any index will do. */
    @ParameterizedTest
    @ValueSource(strings = {"ANALYZE", "VACUUM ANALYZE"})
    void whatIsReadGrowsWithWhatIsOldWhateverPostgresqlBelieves(String statistics) {
        assumeTrue(database.kind() == TestDatabase.Kind.POSTGRESQL);
        database.jdbc().execute(statistics);
        database.jdbc()
                .update(
                        "INSERT INTO stripe_event (event_id, event_type, received_at, state, attempts, done_at, payload)"
                                + " SELECT 'evt_' || n, 'x', CAST(? AS TIMESTAMPTZ) - n * INTERVAL '1 minute', 'handled', 1, ?,"
                                + " '{}' FROM generate_series(1, 50000) n",
                        daysAgo(100),
                        daysAgo(100));
        database.jdbc()
                .update(
                        "INSERT INTO delivery (delivery_id, destination, kind, sequence, state, attempts, created_at, done_at,"
                                + " payload) SELECT 'del_' || n, 'erp', 'k', 1, 'delivered', 1,"
                                + " CAST(? AS TIMESTAMPTZ) - n * INTERVAL '1 minute', ?, '{}'"
                                + " FROM generate_series(1, 50000) n",
                        daysAgo(100),
                        daysAgo(100));
        request("deleted_last", 100);
        long events = readFromIndexes("stripe_event");
        long deliveries = readFromIndexes("delivery");
        deleteAll(10_000, 500);
        String much = "entries; 100 statements that look at all that is left would read 2,500,000";
        assertThat(newlyRead("stripe_event", events)).as(much).isLessThan(500_000);
        assertThat(newlyRead("delivery", deliveries)).as(much).isLessThan(500_000);
    }

    private void deleteAll(int search, int batch) {
        try (RunningPayroutes payroutes = start(search, batch)) {
            assertThat(payroutes.camel().getRoute("retention")).isNotNull();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(ids("stripe_request", "request_id")).isEmpty());
        }
        assertThat(ids("stripe_event", "event_id")).isEmpty();
        assertThat(ids("delivery", "delivery_id")).isEmpty();
        assertThat(ids("delivery_attempt", "delivery_id")).isEmpty();
    }

    private long newlyRead(String table, long before) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(readFromIndexes(table) - before).isGreaterThan(600));
        return readFromIndexes(table) - before;
    }

    /** Told by PostgreSQL once the connections that read are closed. */
    private long readFromIndexes(String table) {
        return Objects.requireNonNull(database.jdbc()
                .queryForObject(
                        "SELECT SUM(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = ?", Long.class, table));
    }

    /** The first run at once, the next not before the test is over. */
    private RunningPayroutes start() {
        return start(20, 10);
    }

    private RunningPayroutes start(int search, int batch) {
        return RunningPayroutes.on(database)
                .bind("clock", new SettableClock(NOW))
                .with("retention.delay", "0")
                .with("retention.every", "1d")
                .with("retention.search", Integer.toString(search))
                .with("retention.batch", Integer.toString(batch))
                .with("inbox.poll", "1h")
                .with("inbox.gathering", "1h")
                .start();
    }

    private List<String> ids(String table, String id) {
        return database.jdbc().queryForList("SELECT " + id + " FROM " + table + " ORDER BY " + id, String.class);
    }

    private void event(String id, String state, int receivedDaysAgo, @Nullable Integer doneDaysAgo) {
        database.jdbc()
                .update(
                        "INSERT INTO stripe_event (event_id, event_type, received_at, state, attempts, done_at, payload)"
                                + " VALUES (?, 'x', ?, ?, 1, ?, '{}')",
                        id,
                        daysAgo(receivedDaysAgo),
                        state,
                        daysAgo(doneDaysAgo));
    }

    private void request(String id, int openedDaysAgo) {
        database.jdbc()
                .update(
                        "INSERT INTO stripe_request (request_id, action, object_id, attempt, state, opened_at)"
                                + " VALUES (?, 'REFUND', 'pi_1', 1, 'done', ?)",
                        id,
                        daysAgo(openedDaysAgo));
    }

    private void delivery(String id, String state, int createdDaysAgo, @Nullable Integer doneDaysAgo) {
        database.jdbc()
                .update(
                        "INSERT INTO delivery (delivery_id, destination, kind, sequence, state, attempts, created_at,"
                                + " done_at, payload) VALUES (?, 'erp', 'k', 1, ?, 1, ?, ?, '{}')",
                        id,
                        state,
                        daysAgo(createdDaysAgo),
                        daysAgo(doneDaysAgo));
        database.jdbc()
                .update(
                        "INSERT INTO delivery_attempt (delivery_id, attempted_at, attempt, outcome)"
                                + " VALUES (?, ?, 1, 'delivered')",
                        id,
                        daysAgo(createdDaysAgo));
    }

    private static java.time.@Nullable OffsetDateTime daysAgo(@Nullable Integer days) {
        return days == null ? null : NOW.minus(Duration.ofDays(days)).atOffset(ZoneOffset.UTC);
    }
}
