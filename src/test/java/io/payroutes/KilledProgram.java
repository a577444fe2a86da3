package io.payroutes;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** The packaged program in a process of its own, started as the README says; closing it kills it. */
final class KilledProgram implements AutoCloseable {
    private final Process process;
    private final int httpPort;

    private KilledProgram(Process process, int httpPort) {
        this.process = process;
        this.httpPort = httpPort;
    }

    static KilledProgram start(Map<String, String> settings) throws IOException {
        return start(Path.of(""), settings);
    }

    /** @param folder that has routes/ and config/, and gets data/ */
    static KilledProgram start(Path folder, Map<String, String> settings) throws IOException {
        int httpPort = FreePort.next();
        int managementPort = FreePort.next();
        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@config/java.options",
                        "-jar",
                        folder.toAbsolutePath()
                                .relativize(Path.of("target/payroutes.jar").toAbsolutePath())
                                .toString())
                .directory(folder.toAbsolutePath().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target/killed-program.log")));
        java.environment().put("HTTP_PORT", Integer.toString(httpPort));
        java.environment().put("MANAGEMENT_PORT", Integer.toString(managementPort));
        settings.forEach((name, value) -> java.environment().put(environmentName(name), value));
        KilledProgram program = new KilledProgram(java.start(), httpPort);
        URI ready = URI.create("http://localhost:" + managementPort + "/observe/health/live");
        try {
            await().atMost(Duration.ofMinutes(1)).until(() -> program.answers(ready));
        } catch (RuntimeException e) {
            program.close();
            throw e;
        }
        return program;
    }

    URI webhook() {
        return URI.create("http://localhost:" + httpPort + "/webhook");
    }

    URI api(String path) {
        return URI.create("http://localhost:" + httpPort + "/api" + path);
    }

    long pid() {
        return process.pid();
    }

    /** As on a machine that swaps: it stands still, and then goes on as if no time had passed. */
    void pause() throws IOException, InterruptedException {
        OwnPostgres.signal("-STOP", process.pid());
    }

    void goOn() throws IOException, InterruptedException {
        OwnPostgres.signal("-CONT", process.pid());
    }

    /** As SIGKILL does: nothing is finished, nothing is said. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private boolean answers(URI uri) throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "the program ended with " + process.exitValue() + "; see target/killed-program.log");
        }
        try {
            return HttpClient.newHttpClient()
                            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static String environmentName(String setting) {
        return setting.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
