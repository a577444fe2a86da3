package io.payroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.payroutes.TestDatabase;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is asked of a PostgreSQL server before the first event comes. */
class DatabaseSettingsTest {

    /** It would refuse each event with another letter, and Stripe would hear 503 until it gives up. */
    @Test
    void aDatabaseThatCannotKeepEveryLetterIsRefusedAtTheStart() {
        try (TestDatabase server = TestDatabase.open(TestDatabase.Kind.POSTGRESQL)) {
            server.jdbc()
                    .execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
            try {
                Map<String, String> settings = server.settings();
                String url = Objects.requireNonNull(settings.get("database.url"));
                assertThatThrownBy(() -> Database.open(new Database.Settings(
                                url.replaceFirst("/test_[0-9a-f]+", "/latin"),
                                Objects.requireNonNull(settings.get("database.user")),
                                Objects.requireNonNull(settings.get("database.password")),
                                1,
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(2))))
                        .hasMessageContaining("UTF8")
                        .hasMessageContaining("LATIN1");
            } finally {
                server.jdbc().execute("DROP DATABASE latin WITH (FORCE)");
            }
        }
    }

    /** They would keep their locks for hours, and all who wait for these would wait. */
    @Test
    void theServerAsksWhetherClientsWhoSayNothingAreThere() {
        try (TestDatabase server = TestDatabase.open(TestDatabase.Kind.POSTGRESQL)) {
            assertThat(server.jdbc().queryForObject("SHOW tcp_keepalives_idle", Integer.class))
                    .isEqualTo(30);
            assertThat(server.jdbc().queryForObject("SHOW tcp_user_timeout", Integer.class))
                    .isEqualTo(60_000);
        }
    }

    /** The server of the tests is such a one. */
    @Test
    void aServerThatForgetsWhenItsMachineFailsIsWarnedOf() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(PostgreSqlDialect.class);
        logger.addAppender(log);
        log.start();
        try (TestDatabase server = TestDatabase.open(TestDatabase.Kind.POSTGRESQL)) {
            assertThat(server.kind()).isEqualTo(TestDatabase.Kind.POSTGRESQL);
            assertThat(log.list).singleElement().asString().contains("fsync");
        } finally {
            logger.detachAppender(log);
        }
    }
}
