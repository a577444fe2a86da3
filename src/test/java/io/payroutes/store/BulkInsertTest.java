package io.payroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.payroutes.OnEachDatabase;
import io.payroutes.TestDatabase;
import io.payroutes.store.Dialect.Cell;
import io.payroutes.store.Dialect.Column;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnEachDatabase
class BulkInsertTest {
    private static final List<Column> COLUMNS =
            List.of(Column.text("id"), Column.text("words"), Column.flag("flag"), Column.time("at"), Column.count("n"));
    private static final OffsetDateTime NOW = at("2026-11-27T12:00:00.123456Z");
    private static final List<Cell> ALIKE = List.of(
            new Cell(Column.text("state"), "new"),
            new Cell(Column.time("due_at"), NOW),
            new Cell(Column.count("attempts"), 7));

    private final TestDatabase database;
    /** Of this test: one that has met a known key does not copy for a while. */
    private final Dialect dialect;

    BulkInsertTest(TestDatabase database) {
        this.database = database;
        this.dialect = Dialect.of("jdbc:" + database.database().dialect().name() + ":");
    }

    @BeforeEach
    void create() {
        database.jdbc()
                .execute("CREATE TABLE bulk (id VARCHAR(64) PRIMARY KEY, words VARCHAR, flag BOOLEAN,"
                        + " at TIMESTAMP(6) WITH TIME ZONE, n INTEGER, state VARCHAR(8) NOT NULL,"
                        + " due_at TIMESTAMP(6) WITH TIME ZONE NOT NULL, attempts INTEGER NOT NULL)");
    }

    @AfterEach
    void drop() {
        database.jdbc().execute("DROP TABLE bulk");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 100})
    void whatIsInsertedIsReadAgainWhateverItIsAndHoweverManyComeTogether(int size) throws Exception {
        List<@Nullable Object[]> some = List.of(
                new @Nullable Object[] {"", "", true, at("1970-01-01T00:00:00Z"), 0},
                new @Nullable Object[] {"", null, null, null, null},
                new @Nullable Object[] {"", "東京 🚀 \\N \t \n \\. \" {,} '", false, at("9999-12-31T23:59:59Z"), -1},
                new @Nullable Object[] {"", "x".repeat(100_000), null, NOW, Integer.MAX_VALUE},
                new @Nullable Object[] {"", "ü", true, at("1999-12-31T23:59:59.999999Z"), Integer.MIN_VALUE});
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            @Nullable Object[] row = some.get((i + size) % some.size()).clone();
            row[0] = "id" + i;
            rows.add(row);
        }

        assertThat(insert(rows)).isEqualTo(size);

        for (@Nullable Object[] row : rows) {
            Row kept = Row.of(database.jdbc().queryForMap("SELECT * FROM bulk WHERE id = ?", row[0]));
            assertThat(kept.text("words")).isEqualTo(row[1]);
            assertThat(kept.flag("flag")).isEqualTo(row[2]);
            assertThat(kept.time("at")).isEqualTo(row[3] == null ? null : ((OffsetDateTime) row[3]).toInstant());
            assertThat(kept.number("n")).isEqualTo(row[4] == null ? null : ((Integer) row[4]).longValue());
            assertThat(kept.text("state")).isEqualTo("new");
            assertThat(kept.time("due_at")).isEqualTo(NOW.toInstant());
            assertThat(kept.number("attempts")).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 40})
    void whatIsThereIsLeftAsItIsAndTheRestComesIn(int size) throws Exception {
        insert(rows(0, size, "first"));

        // Half of them are known; then all, and then none again, often enough that each way is taken.
        assertThat(insert(rows(size / 2, size, "second"))).isEqualTo(size / 2);
        assertThat(insert(rows(0, size, "third"))).isZero();
        for (int i = 0; i < 120; i++) {
            assertThat(insert(rows(1000 + i * size, size, "new"))).isEqualTo(size);
        }
        assertThat(insert(rows(1000, size, "fourth"))).isZero();

        assertThat(words()).hasSize(size + size / 2 + 120 * size);
        assertThat(words()).containsEntry("id" + (size - 1), "first");
        assertThat(words()).containsEntry("id" + size, "second");
        assertThat(words().values()).doesNotContain("third", "fourth");
    }

    @Test
    void oneThatComesTwiceAtOnceIsKeptOnce() throws Exception {
        List<@Nullable Object[]> rows = new ArrayList<>(rows(0, 20, "first"));
        rows.addAll(rows(19, 1, "second"));

        assertThat(insert(rows)).isEqualTo(20);

        assertThat(words()).hasSize(20).containsEntry("id19", "first");
    }

    @Test
    void aRowThatCannotBeLeavesNoneBehindAndTheConnectionUsable() throws Exception {
        List<@Nullable Object[]> rows = rows(0, 20, "fine");
        rows.get(19)[0] = "x".repeat(65);
        try (Connection connection = database.database().dataSource().getConnection()) {
            assertThatThrownBy(() -> insert(connection, rows))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).startsWith("22"));
            assertThat(words()).isEmpty();
            assertThat(insert(connection, rows.subList(0, 19))).isEqualTo(19);
            assertThat(connection.getAutoCommit()).isTrue();
        }
        assertThat(words()).hasSize(19);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20})
    void aConnectionThatWasCutIsNotHandedOutAgain(int size) throws Exception {
        assumeThat(database.kind()).isEqualTo(TestDatabase.Kind.POSTGRESQL);
        int failures = 0;
        try (Database cut = database.openAgain()) {
            for (int i = 0; i < 30; i++) {
                // The pool hands out to a thread what it had last.
                try (Connection connection = cut.dataSource().getConnection()) {
                    if (i == 10) {
                        terminate(connection);
                    }
                    cut.dialect().insertNew(connection, "bulk", ALIKE, COLUMNS, rows(i * size, size, "x"));
                } catch (SQLException e) {
                    failures++;
                }
            }
        }

        assertThat(failures).isEqualTo(1);
        assertThat(words()).hasSize(29 * size);
    }

    @Test
    void aConnectionOnWhichTheDatabaseSaidWhatIsWrongIsUsedOn() throws Exception {
        assumeThat(database.kind()).isEqualTo(TestDatabase.Kind.POSTGRESQL);
        try (Connection connection = database.database().dataSource().getConnection()) {
            int before = pid(connection);
            assertThatThrownBy(() -> dialect.insertNew(connection, "no_such", ALIKE, COLUMNS, rows(0, 20, "x")))
                    .isInstanceOf(SQLException.class);
            assertThat(pid(connection)).isEqualTo(before);
        }
    }

    private void terminate(Connection connection) throws SQLException {
        database.jdbc().queryForObject("SELECT pg_terminate_backend(?, 10000)", Boolean.class, pid(connection));
    }

    private static int pid(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet pid = statement.executeQuery("SELECT pg_backend_pid()")) {
            pid.next();
            return pid.getInt(1);
        }
    }

    @Test
    void manyWhoInsertTheSameAtTheSameTimeInsertItOnce() throws Exception {
        int sum = IntStream.range(0, 8)
                .parallel()
                .map(any -> {
                    try {
                        int inserted = 0;
                        for (int i = 0; i < 30; i++) {
                            inserted += insert(rows(i * 10, 30, "x"));
                        }
                        return inserted;
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .sum();

        assertThat(sum).isEqualTo(320);
        assertThat(words()).hasSize(320);
    }

    private int insert(List<@Nullable Object[]> rows) throws SQLException {
        try (Connection connection = database.database().dataSource().getConnection()) {
            return insert(connection, rows);
        }
    }

    private int insert(Connection connection, List<@Nullable Object[]> rows) throws SQLException {
        return dialect.insertNew(connection, "bulk", ALIKE, COLUMNS, rows);
    }

    /** In the order of their keys, as all who insert at the same time have to. */
    private static List<@Nullable Object[]> rows(int from, int count, String words) {
        return new ArrayList<>(IntStream.range(from, from + count)
                .mapToObj(i -> new @Nullable Object[] {"id" + i, words, null, null, null})
                .sorted((one, other) -> String.valueOf(one[0]).compareTo(String.valueOf(other[0])))
                .toList());
    }

    private Map<String, String> words() {
        Map<String, String> words = new java.util.HashMap<>();
        database.jdbc().query("SELECT id, words FROM bulk", row -> {
            words.put(row.getString("id"), row.getString("words"));
        });
        return words;
    }

    private static OffsetDateTime at(String time) {
        return Objects.requireNonNull(Row.parameter(Instant.parse(time)));
    }
}
