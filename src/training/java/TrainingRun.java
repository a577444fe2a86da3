import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Makes payroutes.jsa, the archive of classes that lets the program start in two thirds of the time (half on JDK 25):
 * starts the program and stops it. An archive that Java would not use is a failure here, instead of merely costing every start its advantage. Up
 * to JDK 24 it is a dynamic archive of class data sharing, from JDK 25 on an ahead-of-time cache; -XX:SharedArchiveFile
 * takes either.
 *
 * <p>It may be a folder with somebody's own routes and settings, so nothing of them may have an effect: the routes are
 * built and not started, the database is in memory, and no setting comes from the environment.
 * {@code TRAINING_DATABASE_URL} names another database, for that kind of database; its schema is made there.
 *
 * <p>Runs in a folder with routes/ and config/; the arguments are the program's jar, as it will be started from there, and
 * {@code or-go-without} if no archive shall be no failure. The archive is put beside the jar, and holds for exactly this
 * Java, this jar and its libraries.
 */
final class TrainingRun {
    private static final int FIRST_WITH_CACHE = 25;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    /** What a process needs to run at all. */
    private static final Set<String> ENVIRONMENT =
            Set.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TMP", "TEMP", "SystemRoot");
    /** Named in the environment, these come before whatever the files say. */
    private static final Map<String, String> SETTINGS = Map.of(
            "CAMEL_MAIN_AUTOSTARTUP", "false",
            "STRIPE_WEBHOOK_SECRET", "whsec_training",
            "DATABASE_USER", "",
            "DATABASE_PASSWORD", "");
    /** As the image starts it: netty is allowed what Java 25 warns of. */
    private static final String NETTY = "--sun-misc-unsafe-memory-access=allow";

    private static final String ALL_ROUTES = "\"name\":\"start\",\"status\":\"UP\"";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private final Path jar;
    private final Path archive;
    private final Path log;

    private TrainingRun(Path jar) {
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
            System.err.println("No archive of classes was made, so that starts take half as long again: " + e);
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
        int[] ports = twoFreePorts();
        int managementPort = ports[1];
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().keySet().retainAll(ENVIRONMENT);
        builder.environment().putAll(SETTINGS);
        String database = System.getenv("TRAINING_DATABASE_URL");
        builder.environment().put("DATABASE_URL", database == null ? "jdbc:h2:mem:training" : database);
        builder.environment().put("HTTP_PORT", Integer.toString(ports[0]));
        builder.environment().put("MANAGEMENT_PORT", Integer.toString(managementPort));
        Process program = builder.start();
        try {
            // Not ready: the routes do not run. That all of them are there is one of the checks.
            await(program, URI.create("http://127.0.0.1:" + managementPort + "/observe/health/ready"), ALL_ROUTES);
            await(program, URI.create("http://127.0.0.1:" + managementPort + "/observe/metrics"), "");
        } finally {
            program.destroy(); // as docker stop does
            if (!program.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                program.destroyForcibly();
                throw new IllegalStateException("the program did not stop");
            }
        }
    }

    private void await(Process program, URI uri, String part) throws Exception {
        String last = "none";
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            if (!program.isAlive()) {
                throw new IllegalStateException("the program ended with " + program.exitValue());
            }
            try {
                HttpResponse<String> answer =
                        http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
                last = answer.statusCode() + " " + answer.body();
                if (answer.statusCode() != 404 && answer.body().contains(part)) {
                    return;
                }
            } catch (IOException e) {
                // not there yet
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException(
                "not started within " + PATIENCE.toSeconds() + " s; the last answer was " + last);
    }

    /** Both are held until both are known: a port that is closed may be the next one that the system gives. */
    private static int[] twoFreePorts() throws IOException {
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket other = new ServerSocket(0)) {
            return new int[] {one.getLocalPort(), other.getLocalPort()};
        }
    }
}
