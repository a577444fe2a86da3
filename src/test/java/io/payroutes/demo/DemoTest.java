package io.payroutes.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.payroutes.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo, as a newcomer starts it, in a process of its own. */
class DemoTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private Process demo;
    private int port;

    @AfterEach
    void stop() {
        demo.destroyForcibly().onExit().join();
    }

    @Test
    void theStoryIsToldToItsEndAndOneChargeDoesNotAddUp() throws Exception {
        start();
        await().atMost(Duration.ofMinutes(2)).until(() -> log().contains("mails:   "));

        assertThat(log())
                .contains("fulfillment.requested order 1001", "fulfillment.canceled order 1007", "order 2001")
                .contains("the ERP heard 0 new messages; order 1001 is still Succeeded");
        assertThat(log().lines()
                        .filter(line -> line.matches("\\S+ (WARN|ERROR) .*"))
                        // what a busy machine has them say
                        .filter(line -> !line.matches(".* (BlockedThreadChecker|HikariPool|PoolBase) .*")))
                .singleElement()
                .asString()
                .contains("amount_mismatch: Charge ch_demo_mismatch_1");
        assertThat(mails()).anyMatch(mail -> mail.contains("<html lang=\"ja\"") && mail.contains("お支払いが完了していません"));
        assertThat(api("payments").path("data")).hasSizeGreaterThanOrEqualTo(9);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(runs())
                        .hasSizeGreaterThanOrEqualTo(2)
                        .allSatisfy(run -> assertThat(run.path("outcome").asText())
                                .as(run.toString())
                                .isEqualTo("finished")));
        assertThat(api("reconciliation/findings").path("data"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.path("code").asText()).isEqualTo("amount_mismatch"));
    }

    private void start() throws IOException {
        port = FreePort.next();
        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dfile.encoding=UTF-8",
                        "-Duser.language=ar", // a language with digits of its own
                        "-Duser.country=EG",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.payroutes.demo.Demo")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        java.environment()
                .putAll(Map.of(
                        "HTTP_PORT", Integer.toString(port),
                        "MANAGEMENT_PORT", Integer.toString(FreePort.next()),
                        "MAIL_PORT", Integer.toString(FreePort.next()),
                        "DEMO_STRIPE_PORT", Integer.toString(FreePort.next()),
                        "DEMO_MAILS", folder.resolve("mails").toString()));
        demo = java.start();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    private List<String> mails() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("mails"))) {
            return files.filter(file -> file.toString().endsWith(".html"))
                    .map(DemoTest::text)
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The runs that ask Stripe. */
    private List<JsonNode> runs() throws Exception {
        return Stream.of(api("reconciliation/runs").path("data"))
                .flatMap(data ->
                        Stream.iterate(0, i -> i < data.size(), i -> i + 1).map(data::get))
                .filter(run -> run.hasNonNull("step"))
                .toList();
    }

    private JsonNode api(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/" + path))
                .header("Authorization", "Bearer demo-key")
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}
