package io.payroutes.benchmark;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Full speed over 32 connections, and in the middle of it a crash; clients come again at once. */
final class Crashes implements AutoCloseable {
    private static final Duration BEFORE = Duration.ofSeconds(10);
    private static final Duration AFTER = Duration.ofSeconds(25);
    private static final Duration WINDOW = Duration.ofSeconds(5);

    private final String secret;
    private final Callable<Server> program;
    private Server running;

    /** @param program starts it and returns with its first 200; where it listens, the next one listens, too */
    Crashes(String secret, Callable<Server> program) throws Exception {
        this.secret = secret;
        this.program = program;
        this.running = program.call();
    }

    void warm(Duration time) throws Exception {
        new Load(running.port(), secret).run("warm", 32, time, 0);
    }

    /**
     * What a crash did.
     *
     * @param before events a second in the five seconds before it
     * @param silence seconds from the crash to the next 200
     * @param after events a second in the five seconds from then on
     * @param later the same, ten seconds later
     * @param missing acknowledged events that are not in the table
     */
    record Outcome(double before, double silence, double after, double later, int acknowledged, int missing) {}

    /** {@code kill -9}, and a start at once, as a supervisor does it. */
    Outcome ofTheProgram(String prefix) throws Exception {
        return crash(prefix, () -> {
            running.kill();
            running = program.call();
        });
    }

    /** {@code kill -9} to one of PostgreSQL's processes: it ends all the others and recovers from its log. */
    Outcome ofTheDatabase(String prefix) throws Exception {
        return crash(prefix, () -> {
            try (Connection connection = DriverManager.getConnection(running.url());
                    Statement statement = connection.createStatement();
                    ResultSet pid = statement.executeQuery("SELECT pg_backend_pid()")) {
                pid.next();
                new ProcessBuilder("kill", "-9", pid.getString(1)).start().waitFor();
            }
        });
    }

    private interface Crash {
        void happen() throws Exception;
    }

    private Outcome crash(String prefix, Crash crash) throws Exception {
        Map<String, Long> answeredAt = new ConcurrentHashMap<>();
        FutureTask<Load.Result> load = new FutureTask<>(
                () -> Load.thatComesAgain(running.port(), secret)
                        .run(prefix, 32, BEFORE.plus(AFTER), 0, answeredAt));
        new Thread(load, "load").start();
        TimeUnit.NANOSECONDS.sleep(BEFORE.toNanos());
        long at = System.nanoTime();
        crash.happen();
        load.get();
        // What was under way when it happened may have been answered a moment after.
        long settled = at + TimeUnit.MILLISECONDS.toNanos(100);
        long back = answeredAt.values().stream()
                .mapToLong(Long::longValue)
                .filter(when -> when > settled)
                .min()
                .orElseThrow(() -> new IllegalStateException("nothing was answered any more"));
        Set<String> missing = new HashSet<>(answeredAt.keySet());
        missing.removeAll(kept(running.url(), prefix));
        return new Outcome(
                rate(answeredAt, at - WINDOW.toNanos()),
                (back - at) / 1e9,
                rate(answeredAt, back),
                rate(answeredAt, back + 2 * WINDOW.toNanos()),
                answeredAt.size(),
                missing.size());
    }

    @Override
    public void close() throws InterruptedException {
        running.close();
    }

    private static double rate(Map<String, Long> answeredAt, long from) {
        long until = from + WINDOW.toNanos();
        return answeredAt.values().stream()
                        .filter(when -> when >= from && when < until)
                        .count()
                / (double) WINDOW.toSeconds();
    }

    private static Set<String> kept(String url, String prefix) throws Exception {
        Set<String> ids = new HashSet<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT event_id FROM stripe_event WHERE event_id LIKE 'evt_" + prefix + "%'")) {
            while (rows.next()) {
                ids.add(rows.getString(1).substring("evt_".length()));
            }
        }
        return ids;
    }
}
