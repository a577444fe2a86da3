package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build leaves an archive of classes with which the program starts as the README says. */
class ArchiveOfClassesTest {
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final String OWN_ROUTE = """
            - route:
                id: own
                description: Tells a partner at once.
                group: own
                from:
                  uri: timer
                  parameters:
                    timerName: own
                    repeatCount: 1
                    delay: 0
                  steps:
                    - to:
                        uri: http
                        parameters:
                          httpUri: http://localhost:%d/
            """;

    @BeforeEach
    void needsAJavaWithAnArchiveOfItsOwnClasses() {
        assumeTrue(Files.exists(JAVA_HOME.resolve("lib/server/classes.jsa")), "there is nothing to add ours to");
    }

    @Test
    void isTakenByThisJavaWithTheOptionsOfTheReadme() throws Exception {
        // -Xshare:on: without a usable archive Java does not start.
        Process java = new ProcessBuilder(
                        JAVA_HOME.resolve("bin/java").toString(),
                        "@config/java.options",
                        "-Xshare:on",
                        "-cp",
                        "target/payroutes.jar",
                        "-version")
                .redirectErrorStream(true)
                .start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor()).as(said).isZero();
    }

    /** Whoever builds in a folder with routes and settings of their own must not have them run. */
    @Test
    void isMadeWithoutRunningARouteAndWithoutASettingOfTheEnvironment(@TempDir Path folder) throws Exception {
        for (String part : List.of("routes", "config")) {
            try (Stream<Path> files = Files.walk(Path.of(part))) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Files.copy(file, folder.resolve(file));
                }
            }
        }
        Files.createSymbolicLink(folder.resolve("lib"), Path.of("target/lib").toAbsolutePath());
        Files.copy(Path.of("target/payroutes.jar"), folder.resolve("payroutes.jar"));
        AtomicInteger calls = new AtomicInteger();
        HttpServer partner = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        partner.createContext("/", exchange -> {
            calls.incrementAndGet();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        partner.start();
        try {
            Files.writeString(
                    folder.resolve("routes/own.camel.yaml"),
                    OWN_ROUTE.formatted(partner.getAddress().getPort()));
            ProcessBuilder builder = new ProcessBuilder(
                            JAVA_HOME.resolve("bin/java").toString(),
                            Path.of("src/training/java/TrainingRun.java")
                                    .toAbsolutePath()
                                    .toString(),
                            "payroutes.jar")
                    .directory(folder.toFile())
                    .redirectErrorStream(true);
            builder.environment().put("DATABASE_URL", "jdbc:postgresql://localhost:1/of_production");
            // With this the program would not start.
            builder.environment().put("HTTP_IDLE_TIMEOUT", "for ever");

            Process training = builder.start();
            String said = new String(training.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(training.waitFor()).as(said).isZero();
            assertThat(folder.resolve("payroutes.jsa")).isRegularFile();
            assertThat(calls).hasValue(0);
        } finally {
            partner.stop(0);
        }
    }
}
