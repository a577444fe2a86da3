package io.payroutes.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/**
 * PostgreSQL: a bulk insert is a {@code COPY}, as long as all keys are new; or one statement with an array for each column, so that its
 * plan and its round trip are one.
 */
final class PostgreSqlDialect implements Dialect {
    /** With fewer rows the second round trip of {@code COPY} costs more than it saves. */
    private static final int FEWEST_TO_COPY = 8;
    /** Where one key was there already there may soon be more, and each costs a copy that was for nothing. */
    private static final int INSERTS_AFTER_A_KNOWN_KEY = 100;

    private static final Logger LOG = LoggerFactory.getLogger(PostgreSqlDialect.class);

    private static final String SERVER_TYPE = "targetServerType";

    private static final String SOCKET_TIMEOUT = "socketTimeout";

    private static final String PREPARE_THRESHOLD = "prepareThreshold";

    private static final int LOOKS_FOR_A_POOLER = 20;

    private static final String UNIQUE_VIOLATION = "23505";

    private final AtomicInteger insertsToCome = new AtomicInteger();

    @Override
    public String name() {
        return "postgresql";
    }

    /**
     * After a failover an address may lead to a replica for a while; a connection to it would refuse all that is to be stored. And
     * a server whose machine or network has gone says nothing: whoever waits for its answer would wait for ever.
     */
    @Override
    public String complete(String jdbcUrl, Duration answerTimeout) {
        return with(
                with(jdbcUrl, SERVER_TYPE, "primary"),
                SOCKET_TIMEOUT,
                Long.toString(Math.max(1, answerTimeout.toSeconds())));
    }

    private static String with(String jdbcUrl, String parameter, String value) {
        return jdbcUrl.contains(parameter)
                ? jdbcUrl
                : jdbcUrl + (jdbcUrl.contains("?") ? "&" : "?") + parameter + "=" + value;
    }

    /**
     * A server that answers before a commit is on its disk would have us acknowledge what a crash then loses.
     *
     * <p>Tables here fill and empty faster than the server's statistics follow, and what it then believes to be small it reads
     * as a whole, or gathers from an index that is full of what is done. What is asked often has an index to go by: that
     * costs the same whatever the statistics say. Compiling queries pays for none of them.
     *
     * <p>A client that has gone without a word keeps its locks until the server asks whether it is there, by default after two hours, or
     * has sent its last answer often enough, by default after a quarter of an hour.
     */
    @Override
    public String connectionSetup() {
        return """
                DO $$ BEGIN
                  IF current_setting('synchronous_commit') = 'off' THEN SET synchronous_commit = on; END IF;
                  SET enable_seqscan = off;
                  SET enable_bitmapscan = off;
                  SET jit = off;
                  IF current_setting('tcp_keepalives_idle')::int > 30 THEN
                    SET tcp_keepalives_idle = 30;
                    SET tcp_keepalives_interval = 10;
                    SET tcp_keepalives_count = 3;
                  END IF;
                  IF current_setting('tcp_user_timeout', true) = '0' THEN SET tcp_user_timeout = '1min'; END IF;
                END $$""";
    }

    @Override
    public void inspect(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet settings = statement.executeQuery("SELECT current_setting('server_encoding'),"
                        + " 'off' IN (current_setting('fsync'), current_setting('full_page_writes'))")) {
            settings.next();
            if (!"UTF8".equals(settings.getString(1))) {
                throw new IllegalStateException("the database must be in UTF8, as Stripe's events are; this one is in "
                        + settings.getString(1) + " (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0)");
            }
            if (settings.getBoolean(2)) {
                LOG.warn(
                        "PostgreSQL has fsync or full_page_writes off: when its machine fails, events may be gone that Stripe"
                                + " has heard 200 for");
            }
        }
    }

    /**
     * Statements that are prepared at the server stay with the connection where they were, and what the next one has under the same
     * name is another statement, a rollback for instance.
     */
    @Override
    public boolean isPooledByTransaction(Connection connection, DataSource another) throws SQLException {
        // A pooler has names of its own for its clients, who may ask it to cancel what they have begun.
        if (connection.unwrap(PGConnection.class).getBackendPID() == backend(connection)
                || connection.getMetaData().getURL().contains(PREPARE_THRESHOLD)) {
            return false;
        }
        try (Connection other = another.getConnection()) {
            int here = backend(connection);
            int there = backend(other);
            for (int i = 0; i < LOOKS_FOR_A_POOLER; i++) {
                if (here == there || here != backend(connection) || there != backend(other)) {
                    LOG.warn(
                            "A pooler gives each transaction another connection of PostgreSQL: nothing is prepared there, and"
                                    + " what is set for a connection holds for some of them only (see docs/operations.md)");
                    return true;
                }
            }
        }
        return false;
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet backend = statement.executeQuery("SELECT pg_backend_pid()")) {
            backend.next();
            return backend.getInt(1);
        }
    }

    @Override
    public boolean makeReady(Connection connection, boolean pooledByTransaction) throws SQLException {
        if (pooledByTransaction) {
            connection.unwrap(PGConnection.class).setPrepareThreshold(0);
        }
        return connection.getAutoCommit()
                && connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.IDLE;
    }

    @Override
    public int insertNew(
            Connection connection, String table, List<Cell> alike, List<Column> columns, List<@Nullable Object[]> rows)
            throws SQLException {
        if (rows.size() >= FEWEST_TO_COPY && insertsToCome.get() == 0) {
            try {
                BinaryCopy.insert(connection, table, alike, columns, rows);
                return rows.size();
            } catch (SQLException e) {
                if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
                    throw e;
                }
                insertsToCome.set(INSERTS_AFTER_A_KNOWN_KEY);
            }
        }
        insertsToCome.updateAndGet(left -> Math.max(0, left - 1));
        try (PreparedStatement insert = connection.prepareStatement(insertNew(table, alike, columns))) {
            int parameter = 1;
            for (Cell cell : alike) {
                insert.setObject(parameter++, cell.value());
            }
            for (int c = 0; c < columns.size(); c++) {
                Type type = columns.get(c).type();
                insert.setArray(parameter++, connection.createArrayOf(elementType(type), array(type, rows, c)));
            }
            return insert.executeUpdate();
        }
    }

    /** One statement, which is a transaction by itself. */
    @Override
    public int together(JdbcOperations jdbc, TransactionOperations transaction, List<Change> beside, Change change) {
        StringBuilder sql = new StringBuilder();
        List<@Nullable Object> parameters = new ArrayList<>();
        for (int i = 0; i < beside.size(); i++) {
            Change other = beside.get(i);
            sql.append(i == 0 ? "WITH" : ",")
                    .append(" beside")
                    .append(i)
                    .append(" AS (")
                    .append(other.sql())
                    .append(')');
            parameters.addAll(other.parameters());
        }
        parameters.addAll(change.parameters());
        return jdbc.update(sql.append(' ').append(change.sql()).toString(), parameters.toArray());
    }

    private static String insertNew(String table, List<Cell> alike, List<Column> columns) {
        StringBuilder into = new StringBuilder();
        StringBuilder values = new StringBuilder();
        for (Cell cell : alike) {
            Column column = cell.column();
            into.append(column.name()).append(", ");
            values.append("CAST(? AS ")
                    .append(column.type() == Type.TIME ? "timestamptz" : elementType(column.type()))
                    .append("), ");
        }
        String names = columns.stream().map(Column::name).collect(Collectors.joining(", "));
        into.append(names);
        values.append(columns.stream()
                .map(c -> c.type() == Type.TIME ? "to_timestamp(t." + c.name() + ")" : "t." + c.name())
                .collect(Collectors.joining(", ")));
        String arrays = columns.stream()
                .map(c -> "CAST(? AS " + elementType(c.type()) + "[])")
                .collect(Collectors.joining(", "));
        return "INSERT INTO " + table + " (" + into + ") SELECT " + values + " FROM unnest(" + arrays + ") AS t ("
                + names + ") ON CONFLICT DO NOTHING";
    }

    /** Of types whose arrays the driver sends in binary: quoting a payload as text costs more than all else in the JVM. */
    private static String elementType(Type type) {
        return switch (type) {
            case TEXT -> "varchar";
            case TIME -> "float8"; // seconds since 1970
            case FLAG -> "bool";
            case COUNT -> "int4";
        };
    }

    private static @Nullable Object[] array(Type type, List<@Nullable Object[]> rows, int column) {
        // Of exactly this class each: the driver knows no binary form of an Object[].
        int size = rows.size();
        @Nullable
        Object[] values = switch (type) {
            case TEXT -> new @Nullable String[size];
            case TIME -> new @Nullable Double[size];
            case FLAG -> new @Nullable Boolean[size];
            case COUNT -> new @Nullable Integer[size];
        };
        for (int r = 0; r < size; r++) {
            Object value = rows.get(r)[column];
            values[r] = type == Type.TIME ? seconds(value) : value;
        }
        return values;
    }

    /** Exact to the microsecond until the year 2100, and to the second for ever. */
    private static @Nullable Double seconds(@Nullable Object time) {
        return time instanceof OffsetDateTime at ? at.toEpochSecond() + at.getNano() / 1e9 : null;
    }
}
