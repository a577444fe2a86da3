package io.payroutes.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Connections for the pool to keep. When the database was there and has gone away, it asks again and again until it is back.
 *
 * <p>The pool asks again, too, but pauses twice as long each time, up to five seconds: so long after the database is back
 * nothing would be taken.
 */
final class RetryingDataSource extends DriverManagerDataSource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RetryingDataSource.class);
    private static final Duration PAUSE = Duration.ofMillis(100);
    /** Then whoever waits for a connection hears why there is none. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean wasThere;
    private volatile boolean away;

    RetryingDataSource(String url, String user, String password) {
        super(url, user, password);
    }

    /**
     * A new connection.
     *
     * @throws SQLException at once, if the database was never there or refuses for a reason that does not pass by itself;
     *     after a minute otherwise
     */
    @Override
    public Connection getConnection() throws SQLException {
        long begin = System.nanoTime();
        while (true) {
            try {
                Connection connection = super.getConnection();
                wasThere = true;
                if (away) {
                    away = false;
                    LOG.info("The database is back");
                }
                return connection;
            } catch (SQLException e) {
                if (!wasThere || !passes(e) || System.nanoTime() - begin > PATIENCE.toNanos()) {
                    throw e;
                }
                if (!away) {
                    away = true;
                    LOG.warn(
                            "The database is away, and is asked for every {} ms: {}", PAUSE.toMillis(), e.getMessage());
                }
                if (isClosedAfterPause()) {
                    throw e;
                }
            }
        }
    }

    /** No connection, a server that starts or stops, or one that has as many clients as it takes. */
    private static boolean passes(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.startsWith("08") || state.startsWith("57P") || state.equals("53300");
    }

    private boolean isClosedAfterPause() {
        try {
            return closed.await(PAUSE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** How long a server may take that takes a connection and says nothing. */
    @Override
    public void setLoginTimeout(int seconds) {
        DriverManager.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() {
        return DriverManager.getLoginTimeout();
    }

    /** Ends the wait for a database that is away. */
    @Override
    public void close() {
        closed.countDown();
    }
}
