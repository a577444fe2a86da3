package io.payroutes;

import io.payroutes.store.Database;
import io.payroutes.store.LastChanges;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A fresh, migrated database of its own: H2 in memory, or one of the PostgreSQL server that the test run shares. See
 * {@link OnEachDatabase} for a test class that runs on both.
 */
public final class TestDatabase implements AutoCloseable {

    /** The databases that Payroutes runs on. */
    public enum Kind {
        H2,
        POSTGRESQL
    }

    private final Kind kind;
    private final String name = "test_" + UUID.randomUUID().toString().replace("-", "");
    private final Database database;

    private TestDatabase(Kind kind) {
        this.kind = kind;
        if (kind == Kind.POSTGRESQL) {
            onServer("CREATE DATABASE " + name);
        }
        this.database = openAgain();
    }

    public static TestDatabase open(Kind kind) {
        return new TestDatabase(kind);
    }

    /** One of each kind; JUnit closes them after use. */
    public static Stream<TestDatabase> each() {
        return Stream.of(Kind.values()).map(TestDatabase::open);
    }

    public Kind kind() {
        return kind;
    }

    public Database database() {
        return database;
    }

    /** The same database once more, with a pool of its own. */
    public Database openAgain() {
        return Database.open(
                new Database.Settings(url(), user(), password(), 8, Duration.ofSeconds(30), Duration.ofMinutes(2)));
    }

    public JdbcTemplate jdbc() {
        return new JdbcTemplate(database.dataSource());
    }

    /** Changes that wait for the end of their transaction, as the program has them. */
    public LastChanges lastChanges() {
        return new LastChanges(jdbc(), transaction(), database.dialect());
    }

    public TransactionTemplate transaction() {
        return new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));
    }

    /** The settings that make the program use this database. */
    public Map<String, String> settings() {
        return Map.of("database.url", url(), "database.user", user(), "database.password", password());
    }

    /** Empties every table, so that tests of one class do not see each other's rows. */
    public void clear() {
        List<String> tables = jdbc().queryForList(
                        "SELECT table_name FROM information_schema.tables"
                                + " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
                        String.class);
        tables.stream()
                .filter(table -> !table.toLowerCase(Locale.ROOT).startsWith("flyway"))
                .forEach(table -> jdbc().execute("DELETE FROM " + table));
    }

    @Override
    public void close() {
        if (kind == Kind.H2) {
            jdbc().execute("SHUTDOWN");
            database.close();
        } else {
            database.close();
            onServer("DROP DATABASE " + name + " WITH (FORCE)");
        }
    }

    @Override
    public String toString() {
        return kind == Kind.H2 ? "H2" : "PostgreSQL";
    }

    private String url() {
        return kind == Kind.H2
                ? "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1"
                : Server.POSTGRESQL.getJdbcUrl(user(), name);
    }

    private String user() {
        return kind == Kind.H2 ? "payroutes" : "postgres";
    }

    private static String password() {
        return "not-a-secret";
    }

    private static void onServer(String sql) {
        try (Connection connection = Server.POSTGRESQL.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Started when the first test asks for it; it ends with the JVM. */
    private static final class Server {
        static final EmbeddedPostgres POSTGRESQL = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setPort(FreePort.next())
                        .setServerConfig("max_connections", "200")
                        .setPGStartupWait(Duration.ofSeconds(60))
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
