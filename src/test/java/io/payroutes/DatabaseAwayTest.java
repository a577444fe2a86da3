package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.payroutes.demo.StripePayment;
import io.payroutes.inbox.InboxWriter;
import io.payroutes.store.Database;
import io.payroutes.webhook.EventEnvelope;
import io.payroutes.webhook.WebhookRejectedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** A database that goes away and comes back, as the pool sees it. */
class DatabaseAwayTest {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

    /** A pool that pauses longer and longer would have asked some ten times. */
    @Test
    @Timeout(120)
    void isAskedForAtAnEvenPaceUntilItIsBack() throws Exception {
        try (TestDatabase server = TestDatabase.open(TestDatabase.Kind.POSTGRESQL);
                Relay way = new Relay(address(server).getPort());
                Database database = open(server, way.port())) {
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            assertThat(jdbc.queryForObject("SELECT 1", Integer.class)).isEqualTo(1);

            way.cut();
            AtomicBoolean back = new AtomicBoolean();
            CompletableFuture<Void> client = CompletableFuture.runAsync(() -> {
                while (!back.get()) {
                    back.set(answers(jdbc));
                }
            });
            try (Refusal refusal = new Refusal(way.port())) {
                await().atMost(Duration.ofSeconds(30)).until(() -> refusal.asked.get() >= 50);
                assertThat(back).isFalse();
            }
            way.mend();
            client.join();
        }
    }

    @Test
    @Timeout(120)
    void isNotAskedForAnyMoreWhenThePoolIsClosed() throws Exception {
        try (TestDatabase server = TestDatabase.open(TestDatabase.Kind.POSTGRESQL);
                Relay way = new Relay(address(server).getPort())) {
            Database database = open(server, way.port());
            way.cut();
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            await().until(() -> !answers(jdbc) && somebodyAsks());

            database.close();

            await().atMost(Duration.ofSeconds(30)).until(() -> !somebodyAsks());
        }
    }

    /** As an address that leads to the replica for a while when the primary has failed: it would refuse whatever is to be stored. */
    @Test
    @Timeout(120)
    void isNotTakenForBackWhileItIsAReplica() throws Exception {
        try (OwnPostgres primary = new OwnPostgres();
                OwnPostgres replica = new OwnPostgres();
                Relay way = new Relay(primary.port())) {
            replica.becomeStandby();
            primary.jdbc().execute("CREATE TABLE kept (n INTEGER)");
            try (Database database = open(primary.settings(), primary.port(), way.port())) {
                JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
                assertThat(keeps(jdbc)).isTrue();

                way.cut();
                way.leadTo(replica.port());
                way.mend();
                await().until(() -> !keeps(jdbc) && somebodyAsks());

                way.leadTo(primary.port());
                await().atMost(Duration.ofSeconds(30)).until(() -> keeps(jdbc));
            }
        }
    }

    /** A machine that fails and a network that goes say nothing, and whoever waits for an answer then would wait for ever. */
    @Test
    @Timeout(60)
    void isNotWaitedForWithoutEndWhenItSaysNothingAnyMore() throws Exception {
        try (TestDatabase server = TestDatabase.open(TestDatabase.Kind.POSTGRESQL);
                Relay way = new Relay(address(server).getPort());
                Database database = open(server, way.port());
                Connection inUse = database.dataSource().getConnection();
                Statement statement = inUse.createStatement()) {
            way.silence();
            CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return statement.execute("SELECT 1");
                } catch (SQLException e) {
                    return false;
                }
            });
            try {
                assertThat(answer.get(30, TimeUnit.SECONDS)).isFalse();
                JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
                await().atMost(Duration.ofSeconds(30)).until(() -> answers(jdbc));
            } finally {
                way.cut(); // or nothing could be closed
            }
        }
    }

    @Test
    @Timeout(60)
    void isGivenTheTimeThatAMigrationTakes() throws Exception {
        try (TestDatabase server = TestDatabase.open(TestDatabase.Kind.POSTGRESQL);
                Connection other = server.database().dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE flyway_schema_history IN ACCESS EXCLUSIVE MODE");
            CompletableFuture<Void> opened = CompletableFuture.runAsync(
                    () -> open(server, address(server).getPort()).close());
            await().during(ANSWER_TIMEOUT.multipliedBy(2))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !opened.isDone());
            other.rollback();
            opened.join();
        }
    }

    /** The events that were being stored are refused, and Stripe sends them again; those that come later are taken. */
    @Test
    @Timeout(120)
    void takesEventsAgainWhenTheConnectionThatStoredThemHasGoneSilent() throws Exception {
        try (TestDatabase server = TestDatabase.open(TestDatabase.Kind.POSTGRESQL);
                Relay way = new Relay(address(server).getPort());
                RunningPayroutes payroutes = RunningPayroutes.on(server)
                        .with(
                                "database.url",
                                url(server.settings(), address(server).getPort(), way.port()))
                        .with("inbox.intake.answer-timeout", "1s")
                        .with("database.answer-timeout", "10m")
                        .start()) {
            InboxWriter intake = payroutes.bean("intake", InboxWriter.class);
            EventEnvelope later = event("pi_2");
            CompletableFuture<?> underWay;
            try (Connection other = server.database().dataSource().getConnection();
                    Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("LOCK TABLE stripe_event IN SHARE MODE");
                underWay = intake.accept(event("pi_1"));
                await().until(() -> server.jdbc()
                                .queryForObject(
                                        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'stripe_event'::regclass",
                                        Integer.class)
                        > 0);
                way.silence();
                other.rollback();
            }
            try {
                assertThatThrownBy(() -> underWay.get(30, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
                await().atMost(Duration.ofSeconds(60)).until(() -> isTaken(intake, later));
            } finally {
                way.cut(); // or the program could not be stopped
            }
        }
    }

    private static EventEnvelope event(String paymentId) throws WebhookRejectedException {
        return EventEnvelope.parse(StripePayment.of(paymentId, 4900, "jpy")
                .succeeded(1_767_225_600L)
                .body());
    }

    private static boolean isTaken(InboxWriter intake, EventEnvelope event) throws InterruptedException {
        try {
            intake.accept(event).get(10, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private static boolean keeps(JdbcTemplate jdbc) {
        try {
            return jdbc.update("INSERT INTO kept VALUES (1)") == 1;
        } catch (DataAccessException e) {
            return false;
        }
    }

    private static boolean somebodyAsks() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().endsWith("RetryingDataSource"));
    }

    private static boolean answers(JdbcTemplate jdbc) {
        try {
            return jdbc.queryForObject("SELECT 1", Integer.class) != null;
        } catch (DataAccessException e) {
            return false;
        }
    }

    private static Database open(TestDatabase server, int port) {
        return open(server.settings(), address(server).getPort(), port);
    }

    private static Database open(Map<String, String> settings, int insteadOf, int port) {
        return Database.open(new Database.Settings(
                url(settings, insteadOf, port),
                settings.getOrDefault("database.user", ""),
                settings.getOrDefault("database.password", ""),
                2,
                Duration.ofSeconds(1),
                ANSWER_TIMEOUT));
    }

    private static String url(Map<String, String> settings, int insteadOf, int port) {
        return settings.getOrDefault("database.url", "").replace(":" + insteadOf + "/", ":" + port + "/");
    }

    private static URI address(TestDatabase server) {
        return URI.create(server.settings().getOrDefault("database.url", "").substring("jdbc:".length()));
    }

    /** Takes a connection and ends it. */
    private static final class Refusal implements AutoCloseable {
        private final AtomicInteger asked = new AtomicInteger();
        private final ServerSocket server;
        private final Thread thread = new Thread(this::refuse, "refusal");

        Refusal(int port) throws IOException {
            server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
            thread.start();
        }

        private void refuse() {
            try {
                while (true) {
                    Socket socket = server.accept();
                    asked.incrementAndGet();
                    socket.close();
                }
            } catch (IOException e) {
                // closed
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            await().until(() -> !thread.isAlive()); // it holds the port until it has heard of it
        }
    }
}
