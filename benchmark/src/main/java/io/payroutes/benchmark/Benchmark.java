package io.payroutes.benchmark;

import com.sun.net.httpserver.HttpServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Measures Payroutes beside the plain endpoint and the floor, and writes what it saw. See README.md of this folder. */
public final class Benchmark {
    private static final String SECRET = "whsec_benchmark";
    private static final Duration WARM = Duration.ofSeconds(Integer.getInteger("warm", 15));
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("seconds", 8));
    private static final int ROUNDS = Integer.getInteger("rounds", 5);
    private static final List<String> PARTS =
            List.of(System.getProperty("parts", "intake,onward,drain,crashes").split(","));
    /** A folder for a flight recording of each Payroutes; empty for none. */
    private static final String PROFILE = System.getProperty("profile", "");
    private static final int BACKLOG = Integer.getInteger("backlog", 50_000);
    private static final int GROWN_EVENTS = Integer.getInteger("grown.events", 5_000_000);
    private static final int GROWN_DELIVERIES = Integer.getInteger("grown.deliveries", 1_000_000);

    private final StringBuilder page = new StringBuilder();
    private final EmbeddedPostgres postgres;
    private final Map<String, Long> receivedAt = new ConcurrentHashMap<>();

    private Benchmark(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    public static void main(String[] args) throws Exception {
        // Otherwise each answer of the ERP waits 40 ms for an acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        // Commits are to be on the disk, as in production.
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .start()) {
            Benchmark benchmark = new Benchmark(postgres);
            if (PARTS.contains("intake")) {
                benchmark.intake();
            }
            if (PARTS.contains("onward")) {
                benchmark.onward();
            }
            if (PARTS.contains("drain")) {
                benchmark.drain();
            }
            if (PARTS.contains("crashes")) {
                benchmark.crashes();
            }
            if (PARTS.contains("growth")) {
                benchmark.growth();
            }
            Path out = Path.of(args.length > 0 ? args[0] : "target/performance.md");
            // What the figures do not say by themselves.
            Files.writeString(out, benchmark.header() + benchmark.page + "\n" + Files.readString(Path.of("benchmark/notes.md")));
            System.out.println("written: " + out.toAbsolutePath());
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
        System.exit(0);
    }

    private void intake() throws Exception {
        try (Server payroutes = payroutes(
                        "intake",
                        Map.of("INBOX_POLL", "1h", "INBOX_GATHERING", "1h", "INBOX_MAX_BACKLOG", "1000000000"));
                Server floor = java("floor", FloorServer.class);
                Server plain = java("plain", PlainServer.class)) {
            List<Server> servers = List.of(payroutes, floor, plain);
            for (Server server : servers) {
                Load.Result warm = new Load(server.port(), SECRET).run("warm", 32, WARM, 0);
                System.out.printf(Locale.ROOT, "%s warm: %.0f/s%n", server.name(), warm.rate());
            }
            line("## Intake");
            line("Events a second that were verified, committed and answered with 200; every acknowledged event of a run was then"
                    + " counted in the table. The servers took turns.");
            line("");
            Map<String, List<Double>> rates = new LinkedHashMap<>();
            line("| round | connections | server | events/s | p50 ms | p99 ms | refused | in the table |");
            line("|---|---|---|---|---|---|---|---|");
            for (int round = 1; round <= ROUNDS; round++) {
                for (int connections : new int[] {32, 128}) {
                    List<Server> turn = new ArrayList<>(servers);
                    Collections.rotate(turn, round);
                    for (Server server : turn) {
                        server.execute("TRUNCATE stripe_event", "CHECKPOINT");
                        Load.Result result = new Load(server.port(), SECRET)
                                .run("r" + round + "c" + connections + "x", connections, TIME, 0);
                        long kept = server.count("stripe_event");
                        row(
                                round,
                                connections,
                                server.name(),
                                whole(result.rate()),
                                one(result.percentile(0.5)),
                                one(result.percentile(0.99)),
                                result.refused(),
                                kept == result.acknowledged() ? "all" : kept + " of " + result.acknowledged());
                        rates.computeIfAbsent(server.name() + connections, key -> new ArrayList<>())
                                .add(result.rate());
                    }
                }
            }
            line("");
            line("| connections | of the floor | of the plain endpoint |");
            line("|---|---|---|");
            for (int connections : new int[] {32, 128}) {
                List<Double> ours = rates.get("payroutes" + connections);
                row(
                        connections,
                        spread(ours, rates.get("floor" + connections)),
                        spread(ours, rates.get("plain" + connections)));
            }
            line("");
            line("Ratios are medians over the rounds, with the lowest and the highest; each is of one round's neighbours.");
            line("");
            double half = median(rates.get("payroutes32")) / 2;
            payroutes.execute("TRUNCATE stripe_event", "CHECKPOINT");
            Load.Result easy = new Load(payroutes.port(), SECRET).run("half", 32, TIME, half);
            line("At half of the median, " + whole(half) + " events/s: p50 " + one(easy.percentile(0.5)) + " ms, p99 "
                    + one(easy.percentile(0.99)) + " ms. Resident memory after all of this: "
                    + payroutes.residentMegabytes() + " MB (the plain endpoint " + plain.residentMegabytes() + " MB).");
            line("");
        }
    }

    private void onward() throws Exception {
        Pattern order = Pattern.compile("order-([A-Za-z0-9]+)");
        HttpServer erp = erp(body -> {
            Matcher matcher = order.matcher(body);
            if (matcher.find()) {
                receivedAt.putIfAbsent(matcher.group(1), System.nanoTime());
            }
        });
        Map<String, String> settings = settings(erp);
        line("## From the webhook to the ERP");
        try (Server payroutes = payroutes("onward", settings)) {
            Load load = new Load(payroutes.port(), SECRET);
            warm(payroutes, load);
            Map<String, Long> sentAt = new ConcurrentHashMap<>();
            Load.Result result = load.run("late", 32, Duration.ofSeconds(20), 200, sentAt);
            await(payroutes, result.acknowledged());
            long[] latencies = sentAt.entrySet().stream()
                    .filter(sent -> receivedAt.containsKey(sent.getKey()))
                    .mapToLong(sent -> receivedAt.get(sent.getKey()) - sent.getValue())
                    .sorted()
                    .toArray();
            line("At 200 paid events/s for 20 s: " + latencies.length + " of " + result.acknowledged()
                    + " reached the ERP; from the answer to Stripe to the ERP's receipt p50 "
                    + one(percentile(latencies, 0.5)) + " ms, p99 " + one(percentile(latencies, 0.99)) + " ms.");
            line("");
            // What follows on events later, a sweep of the books for instance, has come and gone.
            TimeUnit.SECONDS.sleep(60);
            double cpu = payroutes.cpuSeconds();
            TimeUnit.SECONDS.sleep(20);
            line("Idle, a minute later: " + one((payroutes.cpuSeconds() - cpu) / 20 * 100) + " % of a core. First 200 "
                    + one(payroutes.startSeconds()) + " s after the start of the JVM.");
            line("");
        }
        erp.stop(0);
    }

    private void drain() throws Exception {
        HttpServer erp = erp(body -> {});
        Map<String, String> settings = settings(erp);
        double alone;
        try (Server filling = payroutes("filling", with(settings, "INBOX_POLL", "1h", "INBOX_GATHERING", "1h", "INBOX_MAX_BACKLOG", "1000000"))) {
            filling.execute("TRUNCATE stripe_event, delivery");
            Load load = new Load(filling.port(), SECRET);
            while (filling.count("stripe_event") < BACKLOG) {
                load.run("backlog" + System.nanoTime() + "x", 32, Duration.ofSeconds(1), 0);
            }
            load.run("warmup" + System.nanoTime() + "x", 32, WARM, 0);
            alone = load.run("alone", 32, TIME, 0).rate();
            filling.execute("DELETE FROM stripe_event WHERE event_id LIKE '%alone%' OR event_id LIKE '%warmup%'");
            // Otherwise the database clears away what was deleted beside the drain.
            filling.execute("VACUUM stripe_event", "CHECKPOINT");
        }
        try (Server payroutes = payroutes("draining", with(settings, "INBOX_MAX_BACKLOG", "1000000"))) {
            long backlog = payroutes.count("stripe_event WHERE due_at IS NOT NULL");
            long begin = System.nanoTime();
            Load load = new Load(payroutes.port(), SECRET);
            Load.Result beside = load.run("beside", 32, Duration.ofSeconds(10), 500);
            line("## Draining a backlog");
            line(backlog + " paid events wait, and 500 more a second come in for ten seconds: of those p50 "
                    + one(beside.percentile(0.5)) + " ms, p99 " + one(beside.percentile(0.99)) + " ms, from the start of the JVM on.");
            while (payroutes.count("stripe_event WHERE due_at IS NOT NULL") > backlog / 2) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
            double halfway = (System.nanoTime() - begin) / 1e9;
            Load.Result later = load.run("later", 32, Duration.ofSeconds(10), 500);
            line("The same again when half of them are handled, " + one(halfway) + " s after the first one: p50 "
                    + one(later.percentile(0.5)) + " ms, p99 " + one(later.percentile(0.99)) + " ms.");
            while (payroutes.count("stripe_event WHERE due_at IS NOT NULL") > 0) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
            double handled = (System.nanoTime() - begin) / 1e9;
            while (payroutes.count("delivery WHERE due_at IS NOT NULL AND destination = 'erp'") > 0) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
            double delivered = (System.nanoTime() - begin) / 1e9;
            System.out.printf(Locale.ROOT, "CPU of the drain: %.1f s in the JVM%n", payroutes.cpuSeconds());
            long all = payroutes.count("stripe_event");
            long came = backlog + beside.acknowledged() + later.acknowledged();
            line("All " + all + " were handled after " + one(handled) + " s (" + whole(came / handled)
                    + "/s) and at the ERP after " + one(delivered) + " s (" + whole(came / delivered)
                    + "/s); " + payroutes.count("delivery WHERE state = 'delivered' AND destination = 'erp'")
                    + " deliveries, resident memory " + payroutes.residentMegabytes() + " MB.");
            line("");
            // The backlog is what comes in: far more than can be handled meanwhile. The intake is as warm as it was alone.
            load.run("warm" + System.nanoTime() + "x", 32, WARM, 0);
            double draining = load.run("full", 32, TIME, 0).rate();
            line("At full speed over 32 connections the intake took " + whole(alone) + " events/s while nothing was handled and "
                    + whole(draining) + " while a backlog was drained: " + String.format(Locale.ROOT, "%.2f", draining / alone) + " of its speed.");
        }
        erp.stop(0);
    }

    private static HttpServer erp(Consumer<String> received) throws IOException {
        HttpServer erp = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
        erp.createContext("/", exchange -> {
            received.accept(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        erp.setExecutor(Executors.newFixedThreadPool(16));
        erp.start();
        return erp;
    }

    private static Map<String, String> settings(HttpServer erp) {
        return Map.of(
                "ERP_URL", "http://localhost:" + erp.getAddress().getPort() + "/",
                "ERP_SIGNING_SECRET", "whsec_c2VjcmV0c2VjcmV0c2VjcmV0");
    }

    private void growth() throws Exception {
        HttpServer erp = erp(body -> {});
        Map<String, String> settings = with(settings(erp), "API_KEYS", Growth.API_KEY);
        Growth growth = new Growth(SECRET, WARM, TIME, more -> {
            Map<String, String> all = new LinkedHashMap<>(settings);
            all.putAll(more);
            return payroutes("growth", all);
        });
        line("## Growth");
        Map<String, Double> empty = growth.measure();
        growth.fill(GROWN_EVENTS, GROWN_DELIVERIES);
        Map<String, Double> grown = growth.measure();
        erp.stop(0);
        line(String.format(
                Locale.ROOT,
                "Each by new programs on one database, first with next to nothing in its tables and then with %,d handled events and"
                        + " %,d deliveries of the last 80 days. Lists: the median of 30.",
                GROWN_EVENTS,
                GROWN_DELIVERIES));
        line("");
        line("| what | empty | full | full to empty |");
        line("|---|---|---|---|");
        empty.forEach((what, before) -> row(
                what,
                one(before),
                one(grown.get(what)),
                String.format(Locale.ROOT, "%.2f", grown.get(what) / before)));
        line("");
    }

    private void crashes() throws Exception {
        int[] ports = freePorts();
        line("## Crashes at full speed");
        line("32 connections, with the first events being handled meanwhile; connections that break are made anew at once. Every"
                + " acknowledged event is then looked for in the table.");
        line("");
        line("| what | events/s before | s to the next 200 | events/s then | ten seconds later | acknowledged | lost |");
        line("|---|---|---|---|---|---|---|");
        Map<String, String> settings = Map.of("INBOX_MAX_BACKLOG", "100000000");
        try (Crashes crashes = new Crashes(SECRET, () -> payroutes("crashing", settings, ports))) {
            crashes.warm(WARM);
            for (int round = 1; round <= ROUNDS; round++) {
                crash("the program", crashes.ofTheProgram("k" + round + "x"));
                crash("PostgreSQL", crashes.ofTheDatabase("p" + round + "x"));
            }
            line("");
        }
    }

    private void crash(String what, Crashes.Outcome outcome) {
        row(
                what,
                whole(outcome.before()),
                one(outcome.silence()),
                whole(outcome.after()),
                whole(outcome.later()),
                outcome.acknowledged(),
                outcome.missing());
    }

    private void warm(Server payroutes, Load load) throws Exception {
        Load.Result warm = load.run("warmup", 32, WARM, 400);
        await(payroutes, warm.acknowledged());
        receivedAt.clear();
    }

    private static void await(Server payroutes, long events) throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (payroutes.count("stripe_event WHERE due_at IS NOT NULL") > 0
                || payroutes.count("delivery WHERE due_at IS NOT NULL AND destination = 'erp'") > 0) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(events + " events were not handled in three minutes");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private Server payroutes(String database, Map<String, String> more) throws Exception {
        return payroutes(database, more, freePorts());
    }

    private Server payroutes(String database, Map<String, String> more, int[] ports) throws Exception {
        String name = database.equals("intake") ? "payroutes" : database;
        int port = ports[0];
        // What comes after the intake goes on in one database.
        String url = database(
                switch (database) {
                    case "intake", "crashing", "growth" -> database;
                    default -> "onward";
                });
        Map<String, String> settings = with(
                more,
                "DATABASE_URL", url,
                "HTTP_PORT", Integer.toString(port),
                "MANAGEMENT_PORT", Integer.toString(ports[1]),
                "STRIPE_WEBHOOK_SECRET", SECRET,
                "LOG_LEVEL", "warn");
        List<String> command = new ArrayList<>(List.of(java()));
        if (!PROFILE.isEmpty()) {
            command.add("-XX:StartFlightRecording=filename=" + Path.of(PROFILE, name + ".jfr") + ",settings=profile");
        }
        command.addAll(List.of("@config/java.options", "-jar", "target/payroutes.jar"));
        return Server.start(name, port, url, SECRET, command, settings);
    }

    private Server java(String name, Class<?> program) throws Exception {
        int port = freePorts()[0];
        String url = database(name);
        List<String> command = List.of(
                java(),
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                url,
                Integer.toString(port),
                SECRET);
        return Server.start(name, port, url, SECRET, command, Map.of());
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private String database(String name) throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                var known = statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + name + "'")) {
            if (!known.next()) {
                try (Statement create = connection.createStatement()) {
                    create.execute("CREATE DATABASE " + name);
                }
            }
        }
        return postgres.getJdbcUrl("postgres", name);
    }

    private static Map<String, String> with(Map<String, String> settings, String... more) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    /** Both are held until both are known: a port that is closed may be the next one that the system gives. */
    private static int[] freePorts() throws IOException {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new int[] {one.getLocalPort(), other.getLocalPort()};
        }
    }

    private String header() throws Exception {
        String cpu = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(each -> each.startsWith("model name"))
                .map(each -> each.substring(each.indexOf(':') + 2))
                .findFirst()
                .orElse("unknown");
        String version;
        try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
            version = connection.getMetaData().getDatabaseProductVersion();
        }
        return "# Performance\n\nWritten by the benchmark (benchmark/README.md) on " + LocalDate.now() + ": "
                + Runtime.getRuntime().availableProcessors() + " processors (" + cpu + "), which the load generator and"
                + " PostgreSQL " + version + " (fsync and synchronous_commit on) share with what is measured; Java "
                + System.getProperty("java.version") + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + ". Absolute figures are this machine's; the ratios hold better.\n\n";
    }

    private void line(String text) {
        page.append(text).append('\n');
        System.out.println(text);
    }

    private void row(Object... cells) {
        StringBuilder row = new StringBuilder("|");
        for (Object cell : Arrays.asList(cells)) {
            row.append(' ').append(cell).append(" |");
        }
        line(row.toString());
    }

    private static String spread(List<Double> ours, List<Double> theirs) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i) / theirs.get(i));
        }
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f to %.2f)",
                median(ratios),
                Collections.min(ratios),
                Collections.max(ratios));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static double percentile(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e6;
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }

    private static String one(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
