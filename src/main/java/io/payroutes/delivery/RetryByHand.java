package io.payroutes.delivery;

import io.payroutes.store.Row;
import java.time.Clock;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcOperations;

/** Stands in for the deliveries' own retry until that is there. */
public final class RetryByHand {
    private final JdbcOperations jdbc;
    private final Clock clock;

    public RetryByHand(JdbcOperations jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** @return the state it was in; empty if there is no such delivery */
    public Optional<String> retry(String deliveryId) {
        Optional<String> before =
                jdbc.queryForList("SELECT state FROM delivery WHERE delivery_id = ?", String.class, deliveryId).stream()
                        .findFirst();
        before.ifPresent(state -> jdbc.update(
                "UPDATE delivery SET state = 'pending', due_at = ?, attempts = 0, first_attempt_at = NULL,"
                        + " done_at = NULL, reason = NULL WHERE delivery_id = ?",
                Row.parameter(clock.instant()),
                deliveryId));
        return before;
    }
}
