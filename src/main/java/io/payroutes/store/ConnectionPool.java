package io.payroutes.store;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool that gives nobody a connection on which a transaction is open. The pool itself does when a rollback has failed and the
 * connection has not, and what is then stored and acknowledged is gone with the next rollback.
 */
final class ConnectionPool extends HikariDataSource {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionPool.class);

    private final Dialect dialect;
    private volatile boolean pooledByTransaction;

    ConnectionPool(Dialect dialect) {
        this.dialect = dialect;
    }

    @Override
    public Connection getConnection() throws SQLException {
        while (true) {
            Connection connection = super.getConnection();
            boolean isReady = false;
            try {
                isReady = dialect.makeReady(connection, pooledByTransaction);
            } finally {
                if (!isReady) {
                    evictConnection(connection);
                    connection.close();
                }
            }
            if (isReady) {
                return connection;
            }
            LOG.warn("A connection to the database came back with a transaction open, and is not used any more");
        }
    }

    /**
     * Looks at how the server is reached.
     *
     * @param another makes connections beside the pool's
     */
    void inspect(DataSource another) throws SQLException {
        try (Connection first = getConnection()) {
            dialect.inspect(first);
            pooledByTransaction = dialect.isPooledByTransaction(first, another);
        }
    }
}
