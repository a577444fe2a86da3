package io.payroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.payroutes.TestDatabase;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** PostgreSQL behind something that shares its connections among its clients, as PgBouncer does. */
class PoolerTest {
    private static final int THREADS = 8;
    private static final int TIMES = 100;

    private final TestDatabase server = TestDatabase.open(TestDatabase.Kind.POSTGRESQL);
    private final Logger logger = (Logger) LoggerFactory.getLogger(PostgreSqlDialect.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void close() {
        logger.detachAppender(log);
        server.close();
    }

    @Test
    void whatIsStoredIsThereThoughEachTransactionHasAnotherConnectionOfTheServer() throws Exception {
        server.jdbc().execute("CREATE TABLE stored (writer INT, id INT, name TEXT)");
        ExecutorService writers = Executors.newFixedThreadPool(THREADS);
        try (Pooler pooler = Pooler.byTransaction(serverPort());
                Database database = open(pooler, "")) {
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            TransactionTemplate transaction =
                    new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));
            List<Future<?>> done = new ArrayList<>();
            for (int w = 0; w < THREADS; w++) {
                int writer = w;
                done.add(writers.submit(() -> {
                    for (int i = 0; i < TIMES; i++) {
                        int id = i;
                        // Each writer has its statements in an order of its own, and so the same names for others.
                        if ((i + writer) % 3 == 0) {
                            jdbc.update("INSERT INTO stored VALUES (?, ?, 'alone')", writer, id);
                        } else {
                            transaction.executeWithoutResult(status -> {
                                jdbc.queryForList("SELECT id FROM stored WHERE writer = ? AND id = ?", writer, id);
                                jdbc.update("INSERT INTO stored VALUES (?, ?, 'together')", writer, id);
                            });
                        }
                    }
                }));
            }
            for (Future<?> writer : done) {
                writer.get();
            }
        } finally {
            writers.shutdownNow();
        }
        assertThat(server.jdbc().queryForObject("SELECT count(DISTINCT (writer, id)) FROM stored", Integer.class))
                .isEqualTo(THREADS * TIMES);
        assertThat(warnings()).singleElement().asString().contains("pooler");
    }

    @Test
    void aPoolerThatLeavesEachClientItsConnectionChangesNothing() throws Exception {
        try (Pooler pooler = Pooler.bySession(serverPort());
                Database database = open(pooler, "")) {
            assertThat(new JdbcTemplate(database.dataSource()).queryForObject("SELECT 1", Integer.class))
                    .isEqualTo(1);
        }
        assertThat(warnings()).isEmpty();
    }

    @Test
    void whoSaysWhenToPrepareIsHeard() throws Exception {
        try (Pooler pooler = Pooler.byTransaction(serverPort());
                Database database = open(pooler, "&prepareThreshold=0")) {
            assertThat(new JdbcTemplate(database.dataSource()).queryForObject("SELECT 1", Integer.class))
                    .isEqualTo(1);
        }
        assertThat(warnings()).isEmpty();
    }

    private List<ILoggingEvent> warnings() {
        return log.list.stream()
                .filter(event -> !event.getMessage().contains("fsync"))
                .toList();
    }

    private Database open(Pooler pooler, String more) {
        Map<String, String> settings = server.settings();
        return Database.open(new Database.Settings(
                url().replace(":" + serverPort() + "/", ":" + pooler.port() + "/") + more,
                Objects.requireNonNull(settings.get("database.user")),
                Objects.requireNonNull(settings.get("database.password")),
                THREADS,
                Duration.ofSeconds(30),
                Duration.ofMinutes(2)));
    }

    private int serverPort() {
        return URI.create(url().substring("jdbc:".length())).getPort();
    }

    private String url() {
        return Objects.requireNonNull(server.settings().get("database.url"));
    }
}
