package io.payroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.ApiVersion;
import io.payroutes.demo.Endpoint;
import io.payroutes.demo.OtherEvents;
import io.payroutes.demo.SignedEvent;
import io.payroutes.demo.StripeEvent;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a route that begins with {@code stripe-webhook} can rely on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StripeWebhookTest {
    private static final int MORE_THAN_THE_SERVER_HAS_THREADS = 2 * VertxOptions.DEFAULT_WORKER_POOL_SIZE;

    private final HttpClient http = HttpClient.newHttpClient();
    private final TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
    private final RunningPayroutes payroutes = RunningPayroutes.on(database).start();
    private final CountDownLatch slowOnesMayGo = new CountDownLatch(1);
    private final CountDownLatch blockedOnesMayGo = new CountDownLatch(1);
    private final AtomicInteger slowOnes = new AtomicInteger();
    private int events;
    private volatile boolean isSlow;

    @BeforeAll
    void addRoutes() throws Exception {
        payroutes.camel().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/slow").routeId("slow").process(exchange -> {
                    slowOnes.incrementAndGet();
                    slowOnesMayGo.await();
                });
                from("stripe-webhook:failing")
                        .routeId("failing")
                        .errorHandler(noErrorHandler())
                        .process(exchange -> {
                            throw new IllegalStateException("a secret");
                        });
                from("stripe-webhook:/fatal")
                        .routeId("fatal")
                        .errorHandler(noErrorHandler())
                        .process(exchange -> {
                            throw new StackOverflowError();
                        });
                from("stripe-webhook:/mirror").routeId("mirror").process(exchange -> {
                    exchange.getMessage()
                            .setBody(exchange.getMessage().getHeaders().keySet().toString());
                    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 202);
                    exchange.getMessage().setHeader("X-Answer", "seen");
                });
                from("stripe-webhook:/thread").routeId("thread").process(exchange -> {
                    if (isSlow) {
                        new CountDownLatch(1).await(30, TimeUnit.MILLISECONDS);
                    }
                    exchange.getMessage().setBody(Thread.currentThread().getName());
                });
                from("stripe-webhook:/blocking").routeId("blocking").process(exchange -> blockedOnesMayGo.await());
                from("stripe-webhook:/garbled").routeId("garbled").setHeader("X-Answer", constant("a\r\nX-Other: b"));
                from("stripe-webhook:/silent").routeId("silent").setBody(constant(""));
            }
        });
    }

    @AfterAll
    void stop() {
        slowOnesMayGo.countDown();
        payroutes.close();
        database.close();
    }

    @Test
    void eventsAreTakenWhileEveryThreadOfTheServerWaitsForSomethingElse() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < MORE_THAN_THE_SERVER_HAS_THREADS; i++) {
            waiting.add(http.sendAsync(
                    HttpRequest.newBuilder(URI.create(payroutes.url("/slow"))).build(), BodyHandlers.ofString()));
        }
        try {
            await().until(() -> slowOnes.get() == VertxOptions.DEFAULT_WORKER_POOL_SIZE);
            assertThat(CompletableFuture.supplyAsync(this::take))
                    .succeedsWithin(Duration.ofSeconds(20))
                    .isEqualTo(200);
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
        } finally {
            slowOnesMayGo.countDown();
        }
        CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)).join();
    }

    @Test
    void bodiesAreRefusedWhenThoseThatWaitHoldTooMuch() {
        byte[] large = new byte[100_000];
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            answers.add(http.sendAsync(
                    HttpRequest.newBuilder(URI.create(payroutes.url("/blocking")))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofByteArray(large))
                            .build(),
                    BodyHandlers.ofString()));
        }
        try {
            await().atMost(Duration.ofSeconds(20)).until(() -> count(answers) == 7);
            assertThat(answers.stream().filter(CompletableFuture::isDone))
                    .allMatch(answer -> answer.join().statusCode() == 503);
        } finally {
            blockedOnesMayGo.countDown();
        }
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
        assertThat(answers.stream().filter(answer -> answer.join().statusCode() == 200))
                .hasSize(83);
    }

    private static long count(List<CompletableFuture<HttpResponse<String>>> answers) {
        return answers.stream().filter(CompletableFuture::isDone).count();
    }

    @Test
    void aRouteRunsOnTheEventLoopWhileItIsSwiftAndOnThreadsOfItsOwnOtherwise() throws Exception {
        assertThat(post("/thread").body()).contains("stripe-webhook");
        await().atMost(Duration.ofMinutes(2)).until(() -> {
            CompletableFuture<?>[] many =
                    Stream.generate(() -> postMeanwhile("/thread")).limit(100).toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(many).join();
            return post("/thread").body().contains("eventloop");
        });
        isSlow = true;
        post("/thread"); // which is how it is found out
        assertThat(post("/thread").body()).contains("stripe-webhook");
    }

    @Test
    void theRouteSeesTheSignatureAndNothingElseAndItIsNotSentBack() throws Exception {
        HttpResponse<String> answer = post("/mirror");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("[Stripe-Signature]");
        assertThat(answer.headers().firstValue("X-Answer")).hasValue("seen");
        assertThat(answer.headers().map()).doesNotContainKeys("Stripe-Signature", "CamelHttpResponseCode");
    }

    @Test
    void aRouteThatSaysNothingAnswersWithAnEmpty200() throws Exception {
        HttpResponse<String> answer = post("/silent");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void aRouteThatFailsTellsNobodyOutsideWhy() throws Exception {
        HttpResponse<String> answer = post("/failing");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void anAnswerThatIsNoneIsAFailureAndNotSilence() throws Exception {
        HttpResponse<String> answer = post("/garbled");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.headers().firstValue("X-Other")).isEmpty();
    }

    @Test
    void aRouteThatSaysNothingOfTheBodysTypeAnswersWithJson() throws Exception {
        assertThat(post("/mirror").headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(post("/failing").headers().firstValue("Content-Type")).isEmpty();
    }

    @Test
    void whatStopsOneInTheMiddleLeavesNobodyWithoutAnAnswer() {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            answers.add(http.sendAsync(
                    HttpRequest.newBuilder(URI.create(payroutes.url(i % 3 == 0 ? "/fatal" : "/mirror")))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("{}"))
                            .build(),
                    BodyHandlers.ofString()));
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i))
                    .succeedsWithin(Duration.ofSeconds(20))
                    .extracting(HttpResponse::statusCode)
                    .isEqualTo(i % 3 == 0 ? 500 : 202);
        }
    }

    @Test
    void aSuspendedRouteAsksStripeToComeAgain() throws Exception {
        payroutes.camel().getRouteController().suspendRoute("stripe-webhook");
        assertThat(post("/webhook").statusCode()).isEqualTo(503);
        payroutes.camel().getRouteController().resumeRoute("stripe-webhook");
        assertThat(post("/webhook").statusCode()).isEqualTo(200);
    }

    @Test
    void aStoppedRouteLeavesItsPath() throws Exception {
        payroutes.camel().getRouteController().stopRoute("silent");
        assertThat(post("/silent").statusCode()).isEqualTo(404);
        payroutes.camel().getRouteController().startRoute("silent");
        assertThat(post("/silent").statusCode()).isEqualTo(200);
    }

    private int take() {
        try {
            return post("/webhook").statusCode();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return http.send(event(path), BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> postMeanwhile(String path) {
        return http.sendAsync(event(path), BodyHandlers.ofString());
    }

    private HttpRequest event(String path) {
        events++;
        StripeEvent event = OtherEvents.unknown(
                Endpoint.of(ApiVersion.V2022_08_01), Instant.now().getEpochSecond() - events);
        return SignedEvent.request(URI.create(payroutes.url(path)), event, "whsec_test", Instant.now())
                .header("CamelHttpResponseCode", "302")
                .build();
    }
}
