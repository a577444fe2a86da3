package io.payroutes.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The one database: a pool of connections, the schema brought up to date, and the dialect. */
public final class Database implements AutoCloseable {
    private final HikariDataSource dataSource;
    private final Dialect dialect;

    private Database(HikariDataSource dataSource, Dialect dialect) {
        this.dataSource = dataSource;
        this.dialect = dialect;
    }

    /**
     * Opens the pool and migrates the schema.
     *
     * @param settings where and how
     * @throws RuntimeException if the database cannot be reached or migrated
     */
    public static Database open(Settings settings) {
        Dialect dialect = Dialect.of(settings.url());
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("payroutes");
        pool.setJdbcUrl(dialect.complete(settings.url()));
        pool.setUsername(settings.user());
        pool.setPassword(settings.password());
        pool.setMaximumPoolSize(settings.poolSize());
        pool.setConnectionTimeout(settings.patience().toMillis());
        pool.setInitializationFailTimeout(settings.patience().toMillis());
        pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        pool.setConnectionInitSql(dialect.connectionSetup());
        HikariDataSource dataSource = new HikariDataSource(pool);
        try {
            Flyway.configure()
                    .dataSource(dataSource)
                    .locations("classpath:db/migration", "classpath:db/" + dialect.name())
                    .load()
                    .migrate();
            return new Database(dataSource, dialect);
        } catch (RuntimeException e) {
            dataSource.close();
            throw e;
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
        dataSource.close();
    }

    /**
     * Where the database is and how it is used.
     *
     * @param url JDBC URL of PostgreSQL or H2
     * @param poolSize most connections at a time
     * @param patience how long to wait for a connection before the caller hears that there is none
     */
    public record Settings(String url, String user, String password, int poolSize, Duration patience) {
        @Override
        public String toString() {
            return "Settings[" + url.replaceAll("\\?.*", "") + ", pool " + poolSize + "]"; // no password in a log
        }
    }
}
