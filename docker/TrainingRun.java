import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
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
 * Makes payroutes.aot, the cache that lets JDK 25 start the program in about half the time: starts the program, has it
 * take and handle events, and stops it. Then starts it again with the cache and nothing else allowed (AOTMode=on), so that
 * a cache which would not be used fails the build and does not merely cost every start its advantage.
 *
 * <p>Nothing of it stays: the database is in memory, the secret is thrown away, the partners are not there.
 *
 * <p>Runs in a folder with payroutes.jar, lib/, routes/ and config/; the cache holds for exactly this Java and these jars.
 */
final class TrainingRun {
    private static final Path CACHE = Path.of("payroutes.aot");
    private static final String SECRET = "whsec_training";
    private static final int PORT = 4242;
    private static final int MANAGEMENT_PORT = 9876;
    private static final int EVENTS = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Map<String, String> SETTINGS = Map.of(
            "STRIPE_WEBHOOK_SECRET", SECRET,
            "HTTP_PORT", Integer.toString(PORT),
            "MANAGEMENT_PORT", Integer.toString(MANAGEMENT_PORT),
            "DATABASE_URL", "jdbc:h2:mem:training",
            // Nobody listens there: the clients are loaded, and nothing is sent.
            "ERP_URL", "http://127.0.0.1:9/",
            "MAIL_HOST", "127.0.0.1",
            "MAIL_PORT", "9",
            "MAIL_FROM", "training@example.com",
            "MAIL_PAYMENT_FAILED_DELAY", "0s");
    /** As the image starts it: netty is allowed what Java 25 warns of. */
    private static final String NETTY = "--sun-misc-unsafe-memory-access=allow";
    private static final Path LOG = Path.of("training.log");

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    public static void main(String[] args) throws Exception {
        TrainingRun training = new TrainingRun();
        Files.deleteIfExists(CACHE);
        try {
            // With what was compiled in this run, the compiler takes both cores of a small machine at each start.
            training.run(
                    "-XX:AOTCacheOutput=" + CACHE, "-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining");
            if (!Files.exists(CACHE)) {
                throw new IllegalStateException("the training run left no " + CACHE);
            }
            training.run("-XX:AOTCache=" + CACHE, "-XX:AOTMode=on");
        } catch (Exception e) {
            System.err.print(Files.readString(LOG));
            throw e;
        }
        Files.delete(LOG); // it tells of partners that are not there
        System.out.println(CACHE + ": " + Files.size(CACHE) / 1_000_000 + " MB, and it is used");
    }

    private void run(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        // Not every class can be cached, and each that cannot is told with a warning.
        command.addAll(List.of("-Xlog:aot*=error", "-Xlog:cds*=error", NETTY, "-jar", "payroutes.jar"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(LOG.toFile()));
        String database = System.getenv("DATABASE_URL");
        builder.environment().putAll(SETTINGS);
        if (database != null) {
            builder.environment().put("DATABASE_URL", database);
        }
        long start = System.nanoTime();
        Process program = builder.start();
        try {
            await200(program, () -> post(0));
            System.out.println("first 200 after " + (System.nanoTime() - start) / 1_000_000 + " ms with " + options[0]);
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
        String event =
                """
                {"id": "evt_%1$d", "object": "event", "type": "payment_intent.%2$s", "api_version": "2026-01-28.clover",
                 "created": %3$d, "livemode": false, "data": {"object": {"id": "pi_%1$d", "object": "payment_intent",
                 "status": "%4$s", "amount": 1000, "amount_received": %5$d, "amount_capturable": 0, "currency": "eur",
                 "created": %3$d, "livemode": false, "capture_method": "automatic", "payment_method_types": ["card"],
                 "receipt_email": "training@example.com", "metadata": {"order_id": "training"}}}}\
                """
                        .formatted(
                                number,
                                paid ? "succeeded" : "payment_failed",
                                System.currentTimeMillis() / 1000,
                                paid ? "succeeded" : "requires_payment_method",
                                paid ? 1000 : 0);
        String time = Long.toString(System.currentTimeMillis() / 1000);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + "/webhook"))
                .header("Content-Type", "application/json")
                .header("Stripe-Signature", "t=" + time + ",v1=" + sign(time + "." + event))
                .POST(BodyPublishers.ofString(event))
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    private int get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + MANAGEMENT_PORT + path);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private static String sign(String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
