package io.payroutes.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.SignedEvent;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripeHistories;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Law 9 for requests that are no events. */
class RequestLimitsTest {
    private static final String KEY = "a-key-of-these-tests-that-nobody-guesses";

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void whatIsNoEventHasASmallBody() throws Exception {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes payroutes =
                        RunningPayroutes.on(database).with("api.max-body", 1000).start()) {
            for (String path : List.of("/pay", "/checkout/x/intent", "/nothing")) {
                assertThat(status(payroutes, path, 1001)).as(path).isEqualTo(413);
                assertThat(status(payroutes, path, 999)).as(path).isNotEqualTo(413);
            }
            assertThat(status(payroutes, "/api/orders", 1001)).isEqualTo(401);
            assertThat(status(payroutes, "/webhook", 1001)).isEqualTo(400);
        }
    }

    @Test
    void moreThanMayWaitHear503AndAnEventIsTakenAllTheSame() throws Exception {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes payroutes = RunningPayroutes.on(database)
                        .with("api.keys", KEY)
                        .with("api.requests", 2)
                        .with("database.pool", 6)
                        .start()) {
            List<Connection> taken = takeAll(payroutes.bean("dataSource", DataSource.class));
            List<HttpResponse<String>> answers = IntStream.range(0, VertxOptions.DEFAULT_WORKER_POOL_SIZE + 20)
                    .mapToObj(i -> list(payroutes))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer)
                            .returns(503, HttpResponse::statusCode)
                            .extracting(HttpResponse::headers)
                            .satisfies(headers -> assertThat(headers.firstValue("Retry-After"))
                                    .isPresent()));
            assertThat(answers)
                    .as("others hear that the database gives no connection")
                    .anySatisfy(answer -> assertThat(answer.body()).contains("too much to do"));
            StripeEvent event = StripeHistories.generate(1, 1).events().get(0);
            CompletableFuture<HttpResponse<String>> stored = http.sendAsync(
                    SignedEvent.request(URI.create(payroutes.url("/webhook")), event, "whsec_test", Instant.now())
                            .build(),
                    BodyHandlers.ofString());
            for (Connection connection : taken) {
                connection.close();
            }
            assertThat(stored.join().statusCode()).isEqualTo(200);
            assertThat(list(payroutes).join().statusCode()).isEqualTo(200);
        }
    }

    private static List<Connection> takeAll(DataSource pool) {
        List<Connection> taken = new ArrayList<>();
        while (taken.size() < 6) {
            try {
                taken.add(pool.getConnection());
            } catch (SQLException e) {
                // somebody else has one for the moment
            }
        }
        return taken;
    }

    private CompletableFuture<HttpResponse<String>> list(RunningPayroutes payroutes) {
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create(payroutes.url("/api/events")))
                        .header("Authorization", "Bearer " + KEY)
                        .build(),
                BodyHandlers.ofString());
    }

    private int status(RunningPayroutes payroutes, String path, int bytes) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(payroutes.url(path)))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(" ".repeat(bytes)))
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }
}
