package io.payroutes.fulfillment;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.payroutes.Inflow;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import io.payroutes.demo.StripePayment;
import io.payroutes.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** capture.policy=automatic: what is authorised is captured by Stripe, once. */
@OnEachDatabase
class CapturesTest {
    private static final long T = 1_767_225_600L;
    private static final Instant START = Instant.ofEpochSecond(T + 3600);
    private static final StripePayment PAYMENT =
            StripePayment.of("pi_1", 4900, "jpy").manualCapture();
    private static final String CAPTURE = "/v1/payment_intents/pi_1/capture";

    private static final SettableClock CLOCK = new SettableClock(START);
    private static WireMockServer stripe;
    private static RunningPayroutes payroutes;

    private final TestDatabase database;
    private final Inflow inflow;

    CapturesTest(TestDatabase database) {
        this.database = database;
        this.inflow = new Inflow(payroutes, database);
    }

    @BeforeParameterizedClassInvocation
    static void start(TestDatabase database) {
        stripe =
                new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
        stripe.start();
        payroutes = RunningPayroutes.on(database)
                .bind("clock", CLOCK)
                .with("reconciliation.first-sweep", "1h")
                // What asks Stripe by itself: the tests count who asks.
                .with("reconciliation.run-poll", "1h")
                .with("missed-events.first", "1h")
                .with("delivery.poll", 50)
                .with("capture.policy", "automatic")
                .with("stripe.api-key", "sk_test_123")
                .with("stripe.api-base", stripe.baseUrl())
                .with("stripe.breaker.minimum", 20)
                .start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        payroutes.close();
        stripe.stop();
    }

    @BeforeEach
    void clear() {
        database.clear();
        stripe.resetAll();
        CLOCK.set(START);
    }

    @Test
    void whatIsAuthorisedIsCapturedOnceWithItsAmountAndAKeyThatStaysTheSame() {
        answer(okJson("{\"id\": \"pi_1\", \"status\": \"succeeded\"}"));
        inflow.take(
                PAYMENT.amountCapturableUpdated(4900, 0, T),
                PAYMENT.amountCapturableUpdated(4900, 0, T).twin());
        Row capture = awaitState("delivered");
        List<LoggedRequest> asked = stripe.findAll(anyRequestedFor(anyUrl()));
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0).getUrl()).isEqualTo(CAPTURE);
        assertThat(asked.get(0).getBodyAsString()).isEqualTo("amount_to_capture=4900");
        assertThat(asked.get(0).getHeader("Content-Type")).startsWith("application/x-www-form-urlencoded");
        assertThat(asked.get(0).getHeader("Authorization")).isEqualTo("Bearer sk_test_123");
        assertThat(asked.get(0).getHeader("Idempotency-Key")).isEqualTo(capture.mustText("delivery_id"));
        assertThat(inflow.toldErp("pi_1")).containsExactly("payment.capturable");
    }

    static List<ResponseDefinitionBuilder> notNow() {
        return List.of(
                aResponse().withStatus(500),
                aResponse().withStatus(503),
                aResponse().withStatus(429).withHeader("Retry-After", "1"),
                aResponse().withStatus(409),
                aResponse().withStatus(401),
                aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
    }

    @ParameterizedTest
    @MethodSource("notNow")
    void whatStripeCannotDoNowIsAskedForAgainWithTheSameKey(ResponseDefinitionBuilder notNow) {
        answer(notNow);
        inflow.take(PAYMENT.amountCapturableUpdated(4900, 0, T));
        await().atMost(Duration.ofSeconds(30)).until(() -> capture().text("reason") != null);
        assertThat(capture().mustText("state")).isEqualTo("pending");
        answer(okJson("{}"));
        CLOCK.advance(Duration.ofMinutes(1));
        awaitState("delivered");
        assertThat(stripe.findAll(postRequestedFor(urlEqualTo(CAPTURE))))
                .hasSize(2)
                .extracting(request -> request.getHeader("Idempotency-Key"))
                .containsOnly(capture().mustText("delivery_id"));
    }

    @Test
    void whatStripeRefusesIsLeftToAPerson() {
        answer(aResponse().withStatus(400).withBody("{\"error\": {\"code\": \"charge_expired_for_capture\"}}"));
        inflow.take(PAYMENT.amountCapturableUpdated(4900, 0, T));
        assertThat(awaitState("dead").text("reason")).contains("HTTP 400").contains("charge_expired_for_capture");
    }

    @Test
    void aPaymentThatHasMovedOnIsNotCaptured() {
        answer(aResponse().withStatus(500));
        inflow.take(PAYMENT.amountCapturableUpdated(4900, 0, T));
        await().atMost(Duration.ofSeconds(30)).until(() -> capture().text("reason") != null);
        inflow.take(PAYMENT.holdCanceled("requested_by_customer", T + 1));
        stripe.resetAll();
        CLOCK.advance(Duration.ofMinutes(1));
        assertThat(awaitState("dropped").text("reason")).isEqualTo("the payment does not wait to be captured any more");
        assertThat(stripe.findAll(anyRequestedFor(anyUrl()))).isEmpty();
    }

    @Test
    void anAuthorisationThatHasGrownIsCapturedAsAWhole() {
        answer(aResponse().withStatus(500));
        inflow.take(PAYMENT.amountCapturableUpdated(4900, 0, T));
        await().atMost(Duration.ofSeconds(30)).until(() -> capture().text("reason") != null);
        stripe.resetAll();
        answer(okJson("{}"));
        inflow.take(PAYMENT.amountCapturableUpdated(5900, 0, T + 60));
        CLOCK.advance(Duration.ofMinutes(1));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> database.jdbc()
                        .queryForList(
                                "SELECT delivery_id FROM delivery WHERE destination = 'stripe' AND due_at IS NOT NULL")
                        .isEmpty());
        // The first capture is the last: one of less than the whole would let the rest go.
        assertThat(stripe.findAll(anyRequestedFor(anyUrl())))
                .extracting(LoggedRequest::getBodyAsString)
                .containsExactly("amount_to_capture=5900");
    }

    @Test
    void anIdThatCouldLeadElsewhereIsNoPartOfAnAddress() {
        answer(okJson("{}"));
        inflow.take(PAYMENT.amountCapturableUpdated(4900, 0, T).with("/data/object/id", "pi_1/../../accounts"));
        awaitState("dropped");
        assertThat(stripe.findAll(anyRequestedFor(anyUrl()))).isEmpty();
    }

    private void answer(ResponseDefinitionBuilder response) {
        stripe.resetMappings();
        stripe.stubFor(any(anyUrl()).willReturn(response));
    }

    private Row awaitState(String state) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> capture().mustText("state").equals(state));
        return capture();
    }

    private Row capture() {
        return Row.of(database.jdbc().queryForMap("SELECT * FROM delivery WHERE destination = 'stripe'"));
    }
}
