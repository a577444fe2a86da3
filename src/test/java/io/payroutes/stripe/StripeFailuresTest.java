package io.payroutes.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.CardException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import io.payroutes.stripe.StripeOnLoopback.Answer;
import io.payroutes.stripe.StripeOnLoopback.Request;
import java.io.InterruptedIOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.assertj.core.util.Throwables;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails fails as it does in the SDK, and what fails in passing is tried again, as the same request. */
@Timeout(60)
class StripeFailuresTest {
    private static final Answer CHARGE = Answer.of(200, "{\"id\": \"ch_1\", \"object\": \"charge\"}");

    private StripeOnLoopback stripe;
    private StripeRoute route;

    @BeforeEach
    void start() throws Exception {
        stripe = new StripeOnLoopback();
        route = new StripeRoute(stripe);
    }

    @AfterEach
    void stop() {
        route.close();
        stripe.close();
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_request_error, InvalidRequestException",
        "400, idempotency_error, IdempotencyException",
        "401, invalid_request_error, AuthenticationException",
        "402, card_error, CardException",
        "403, invalid_request_error, PermissionException",
        "404, invalid_request_error, InvalidRequestException",
        "409, invalid_request_error, ApiException",
        "424, api_error, ApiException",
        "429, rate_limit_error, RateLimitException",
        "500, api_error, ApiException",
        "503, api_error, ApiException",
    })
    void aFailureIsTheSdksException(int status, String type, String exception) {
        route.with(component -> component.setMaxNetworkRetries(0));
        stripe.answers(Answer.error(status, type, "some_code"));
        Exchange exchange = route.send("stripe:charges", Map.of(), null);

        StripeException failure = (StripeException) exchange.getException();
        assertThat(failure.getClass().getName()).isEqualTo("com.stripe.exception." + exception);
        assertThat(failure.getStatusCode()).isEqualTo(status);
        assertThat(failure.getCode()).isEqualTo("some_code");
        assertThat(failure.getRequestId()).isEqualTo("req_1");
        assertThat(failure.getStripeError().getMessage()).isEqualTo("because");
        assertThat(exchange.getProperty(StripeConstants.REQUEST_ID)).isEqualTo("req_1");
        assertThat(exchange.getProperty(StripeConstants.RESPONSE_DATE))
                .isNotNull()
                .isEqualTo(failure.getStripeError().getLastResponse().date());
        stripe.onlyRequest();
    }

    @Test
    void aDeclineSaysWhy() {
        stripe.answers(Answer.of(402, """
                {"error": {"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds",
                  "charge": "ch_9", "payment_intent": {"id": "pi_9", "object": "payment_intent"}}}
                """));

        CardException declined = catchThrowableOfType(
                CardException.class, () -> route.ask("stripe:paymentIntents", "confirm", "pi_9", null));
        assertThat(declined.getDeclineCode()).isEqualTo("insufficient_funds");
        assertThat(declined.getCharge()).isEqualTo("ch_9");
        assertThat(declined.getStripeError().getPaymentIntent().getId()).isEqualTo("pi_9");
    }

    @ParameterizedTest
    @CsvSource({
        "400, InvalidRequestException",
        "401, AuthenticationException",
        "404, InvalidRequestException",
        "429, RateLimitException",
        "502, ApiException",
        "302, ApiException",
    })
    void whatIsBeforeStripeMayFailWithoutAWord(int status, String exception) {
        route.with(component -> component.setMaxNetworkRetries(0));
        for (String body : List.of("", "<html>Bad Gateway</html>", "{}", "null", "[]", "{\"error\": null}")) {
            stripe.answers(Answer.of(status, body).with("Location", stripe.base() + "/v1/elsewhere"));
            assertThatThrownBy(() -> route.ask("stripe:charges", "create", null, null))
                    .as(body)
                    .isInstanceOfSatisfying(StripeException.class, e -> {
                        assertThat(e.getClass().getSimpleName()).isEqualTo(exception);
                        assertThat(e.getStatusCode()).isEqualTo(status);
                    });
        }
        assertThat(stripe.requests())
                .hasSize(6)
                .allMatch(request -> request.path().equals("/v1/charges"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "<html>", "{\"id\": 1", "{\"object\": []}", "\"charge\""})
    void aSuccessThatIsNotStripesIsAFailure(String body) {
        stripe.answers(Answer.of(200, body));

        assertThatThrownBy(() -> route.ask("stripe:balanceTransactions", "retrieve", "txn_1", null))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void anAnswerThatCannotBeReadIsNotQuoted() {
        stripe.answers(
                Answer.of(200, "{\"object\": \"charge\", \"receipt_email\": \"jo@example.com\", \"amount\": []}"));

        Throwable failure = catchThrowable(() -> route.ask("stripe:charges", "retrieve", "ch_1", null));
        assertThat(failure).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.getStatusCode()).isEqualTo(200);
            assertThat(e.getRequestId()).isEqualTo("req_1");
        });
        assertThat(Throwables.getStackTrace(failure)).doesNotContain("jo@example.com");
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 429, 500, 502, 503})
    void whatFailsInPassingIsTriedAgainAsTheSameRequest(int status) throws Exception {
        stripe.answers(Answer.error(status, "api_error", "lock_timeout"), Answer.of(status, ""), CHARGE);
        Map<String, Object> headers = Map.of("CamelStripeAccount", "acct_1");
        StripeRoute.result(route.send("stripe:charges", headers, Map.of("amount", 2000)));

        assertThat(stripe.requests()).hasSize(3);
        assertThat(stripe.requests()).extracting(Request::line).containsOnly("POST /v1/charges");
        assertThat(stripe.requests()).extracting(Request::body).containsOnly("amount=2000");
        assertThat(stripe.requests())
                .extracting(r -> r.header("Stripe-Account"))
                .containsOnly("acct_1");
        assertThat(stripe.requests().stream()
                        .map(r -> r.header("Idempotency-Key"))
                        .distinct())
                .singleElement()
                .asString()
                .hasSize(36);
    }

    @ParameterizedTest
    @ValueSource(strings = {"retrieve", "list", "delete", "update"})
    void whateverTheMethodItIsTriedAgain(String method) throws Exception {
        stripe.answers(Answer.none(), Answer.error(500, "api_error", "x"));
        route.ask("stripe:customers", method, "cus_1", null);

        assertThat(stripe.requests()).hasSize(3);
    }

    @Test
    void afterTheLastAttemptTheFailureIsTold() {
        stripe.answersAll(request -> Answer.error(429, "rate_limit_error", "rate_limit"));

        assertThatThrownBy(() -> route.ask("stripe:charges", "create", null, null))
                .isInstanceOfSatisfying(
                        RateLimitException.class, e -> assertThat(e.getCode()).isEqualTo("rate_limit"));
        assertThat(stripe.requests()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 402, 403, 404, 424})
    void whatFailsForGoodIsNotTriedAgain(int status) {
        stripe.answers(Answer.error(status, "invalid_request_error", "x"));

        assertThatThrownBy(() -> route.ask("stripe:charges", "create", null, null))
                .isInstanceOf(StripeException.class);
        stripe.onlyRequest();
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 429, 500})
    void stripeMaySayThatItIsForGood(int status) {
        stripe.answers(Answer.error(status, "api_error", "x").with("Stripe-Should-Retry", "false"));

        assertThatThrownBy(() -> route.ask("stripe:charges", "create", null, null))
                .isInstanceOf(StripeException.class);
        stripe.onlyRequest();
    }

    @Test
    void stripeMaySayThatItIsInPassing() throws Exception {
        stripe.answers(Answer.error(400, "api_error", "x").with("Stripe-Should-Retry", "true"), CHARGE);
        route.ask("stripe:charges", "create", null, null);

        assertThat(stripe.requests()).hasSize(2);
    }

    @Test
    void theWaitsGrowAndAreByChance() {
        ManualWaits waits = new ManualWaits();
        route.with(component -> {
            component.setWaits(waits);
            component.setMaxNetworkRetries(6);
            component.setRetryInitialDelay(100);
            component.setRetryMaxDelay(1_000);
        });
        stripe.answersAll(request -> Answer.of(500, ""));

        assertThatThrownBy(() -> route.ask("stripe:charges", "create", null, null))
                .isInstanceOf(ApiException.class);
        List<Long> spans = List.of(100L, 200L, 400L, 800L, 1_000L, 1_000L);
        assertThat(waits.pauses).hasSize(6);
        for (int i = 0; i < 6; i++) {
            assertThat(waits.pauses.get(i).toMillis()).isBetween(spans.get(i) / 2, spans.get(i));
        }
        assertThat(waits.pauses.stream().map(Duration::toMillis).filter(millis -> millis % 50 != 0))
                .as("by chance")
                .isNotEmpty();
    }

    @Test
    void whoCannotBeReachedIsTriedAgainAndThenTold() {
        stripe.close();

        assertThatThrownBy(() -> route.ask("stripe:charges", "create", null, null))
                .isInstanceOf(ApiConnectionException.class);
    }

    @Test
    void aConnectionThatBreaksIsTriedAgainAsTheSameRequest() throws Exception {
        stripe.answers(Answer.none(), CHARGE);
        route.ask("stripe:charges", "create", null, null);

        assertThat(stripe.requests()).hasSize(2);
        assertThat(stripe.requests().stream()
                        .map(r -> r.header("Idempotency-Key"))
                        .distinct())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\": "})
    void anAnswerThatNeverEndsIsNotWaitedFor(String beginning) throws Exception {
        try (OneAnswer slow = new OneAnswer(beginning)) {
            route.with(component -> {
                component.setReadTimeout(300);
                component.setMaxNetworkRetries(0);
                component.setApiBase(slow.base());
            });
            assertThatThrownBy(() -> route.ask("stripe:charges", "create", null, null))
                    .isInstanceOf(ApiConnectionException.class)
                    .hasCauseInstanceOf(HttpTimeoutException.class);
            slow.awaitHangUp();
        }
    }

    @Test
    void anInterruptEndsTheWaitForAnAnswer() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        stripe.answersAll(request -> {
            asked.countDown();
            await(answer);
            return CHARGE;
        });
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        route.camel().start();
        Thread caller = new Thread(() -> {
            Exchange exchange = route.send("stripe:charges", Map.of(), null);
            interrupted.complete(Thread.currentThread().isInterrupted());
            failure.complete(exchange.getException());
        });
        caller.start();
        await(asked);
        caller.interrupt();

        assertThat(failure.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ApiConnectionException.class)
                .hasCauseInstanceOf(InterruptedIOException.class);
        assertThat(interrupted.get()).isTrue();
        assertThat(stripe.requests()).hasSize(1);
        answer.countDown();
    }

    @Test
    void anInterruptAndTheEndOfCamelEndTheWaitForTheNextAttempt() throws Exception {
        for (boolean byInterrupt : new boolean[] {true, false}) {
            stripe.answersAll(request -> Answer.error(500, "api_error", "first"));
            try (StripeRoute patient = new StripeRoute(stripe)) {
                patient.with(component -> {
                    component.setRetryInitialDelay(600_000);
                    component.setRetryMaxDelay(600_000);
                });
                patient.camel().getShutdownStrategy().setTimeout(60); // longer than anybody here waits
                patient.route("patient", "stripe:charges");
                CompletableFuture<Throwable> failure = new CompletableFuture<>();
                Thread caller = new Thread(() -> failure.complete(
                        patient.send("direct:patient", Map.of(), null).getException()));
                caller.start();
                Awaitility.await()
                        .until(() -> Arrays.stream(caller.getStackTrace())
                                .anyMatch(frame -> frame.getMethodName().equals("pauseAfter")));
                if (byInterrupt) {
                    caller.interrupt();
                } else {
                    patient.camel().stop();
                }
                assertThat(failure.get(20, TimeUnit.SECONDS))
                        .isInstanceOfSatisfying(
                                ApiException.class, e -> assertThat(e.getCode()).isEqualTo("first"));
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
