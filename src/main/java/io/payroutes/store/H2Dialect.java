package io.payroutes.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/** H2 in its PostgreSQL mode: the database that comes with the program. */
final class H2Dialect implements Dialect {
    private static final List<String> SETTINGS = List.of(
            "MODE=PostgreSQL",
            "DATABASE_TO_LOWER=TRUE",
            "DEFAULT_NULL_ORDERING=HIGH",
            "DB_CLOSE_ON_EXIT=FALSE",
            // Milliseconds until a commit is written: a killed process loses what is not, and by default that is half a
            // second. Without any delay the file would never be tidied up, and grow for ever.
            "WRITE_DELAY=20");

    @Override
    public String name() {
        return "h2";
    }

    @Override
    public String complete(String jdbcUrl, Duration answerTimeout) {
        StringBuilder complete = new StringBuilder(jdbcUrl);
        String said = jdbcUrl.toUpperCase(Locale.ROOT);
        for (String setting : SETTINGS) {
            if (!said.contains(";" + setting.substring(0, setting.indexOf('=') + 1))) {
                complete.append(';').append(setting);
            }
        }
        return complete.toString();
    }

    @Override
    public @Nullable String connectionSetup() {
        return null;
    }

    @Override
    public void inspect(Connection connection) {
        // keeps Unicode, and nothing else
    }

    @Override
    public boolean isPooledByTransaction(Connection connection, DataSource another) {
        return false;
    }

    @Override
    public boolean makeReady(Connection connection, boolean pooledByTransaction) throws SQLException {
        return connection.getAutoCommit();
    }

    @Override
    public int insertNew(
            Connection connection, String table, List<Cell> alike, List<Column> columns, List<@Nullable Object[]> rows)
            throws SQLException {
        List<Column> all = new ArrayList<>(columns);
        alike.forEach(cell -> all.add(cell.column()));
        String names = all.stream().map(Column::name).collect(Collectors.joining(", "));
        String marks = all.stream().map(c -> "?").collect(Collectors.joining(", "));
        String sql = "INSERT INTO " + table + " (" + names + ") VALUES (" + marks + ") ON CONFLICT DO NOTHING";
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (@Nullable Object[] row : rows) {
                int parameter = 1;
                for (@Nullable Object value : row) {
                    insert.setObject(parameter++, value);
                }
                for (Cell cell : alike) {
                    insert.setObject(parameter++, cell.value());
                }
                insert.addBatch();
            }
            int inserted = Arrays.stream(insert.executeBatch()).sum();
            connection.commit();
            sync(connection);
            return inserted;
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    @Override
    public int together(JdbcOperations jdbc, TransactionOperations transaction, List<Change> beside, Change change) {
        return Objects.requireNonNull(transaction.execute(status -> {
            beside.forEach(other -> jdbc.update(other.sql(), other.parameters().toArray()));
            return jdbc.update(change.sql(), change.parameters().toArray());
        }));
    }

    /** A commit is written and on the disk some time later; this waits until it is. */
    private static void sync(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT SYNC");
        }
    }
}
