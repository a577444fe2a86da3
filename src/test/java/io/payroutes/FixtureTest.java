package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.store.Database;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.ServiceStatus;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

@OnEachDatabase
class FixtureTest {
    private final TestDatabase database;

    FixtureTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void theProgramStartsOnAFreshDatabaseWithTheBeansOfATest() {
        SettableClock clock = new SettableClock(Instant.EPOCH);
        try (RunningPayroutes payroutes =
                RunningPayroutes.on(database).bind("clock", clock).start()) {
            clock.advance(Duration.ofDays(1));
            assertThat(payroutes.camel().getStatus()).isEqualTo(ServiceStatus.Started);
            assertThat(payroutes.bean("clock", java.time.Clock.class)).isSameAs(clock);
            assertThat(payroutes.bean("inbox", io.payroutes.inbox.Inbox.class).now())
                    .isEqualTo("1970-01-02T00:00:00Z");
        }
    }

    @Test
    void clearingLeavesNoRowAndKeepsTheSchema() {
        database.jdbc()
                .update("INSERT INTO delivery_attempt (delivery_id, attempted_at, attempt, outcome)"
                        + " VALUES ('d', CURRENT_TIMESTAMP, 1, 'failed')");
        database.clear();
        assertThat(database.jdbc().queryForObject("SELECT count(*) FROM delivery_attempt", Integer.class))
                .isZero();
    }

    @Test
    void aServerThatDoesNotWaitForItsDiskIsToldTo() {
        if (database.kind() == TestDatabase.Kind.POSTGRESQL) {
            String name = database.jdbc().queryForObject("SELECT current_database()", String.class);
            database.jdbc().execute("ALTER DATABASE " + name + " SET synchronous_commit = off");
            try (Database again = database.openAgain()) {
                assertThat(new JdbcTemplate(again.dataSource()).queryForObject("SHOW synchronous_commit", String.class))
                        .isEqualTo("on");
            }
        }
    }
}
