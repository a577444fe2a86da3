import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes payroutes.jsa, the archive of classes that lets the program start in about half the time: starts the program, has
 * it take and handle events, and stops it. An archive that Java would not use is a failure here, instead of merely costing
 * every start its advantage. Up to JDK 24 it is a dynamic archive of class data sharing, from JDK 25 on an ahead-of-time
 * cache; -XX:SharedArchiveFile takes either.
 *
 * <p>Nothing else of it stays: the database is in memory (or DATABASE_URL), the secret is thrown away, the partners are not
 * there.
 *
 * <p>Runs in a folder with routes/ and config/; the arguments are the program's jar, as it will be started from there, and
 * {@code or-go-without} if no archive shall be no failure. The archive is put beside the jar, and holds for exactly this
 * Java, this jar and its libraries.
 */
final class TrainingRun {
    private static final String SECRET = "whsec_training";
    private static final int FIRST_WITH_CACHE = 25;
    private static final int EVENTS = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Map<String, String> SETTINGS = Map.of(
            "STRIPE_WEBHOOK_SECRET", SECRET,
            "DATABASE_URL", "jdbc:h2:mem:training",
            // Nobody listens there: the clients are loaded, and nothing is sent.
            "ERP_URL", "http://127.0.0.1:9/",
            "MAIL_HOST", "127.0.0.1",
            "MAIL_PORT", "9",
            "MAIL_FROM", "training@example.com",
            "MAIL_PAYMENT_FAILED_DELAY", "0s");
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    /** As the image starts it: netty is allowed what Java 25 warns of. */
    private static final String NETTY = "--sun-misc-unsafe-memory-access=allow";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private final Path jar;
    private final Path archive;
    private final Path log;
    private final int port = freePort();
    private final int managementPort = freePort();

    private TrainingRun(Path jar) throws IOException {
        this.jar = jar;
        archive = jar.resolveSibling("payroutes.jsa");
        log = jar.resolveSibling("training.log");
    }

    public static void main(String[] args) throws Exception {
        try {
            new TrainingRun(Path.of(args[0])).makeArchive();
        } catch (Exception e) {
            if (!List.of(args).contains("or-go-without")) {
                throw e;
            }
            System.err.println("No archive of classes was made, so that starts take twice as long: " + e);
        }
    }

    private void makeArchive() throws Exception {
        if (isUsable()) {
            System.out.println(archive + " is still good");
            return;
        }
        Files.deleteIfExists(archive);
        Files.deleteIfExists(log);
        try {
            if (Runtime.version().feature() < FIRST_WITH_CACHE) {
                run("-XX:ArchiveClassesAtExit=" + archive);
            } else {
                // With what was compiled in this run, the compiler takes both cores of a small machine at each start.
                run(
                        "-XX:AOTCacheOutput=" + archive,
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:-AOTRecordTraining",
                        "-Xlog:aot*=error",
                        NETTY);
            }
            if (!isUsable()) {
                throw new IllegalStateException("the training run left no " + archive + " that this Java would use");
            }
        } catch (Exception e) {
            Files.deleteIfExists(archive);
            if (Files.exists(log)) {
                System.err.print(Files.readString(log));
            }
            throw e;
        }
        Files.delete(log); // it tells of partners that are not there
        System.out.println(archive + ": " + Files.size(archive) / 1_000_000 + " MB");
    }

    /** Asks Java, which refuses to start with an archive of another Java, jar or library when told to use it. */
    private boolean isUsable() throws Exception {
        if (!Files.exists(archive)) {
            return false;
        }
        Process java = new ProcessBuilder(
                        JAVA, "-XX:SharedArchiveFile=" + archive, "-Xshare:on", "-cp", jar.toString(), "-version")
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD)
                .start();
        return java.waitFor() == 0;
    }

    private void run(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(JAVA);
        command.addAll(List.of(options));
        // Not every class can be archived, and each that cannot is told with a warning.
        command.add("-Xlog:cds*=error");
        command.addAll(List.of("-jar", jar.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
        String database = System.getenv("DATABASE_URL");
        builder.environment().putAll(SETTINGS);
        builder.environment().put("HTTP_PORT", Integer.toString(port));
        builder.environment().put("MANAGEMENT_PORT", Integer.toString(managementPort));
        if (database != null) {
            builder.environment().put("DATABASE_URL", database);
        }
        Process program = builder.start();
        try {
            await200(program, () -> post(0));
            for (int i = 1; i < EVENTS; i++) {
                post(i);
            }
            await200(program, () -> get("/observe/health/ready"));
            await200(program, () -> get("/observe/metrics"));
            Thread.sleep(1000); // events are handled after the answer
        } finally {
            program.destroy(); // as docker stop does
            if (!program.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                program.destroyForcibly();
                throw new IllegalStateException("the program did not stop");
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void await200(Process program, Callable<Integer> request) throws Exception {
        int last = 0;
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            if (!program.isAlive()) {
                throw new IllegalStateException("the program ended with " + program.exitValue());
            }
            try {
                last = request.call();
                if (last == 200) {
                    return;
                }
            } catch (IOException e) {
                // not there yet
            }
            Thread.sleep(10);
        }
        throw new IllegalStateException("no 200 within " + PATIENCE.toSeconds() + " s; the last answer was " + last);
    }

    private int post(int number) throws Exception {
        boolean paid = number % 2 == 0;
        String event = """
                {"id": "evt_%1$d", "object": "event", "type": "payment_intent.%2$s", "api_version": "2026-01-28.clover",
                 "created": %3$d, "livemode": false, "data": {"object": {"id": "pi_%1$d", "object": "payment_intent",
                 "status": "%4$s", "amount": 1000, "amount_received": %5$d, "amount_capturable": 0, "currency": "eur",
                 "created": %3$d, "livemode": false, "capture_method": "automatic", "payment_method_types": ["card"],
                 "receipt_email": "training@example.com", "metadata": {"order_id": "training"}}}}\
                """.formatted(
                        number,
                        paid ? "succeeded" : "payment_failed",
                        System.currentTimeMillis() / 1000,
                        paid ? "succeeded" : "requires_payment_method",
                        paid ? 1000 : 0);
        String time = Long.toString(System.currentTimeMillis() / 1000);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/webhook"))
                .header("Content-Type", "application/json")
                .header("Stripe-Signature", "t=" + time + ",v1=" + sign(time + "." + event))
                .POST(BodyPublishers.ofString(event))
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    private int get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + managementPort + path);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private static String sign(String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
