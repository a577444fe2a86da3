package io.payroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The dev profile: what is saved under routes/ takes effect, unless there is a mistake in it. */
@Timeout(180)
class ReloadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private final HttpClient client = HttpClient.newHttpClient();
    private final Log log = new Log();

    @TempDir
    private Path copy;

    @BeforeEach
    void listen() {
        log.start();
        ((Logger) LoggerFactory.getLogger("io.payroutes.RouteReload")).addAppender(log);
        System.setProperty("camel.main.profile", "dev");
    }

    @AfterEach
    void leave() {
        ((Logger) LoggerFactory.getLogger("io.payroutes.RouteReload")).detachAppender(log);
        System.clearProperty("camel.main.profile");
    }

    @Test
    void aGoodChangeTakesEffectAndABadOneLeavesTheRoutesAsTheyWere() throws Exception {
        ProjectCopy.copy(Path.of("routes"), copy);
        Path webhook = copy.resolve("stripe-webhook.camel.yaml");
        Path errors = copy.resolve("errors.camel.yaml");
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes program = RunningPayroutes.on(database)
                        .with("camel.main.routesIncludePattern", "file:" + copy + "/*.camel.yaml")
                        .with("camel.component.kamelet.location", "file:" + copy + "/kamelets")
                        .start()) {
            assertThat(answerToUnsigned(program)).isEqualTo(400);

            ProjectCopy.replace(webhook, "- setBody:", "- sendBody:");
            await().atMost(PATIENCE).until(() -> log.says(webhook + ", line 25: there is no step called sendBody"));
            assertThat(answerToUnsigned(program)).isEqualTo(400);

            ProjectCopy.replace(webhook, "- sendBody:", "- setBody:");
            ProjectCopy.replace(webhook, "method: verify", "method: verifi");
            await().atMost(PATIENCE)
                    .until(() -> log.says("SignatureVerifier has no method verifi\n    method: verifi"));
            assertThat(answerToUnsigned(program)).isEqualTo(400);

            ProjectCopy.replace(webhook, "method: verifi", "method: verify");
            ProjectCopy.replace(errors, "expression: \"400\"", "expression: \"422\"");
            await().atMost(PATIENCE).until(() -> answerToUnsigned(program) == 422);
        }
    }

    @Test
    void aStopInTheMiddleOfAReloadWaitsForItsEnd() throws Exception {
        ProjectCopy.copy(Path.of("routes"), copy);
        CountDownLatch reloading = new CountDownLatch(1);
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes program = RunningPayroutes.on(database)
                        .with("camel.main.routesIncludePattern", "file:" + copy + "/*.camel.yaml")
                        .with("camel.component.kamelet.location", "file:" + copy + "/kamelets")
                        .start()) {
            program.camel().getManagementStrategy().addEventNotifier(new SimpleEventNotifierSupport() {
                @Override
                public void notify(CamelEvent event) {
                    if (event instanceof CamelEvent.RouteRemovedEvent) {
                        reloading.countDown();
                    }
                }
            });
            ProjectCopy.replace(copy.resolve("errors.camel.yaml"), "expression: \"400\"", "expression: \"422\"");
            assertThat(reloading.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            // Now it is closed, which must not fail.
        }
    }

    private int answerToUnsigned(RunningPayroutes program) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create(program.url("/webhook")))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static final class Log extends AppenderBase<ILoggingEvent> {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }

        boolean says(String text) {
            return lines.stream().anyMatch(line -> line.contains(text));
        }
    }
}
