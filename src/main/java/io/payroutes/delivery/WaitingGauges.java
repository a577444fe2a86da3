package io.payroutes.delivery;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroutes.store.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcOperations;

/** How many deliveries wait and how many are dead, for each destination; counted at most once in some seconds. */
final class WaitingGauges {
    private static final Duration FRESH = Duration.ofSeconds(10);
    private static final List<DeliveryState> COUNTED = List.of(DeliveryState.PENDING, DeliveryState.DEAD);

    private final JdbcOperations jdbc;
    private final Clock clock;
    private @Nullable Snapshot snapshot;

    /** @param counts by destination and state; null if the database does not say */
    private record Snapshot(Instant at, @Nullable Map<String, Long> counts) {}

    WaitingGauges(JdbcOperations jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    void register(MeterRegistry meters) {
        for (Destination destination : Destination.values()) {
            for (DeliveryState state : COUNTED) {
                String name =
                        state == DeliveryState.DEAD ? "payroutes.deliveries.dead" : "payroutes.deliveries.waiting";
                Gauge.builder(name, () -> count(destination, state))
                        .description(
                                state == DeliveryState.DEAD
                                        ? "Deliveries that were refused or given up"
                                        : "Deliveries that are not out yet")
                        .tag("destination", destination.wireName())
                        .register(meters);
            }
        }
    }

    private double count(Destination destination, DeliveryState state) {
        Map<String, Long> counts = counts();
        return counts == null ? Double.NaN : counts.getOrDefault(key(destination.wireName(), state.wireName()), 0L);
    }

    private synchronized @Nullable Map<String, Long> counts() {
        Instant now = clock.instant();
        Snapshot last = snapshot;
        if (last == null || !now.isBefore(last.at().plus(FRESH))) {
            last = new Snapshot(now, query());
            snapshot = last;
        }
        return last.counts();
    }

    private @Nullable Map<String, Long> query() {
        try {
            Map<String, Long> counts = new HashMap<>();
            jdbc
                    .queryForList("SELECT destination, state, count(*) AS number FROM delivery"
                            + " WHERE state IN ('pending', 'dead') GROUP BY destination, state")
                    .stream()
                    .map(Row::of)
                    .forEach(row -> counts.put(
                            key(row.mustText("destination"), row.mustText("state")), row.mustNumber("number")));
            return counts;
        } catch (DataAccessException e) {
            return null;
        }
    }

    private static String key(String destination, String state) {
        return destination + " " + state;
    }
}
