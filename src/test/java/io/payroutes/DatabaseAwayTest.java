package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.payroutes.store.Database;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** A database that goes away and comes back, as the pool sees it. */
class DatabaseAwayTest {

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
                settings.getOrDefault("database.url", "").replace(":" + insteadOf + "/", ":" + port + "/"),
                settings.getOrDefault("database.user", ""),
                settings.getOrDefault("database.password", ""),
                2,
                Duration.ofSeconds(1)));
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
