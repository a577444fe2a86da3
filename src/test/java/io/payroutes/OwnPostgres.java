package io.payroutes;

import static org.awaitility.Awaitility.await;

import io.payroutes.store.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.JdbcTemplate;

/** A PostgreSQL server of its own, which can be stopped as in a power cut and started again. */
final class OwnPostgres implements AutoCloseable {
    private static final String USER = "postgres";

    private final EmbeddedPostgres first;
    private final Path folder;
    private final List<String> command;
    private final Database database;

    OwnPostgres() throws IOException {
        this.folder = Files.createTempDirectory("own-postgres");
        this.first = EmbeddedPostgres.builder()
                .setPort(FreePort.next())
                .setDataDirectory(folder.resolve("data"))
                .setServerConfig("max_connections", "100")
                // The settings of a server that keeps what it has committed; the library's own are for tests that do
                // not care.
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on")
                .setPGStartupWait(Duration.ofSeconds(60))
                .start();
        List<String> again = new ArrayList<>();
        if (Files.getOwner(folder).getName().equals("root")) {
            again.addAll(List.of("unshare", "-U")); // as root PostgreSQL does not start
        }
        again.addAll(commandLine(postmaster()));
        this.command = List.copyOf(again);
        this.database = Database.open(
                new Database.Settings(url(), USER, "not-a-secret", 8, Duration.ofSeconds(30), Duration.ofMinutes(2)));
    }

    JdbcTemplate jdbc() {
        return new JdbcTemplate(database.dataSource());
    }

    Map<String, String> settings() {
        return Map.of("database.url", url(), "database.user", USER, "database.password", "not-a-secret");
    }

    /** As a power cut does, but for what the operating system still holds. */
    void stopAtOnce() throws Exception {
        ProcessHandle postmaster = ProcessHandle.of(postmaster()).orElseThrow();
        signal("-QUIT", postmaster.pid());
        postmaster.onExit().get(30, TimeUnit.SECONDS);
    }

    void startAgain() throws Exception {
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target/own-postgres.log")))
                .start();
        await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> {
            onServer("SELECT 1");
            return true;
        });
    }

    /** From then on it takes no change, as a replica. */
    void becomeStandby() throws Exception {
        stopAtOnce();
        Files.createFile(folder.resolve("data/standby.signal"));
        startAgain();
    }

    int port() {
        return first.getPort();
    }

    void terminateBackends() throws SQLException {
        onServer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
    }

    /** Nobody gets at the table until it is closed. */
    AutoCloseable lock(String table) throws SQLException {
        Connection connection = connect();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET lock_timeout = '10s'");
            statement.execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
        }
        return connection;
    }

    /** As one whose disk is nearly full is set by those who run it: everybody may read, nobody may write, until it is closed. */
    AutoCloseable takeNoWrites() throws SQLException {
        onServer("ALTER SYSTEM SET default_transaction_read_only = on");
        onServer("SELECT pg_reload_conf()");
        return () -> {
            onServer("ALTER SYSTEM RESET default_transaction_read_only");
            onServer("SELECT pg_reload_conf()");
        };
    }

    /** By the shell's own kill: a small Debian has no other. */
    static void signal(String signal, long pid) throws IOException, InterruptedException {
        if (new ProcessBuilder("sh", "-c", "kill " + signal + " " + pid).start().waitFor() != 0) {
            throw new IllegalStateException("there is no process " + pid + " to signal");
        }
    }

    @Override
    public void close() throws IOException {
        database.close();
        ProcessHandle.of(postmaster()).ifPresent(ProcessHandle::destroy);
        first.close();
    }

    private String url() {
        return "jdbc:postgresql://localhost:" + first.getPort() + "/postgres";
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), USER, "not-a-secret");
    }

    private void onServer(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long postmaster() throws IOException {
        return Long.parseLong(
                Files.readAllLines(folder.resolve("data/postmaster.pid")).get(0).strip());
    }

    private static List<String> commandLine(long pid) throws IOException {
        String line = Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.UTF_8);
        return Arrays.asList(line.split("\0"));
    }
}
