package io.payroutes.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.TestDatabase;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** An event of a common size costs PostgreSQL half as much when it is packed with lz4. */
class CompressionTest {

    @Test
    void anEventThatIsLongEnoughIsPackedWithTheFasterMethodThatTheServerHas() {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.POSTGRESQL)) {
            JdbcTemplate jdbc = database.jdbc();
            jdbc.update(
                    "INSERT INTO stripe_event (event_id, event_type, received_at, state, attempts, payload)"
                            + " VALUES ('evt_1', 't', now(), 'handled', 0, ?)",
                    "{\"a\":\"payment\"},".repeat(300));
            boolean hasLz4 = Boolean.TRUE.equals(jdbc.queryForObject(
                    "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'",
                    Boolean.class));
            assertThat(jdbc.queryForObject("SELECT pg_column_compression(payload) FROM stripe_event", String.class))
                    .isEqualTo(hasLz4 ? "lz4" : "pglz");
        }
    }
}
