package io.payroutes.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** The one database: a pool of connections, the schema brought up to date, and the dialect. */
public final class Database implements AutoCloseable {
    private final ConnectionPool dataSource;
    private final RetryingDataSource connections;
    private final Dialect dialect;
    private final CompletableFuture<Void> migration;

    private Database(ConnectionPool dataSource, RetryingDataSource connections, Dialect dialect) {
        this.dataSource = dataSource;
        this.connections = connections;
        this.dialect = dialect;
        this.migration = CompletableFuture.runAsync(this::migrate, task -> {
            Thread thread = new Thread(task, "database");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /**
     * Opens the pool and migrates the schema.
     *
     * @param settings where and how
     * @throws RuntimeException if the database cannot be reached, used or migrated
     */
    public static Database open(Settings settings) {
        Database database = opening(settings);
        try {
            database.awaitReady();
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /**
     * Begins to open the pool and to migrate the schema, beside the caller. Nothing may be asked of the database before
     * {@link #awaitReady()} has returned; it has to be closed whether it becomes ready or not.
     *
     * @param settings where and how
     * @throws RuntimeException if the settings make no sense
     */
    public static Database opening(Settings settings) {
        Dialect dialect = Dialect.of(settings.url());
        // Made without its settings it connects when it is first asked, which the migration does.
        ConnectionPool pool = new ConnectionPool(dialect);
        pool.setPoolName("payroutes");
        RetryingDataSource connections = new RetryingDataSource(
                dialect.complete(settings.url(), settings.answerTimeout()), settings.user(), settings.password());
        pool.setDataSource(connections);
        pool.setMaximumPoolSize(settings.poolSize());
        pool.setConnectionTimeout(settings.patience().toMillis());
        pool.setInitializationFailTimeout(settings.patience().toMillis());
        pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        pool.setConnectionInitSql(dialect.connectionSetup());
        return new Database(pool, connections, dialect);
    }

    /**
     * Returns when the schema is up to date.
     *
     * @throws RuntimeException if the database cannot be reached, used or migrated
     */
    public void awaitReady() {
        try {
            migration.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private void migrate() {
        try {
            dataSource.inspect(connections); // and the pool says better than the migration why it cannot connect
        } catch (SQLException e) {
            throw new IllegalStateException("cannot connect to the database", e);
        }
        Flyway.configure()
                .dataSource(new WithoutEnd(dataSource))
                .locations("classpath:db/migration", "classpath:db/" + dialect.name())
                .load()
                .migrate();
    }

    /** A migration may build an index of millions. */
    private static final class WithoutEnd extends DelegatingDataSource {

        WithoutEnd(DataSource pool) {
            super(pool);
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = super.getConnection();
            connection.setNetworkTimeout(Runnable::run, 0);
            return connection;
        }
    }

    public DataSource dataSource() {
        return dataSource;
    }

    public Dialect dialect() {
        return dialect;
    }

    @Override
    public void close() {
        connections.close();
        migration.exceptionally(failed -> null).join(); // its connection would outlive the pool
        dataSource.close();
    }

    /**
     * Where the database is and how it is used.
     *
     * @param url JDBC URL of PostgreSQL or H2
     * @param poolSize most connections at a time
     * @param patience how long to wait for a connection before the caller hears that there is none
     * @param answerTimeout how long to wait for an answer before the connection is given up; none is given up during migrations
     */
    public record Settings(
            String url, String user, String password, int poolSize, Duration patience, Duration answerTimeout) {
        @Override
        public String toString() {
            return "Settings[" + url.replaceAll("\\?.*", "") + ", pool " + poolSize + "]"; // no password in a log
        }
    }
}
