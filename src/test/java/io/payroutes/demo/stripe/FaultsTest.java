package io.payroutes.demo.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.net.RequestOptions;
import com.stripe.param.PaymentIntentCreateParams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong on demand, and the control endpoints. */
class FaultsTest {
    private static final String INTENTS = "/v1/payment_intents";

    private StripeStandIn standIn;
    private StripeClient stripe;
    private Raw raw;

    @BeforeEach
    void start() {
        standIn = StripeStandIn.start();
        stripe = Stripe.client(standIn);
        raw = new Raw(standIn);
    }

    @AfterEach
    void stop() {
        standIn.close();
    }

    @ParameterizedTest
    @CsvSource({
        "RATE_LIMIT, 429, com.stripe.exception.RateLimitException",
        "LOCK_TIMEOUT, 429, com.stripe.exception.RateLimitException",
        "SERVER_ERROR, 500, com.stripe.exception.ApiException",
        "UNAVAILABLE, 503, com.stripe.exception.ApiException",
        "CONFLICT, 409, com.stripe.exception.ApiException",
    })
    void theNextRequestsGoWrongAndThenItWorks(Fault.Kind kind, int status, Class<? extends StripeException> type)
            throws StripeException {
        standIn.faults().next(2, "POST", INTENTS, kind);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::create)
                    .isInstanceOf(type)
                    .isInstanceOfSatisfying(
                            StripeException.class,
                            error -> assertThat(error.getStatusCode()).isEqualTo(status));
        }
        assertThat(stripe.v1().paymentIntents().list().getData()).isEmpty();
        assertThat(create().getStatus()).isEqualTo("requires_payment_method");
        assertThat(standIn.journal().of("POST", INTENTS))
                .extracting(RecordedRequest::status)
                .containsExactly(status, status, 200);
    }

    @Test
    void aRateLimitSaysWhichAndALockSaysNone() {
        standIn.faults().add(new Fault("*", "/v1/*", 1, Fault.Kind.RATE_LIMIT, "endpoint-rate"));
        assertThat(raw.get("/v1/balance").header("Stripe-Rate-Limited-Reason")).isEqualTo("endpoint-rate");
        standIn.faults().next(1, "*", "/v1/*", Fault.Kind.LOCK_TIMEOUT);
        Raw.Reply locked = raw.get("/v1/balance");
        assertThat(locked.error("code")).isEqualTo("lock_timeout");
        assertThat(locked.header("Stripe-Rate-Limited-Reason")).isEmpty();
    }

    @Test
    void aConnectionThatEndsBeforeTheWorkLeavesNothing() throws StripeException {
        standIn.faults().next(3, "POST", INTENTS, Fault.Kind.DROP_BEFORE);
        assertThatThrownBy(this::create).isInstanceOf(ApiConnectionException.class);
        standIn.faults().clear();
        assertThat(stripe.v1().paymentIntents().list().getData()).isEmpty();
    }

    @Test
    void anAnswerThatIsLostIsThereForTheSameKey() throws StripeException {
        RequestOptions key =
                RequestOptions.builder().setIdempotencyKey("order-1").build();
        standIn.faults().next(1, "POST", INTENTS, Fault.Kind.DROP_AFTER);
        PaymentIntentCreateParams params = Stripe.payment(4900, "usd").build();
        assertThatThrownBy(
                        () -> new Raw(standIn).post(INTENTS, "amount=4900&currency=usd", "Idempotency-Key", "order-1"))
                .isInstanceOf(java.io.UncheckedIOException.class);

        PaymentIntent found = stripe.v1().paymentIntents().create(params, key);

        assertThat(stripe.v1().paymentIntents().list().getData())
                .extracting(PaymentIntent::getId)
                .containsExactly(found.getId());
        assertThat(found.getLastResponse().headers().firstValue("Idempotent-Replayed"))
                .contains("true");
        assertThat(standIn.journal().of("POST", INTENTS))
                .extracting(RecordedRequest::status)
                .containsExactly(0, 200);
    }

    @Test
    void aServerErrorAfterTheWorkIsKeptForItsKey() throws StripeException {
        RequestOptions key =
                RequestOptions.builder().setIdempotencyKey("order-1").build();
        PaymentIntentCreateParams params = Stripe.payment(4900, "usd").build();
        standIn.faults().next(1, "POST", INTENTS, Fault.Kind.SERVER_ERROR_AFTER);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> stripe.v1().paymentIntents().create(params, key))
                    .isInstanceOf(ApiException.class);
        }
        assertThat(stripe.v1().paymentIntents().list().getData()).hasSize(1);
    }

    @Test
    void anAnswerThatHangsEndsWithTheReadersPatience() {
        standIn.faults().next(1, "POST", INTENTS, Fault.Kind.HANG);
        RequestOptions impatient = RequestOptions.builder().setReadTimeout(200).build();
        PaymentIntentCreateParams params = Stripe.payment(4900, "usd").build();
        assertThatThrownBy(() -> stripe.v1().paymentIntents().create(params, impatient))
                .isInstanceOf(ApiConnectionException.class);
    }

    @Test
    void faultsAndTheJournalAreControlledOverHttp() {
        raw.post("/_control/faults", "method=GET&path=/v1/balance&times=1&kind=rate_limit");
        assertThat(raw.get("/v1/balance").status()).isEqualTo(429);
        assertThat(raw.get("/v1/balance").status()).isEqualTo(200);
        raw.post("/_control/faults", "{\"path\": \"/v1/balance\", \"times\": \"9\", \"kind\": \"UNAVAILABLE\"}");
        raw.delete("/_control/faults");
        assertThat(raw.get("/v1/balance").status()).isEqualTo(200);

        JsonNode requests =
                raw.get("/_control/requests?path=/v1/balance").json().path("requests");
        assertThat(requests).hasSize(3);
        assertThat(requests.get(0).path("status").asInt()).isEqualTo(429);
        assertThat(requests.get(0).at("/headers/authorization").asText()).isNotEmpty();
        raw.delete("/_control/requests");
        assertThat(standIn.journal().all()).isEmpty();
        assertThat(raw.post("/_control/faults", "path=/v1/balance&kind=boredom").status())
                .isEqualTo(400);
    }

    @Test
    void theCustomerAndTheBankAreControlledOverHttp() throws StripeException {
        PaymentIntent asked = pay("pm_card_authenticationRequired");
        raw.post("/_control/intents/" + asked.getId() + "/authenticate", "passed=true");
        PaymentIntent paid = stripe.v1().paymentIntents().retrieve(asked.getId());
        assertThat(paid.getStatus()).isEqualTo("succeeded");

        PaymentIntent debit = pay("pm_usBankAccount_success");
        assertThat(raw.post("/_control/settle", "id=" + debit.getId())
                        .json()
                        .path("settled")
                        .asInt())
                .isEqualTo(1);
        assertThat(stripe.v1().paymentIntents().retrieve(debit.getId()).getStatus())
                .isEqualTo("succeeded");

        String dispute = raw.post("/_control/disputes", "charge=" + paid.getLatestCharge() + "&reason=duplicate")
                .json()
                .path("id")
                .asText();
        raw.post("/_control/disputes/" + dispute, "won=true");
        assertThat(stripe.v1().disputes().retrieve(dispute).getStatus()).isEqualTo("won");
        raw.post("/_control/settle", "");
        assertThat(raw.post("/_control/payouts", "currency=usd")
                        .json()
                        .path("id")
                        .asText())
                .startsWith("po_");
        assertThat(raw.post("/_control/intents/" + paid.getId() + "/authenticate", "passed=true")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void closingEndsWhatHangs() {
        standIn.faults().next(1, "GET", "/v1/balance", Fault.Kind.HANG);
        var hanging = java.util.concurrent.CompletableFuture.supplyAsync(() -> raw.get("/v1/balance"));
        await().until(() -> !standIn.journal().all().isEmpty());
        assertThat(hanging).isNotDone();

        standIn.close();

        await().until(hanging::isDone);
        assertThat(hanging).isCompletedExceptionally();
    }

    private PaymentIntent create() throws StripeException {
        return stripe.v1().paymentIntents().create(Stripe.payment(4900, "usd").build());
    }

    private PaymentIntent pay(String method) throws StripeException {
        return stripe.v1()
                .paymentIntents()
                .create(Stripe.payment(4900, "usd")
                        .setPaymentMethod(method)
                        .setConfirm(true)
                        .setReturnUrl("https://shop.example/complete")
                        .build());
    }
}
