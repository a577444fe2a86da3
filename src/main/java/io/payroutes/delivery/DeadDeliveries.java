package io.payroutes.delivery;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.TransactionException;

/** How many deliveries were given up and wait for a person; counted up to a bound. Thread-safe. */
public final class DeadDeliveries {
    private static final Logger LOG = LoggerFactory.getLogger(DeadDeliveries.class);
    private static final int MOST = 1000;

    private final JdbcOperations jdbc;
    private volatile int count;

    public DeadDeliveries(JdbcOperations jdbc) {
        this.jdbc = jdbc;
    }

    /** Looks again. While the database does not answer, the last figure stands. */
    public void refresh() {
        try {
            Integer found = jdbc.queryForObject(
                    "SELECT count(*) FROM (SELECT 1 FROM delivery WHERE state = 'dead' LIMIT ?) AS bounded",
                    Integer.class,
                    MOST);
            count = found == null ? 0 : found;
        } catch (DataAccessException | TransactionException e) {
            LOG.debug("dead deliveries cannot be counted", e);
        }
    }

    public int count() {
        return count;
    }
}
