package io.payroutes.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/** What differs between the databases that Payroutes runs on. */
public sealed interface Dialect permits PostgreSqlDialect, H2Dialect {

    /** Name of the folders that hold this dialect's own migrations and the SQL that routes call. */
    String name();

    /**
     * The JDBC URL with what the SQL of this project needs, where the URL does not say it itself.
     *
     * @param answerTimeout how long to wait for any answer over a network
     */
    String complete(String jdbcUrl, Duration answerTimeout);

    /** What each new connection is told first; null if nothing. */
    @Nullable
    String connectionSetup();

    /**
     * Looks whether the database can keep what it is given.
     *
     * @throws IllegalStateException if it would refuse some of it
     */
    void inspect(Connection connection) throws SQLException;

    /**
     * Whether there is a pooler in between that gives a connection of the server to somebody else after each transaction.
     *
     * @param another makes more connections of the same kind
     */
    boolean isPooledByTransaction(Connection connection, DataSource another) throws SQLException;

    /**
     * Makes a connection ready for its next user.
     *
     * @param pooledByTransaction what {@link #isPooledByTransaction} has found
     * @return false if whoever had it before has left a transaction open; what is stored over it would be gone when that is rolled back
     */
    boolean makeReady(Connection connection, boolean pooledByTransaction) throws SQLException;

    /**
     * Inserts many rows in one commit and passes over those whose key is there already.
     *
     * @param connection in auto-commit mode, and left so
     * @param alike what is the same in all of these rows, and so is sent once
     * @param columns the others, in the order of the values in each row; one or more
     * @return how many rows are new
     */
    int insertNew(
            Connection connection, String table, List<Cell> alike, List<Column> columns, List<@Nullable Object[]> rows)
            throws SQLException;

    /**
     * Makes several changes at once: all of them happen or none, with as few trips to the database as it takes.
     *
     * @param beside inserts and updates; none of them sees what another or {@code change} does, nor the other way round
     * @return how many rows {@code change} changed
     */
    int together(JdbcOperations jdbc, TransactionOperations transaction, List<Change> beside, Change change);

    /** An insert or an update with its parameters. */
    record Change(String sql, List<@Nullable Object> parameters) {}

    /** A column of a bulk insert. */
    record Column(String name, Type type) {
        public static Column text(String name) {
            return new Column(name, Type.TEXT);
        }

        public static Column time(String name) {
            return new Column(name, Type.TIME);
        }

        public static Column flag(String name) {
            return new Column(name, Type.FLAG);
        }

        public static Column count(String name) {
            return new Column(name, Type.COUNT);
        }
    }

    /** A value that all rows of a bulk insert have. */
    record Cell(Column column, Object value) {}

    /** Type of a column; the values are String, java.time.OffsetDateTime, Boolean and Integer, or null. */
    enum Type {
        TEXT,
        TIME,
        FLAG,
        COUNT
    }

    /** @throws IllegalArgumentException if the URL is neither PostgreSQL's nor H2's */
    static Dialect of(String jdbcUrl) {
        if (jdbcUrl.startsWith("jdbc:postgresql:")) {
            return new PostgreSqlDialect();
        }
        if (jdbcUrl.startsWith("jdbc:h2:")) {
            return new H2Dialect();
        }
        throw new IllegalArgumentException(
                "database.url must be a JDBC URL of PostgreSQL (jdbc:postgresql:…) or H2 (jdbc:h2:…)");
    }
}
