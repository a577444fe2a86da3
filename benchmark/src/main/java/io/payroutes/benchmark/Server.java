package io.payroutes.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One of the programs that are compared, in a JVM and with a database of its own. */
final class Server implements AutoCloseable {
    private final String name;
    private final int port;
    private final String url;
    private final Process process;
    private final double startSeconds;

    private Server(String name, int port, String url, Process process, double startSeconds) {
        this.name = name;
        this.port = port;
        this.url = url;
        this.process = process;
        this.startSeconds = startSeconds;
    }

    /** Starts it and waits for its first 200. */
    static Server start(String name, int port, String url, String secret, List<String> command, Map<String, String> more)
            throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(more);
        builder.redirectErrorStream(true)
                .redirectOutput(Path.of("target", "benchmark-" + name + ".log").toFile());
        long begin = System.nanoTime();
        Process process = builder.start();
        Load load = new Load(port, secret);
        while (true) {
            try {
                if (load.run("first-" + begin + "-", 1, Duration.ofMillis(1), 0).acknowledged() > 0) {
                    break;
                }
            } catch (Exception notYet) {
                if (!process.isAlive() || System.nanoTime() - begin > 60e9) {
                    process.destroyForcibly();
                    throw new IllegalStateException(name + " did not start", notYet);
                }
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return new Server(name, port, url, process, (System.nanoTime() - begin) / 1e9);
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    String url() {
        return url;
    }

    /** {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** From the start of the JVM to the first 200. */
    double startSeconds() {
        return startSeconds;
    }

    /** Resident memory now, in MB. */
    long residentMegabytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }

    /** Processor time so far, in seconds. */
    double cpuSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }

    long count(String from) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + from)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    void execute(String... sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String each : Arrays.asList(sql)) {
                statement.execute(each);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
