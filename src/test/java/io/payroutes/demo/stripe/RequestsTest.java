package io.payroutes.demo.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.payroutes.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys, parameters, idempotency, pages and locks: what holds for every request. */
class RequestsTest {
    private static final String CREATE = "amount=4900&currency=usd";
    private static final String DECLINED =
            CREATE + "&confirm=true&payment_method=pm_card_chargeDeclined&return_url=https%3A%2F%2Fshop.example";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-01T00:00:00Z"));
    private StripeStandIn standIn;
    private Raw raw;

    @BeforeEach
    void start() {
        standIn = StripeStandIn.start(new StandInSettings().clock(clock).secretKeys("sk_test_one", "sk_test_two"));
        raw = new Raw(standIn);
    }

    @AfterEach
    void stop() {
        standIn.close();
    }

    @Test
    void theSecretKeyComesAsBearerOrAsTheUserOfBasic() {
        String basic = Base64.getEncoder().encodeToString("sk_test_two:".getBytes(StandardCharsets.UTF_8));
        assertThat(raw.get("/v1/balance", "Authorization", "Bearer sk_test_one").status())
                .isEqualTo(200);
        assertThat(raw.get("/v1/balance", "Authorization", "Basic " + basic).status())
                .isEqualTo(200);
    }

    @Test
    void aWrongKeyIsRefusedAndNotRepeated() {
        Raw.Reply reply = raw.get("/v1/balance", "Authorization", "Bearer sk_test_4eC39HqLyjWDarjtT1zdp7dc");
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.error("message")).isEqualTo("Invalid API Key provided: sk_test_********************p7dc");
        assertThat(raw.get("/v1/balance", "Authorization", "Basic !").status()).isEqualTo(401);
    }

    @Test
    void thePublishableKeyOpensOnlyWhatABrowserMayDo() {
        String key = "Bearer " + standIn.publishableKey();
        Raw.Reply intent = raw.post("/v1/payment_intents", CREATE + "&metadata[order]=1");
        String path = "/v1/payment_intents/" + intent.json().path("id").asText();
        String secret = intent.json().path("client_secret").asText();

        assertThat(raw.post("/v1/payment_intents", CREATE, "Authorization", key).error("code"))
                .isEqualTo("secret_key_required");
        assertThat(raw.get(path, "Authorization", key).status()).isEqualTo(400);
        assertThat(raw.get(path + "?client_secret=wrong", "Authorization", key).status())
                .isEqualTo(400);
        Raw.Reply seen = raw.get(path + "?client_secret=" + secret, "Authorization", key);
        assertThat(seen.json().path("amount").asInt()).isEqualTo(4900);
        assertThat(seen.json().has("metadata")).isFalse();
        assertThat(seen.header("Access-Control-Allow-Origin")).isEqualTo("*");
    }

    @Test
    void aBrowserCannotConfirmWhatTheServerConfirms() {
        Raw.Reply intent = raw.post("/v1/payment_intents", CREATE + "&confirmation_method=manual");
        Raw.Reply reply = raw.post(
                "/v1/payment_intents/" + intent.json().path("id").asText() + "/confirm",
                "payment_method=pm_card_visa&client_secret="
                        + intent.json().path("client_secret").asText(),
                "Authorization",
                "Bearer " + standIn.publishableKey());
        assertThat(reply.error("message")).contains("cannot be confirmed using your publishable key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/payment_intents | currency=usd | parameter_missing | amount",
                "/v1/payment_intents | amount=4900 | parameter_missing | currency",
                "/v1/payment_intents | amount=49.5&currency=usd | parameter_invalid_integer | amount",
                "/v1/payment_intents | amount=4900&currency=usd&colour=red | parameter_unknown | colour",
                "/v1/payment_intents | amount=4900&currency=usd&customer=cus_none | resource_missing | customer",
                "/v1/payment_intents | amount=4900&currency=usd&return_url=https://x.example | | return_url",
                "/v1/payment_intents | amount=4900&currency=usd&confirm=perhaps | | confirm",
                "/v1/refunds | payment_intent=pi_none | resource_missing | payment_intent",
                "/v1/payment_methods | type=card | parameter_missing | card",
            })
    void aBadParameterIsNamed(String path, String form, String code, String param) {
        Raw.Reply reply = raw.post(path, form);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error("type")).isEqualTo("invalid_request_error");
        assertThat(reply.error("code")).isEqualTo(code == null ? "" : code);
        assertThat(reply.error("param")).isEqualTo(param);
    }

    @ParameterizedTest
    @CsvSource({
        "4242424242424241, 12, 2099, 123, incorrect_number",
        "4242424242424242, 13, 2099, 123, invalid_expiry_month",
        "4242424242424242, 10, 2026, 123, invalid_expiry_year",
        "4242424242424242, 12, 2099, 1, invalid_cvc",
        "4539578763621486, 12, 2099, 123, card_declined",
    })
    void aCardThatCannotBeIsRefused(String number, int month, int year, String cvc, String code) {
        Raw.Reply reply = raw.post(
                "/v1/payment_methods",
                "type=card&card[number]=" + number + "&card[exp_month]=" + month + "&card[exp_year]=" + year
                        + "&card[cvc]=" + cvc);
        assertThat(reply.status()).isEqualTo(402);
        assertThat(reply.error("code")).isEqualTo(code);
    }

    @Test
    void whatIsNotThereIs404() {
        assertThat(raw.get("/v1/payment_intents/pi_none").status()).isEqualTo(404);
        assertThat(raw.get("/v1/payment_intents/pi_none").error("message"))
                .isEqualTo("No such payment_intent: 'pi_none'");
        Raw.Reply reply = raw.get("/v1/subscriptions");
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.error("message")).startsWith("Unrecognized request URL (GET: /v1/subscriptions).");
    }

    @Test
    void everyAnswerNamesItsRequest() {
        Raw.Reply reply = raw.post("/v1/customers", "email=a%40example.com", "Stripe-Version", "2026-07-29.dahlia");
        assertThat(reply.header("Request-Id")).startsWith("req_");
        assertThat(reply.header("Date")).isNotEmpty();
        assertThat(reply.header("Stripe-Version")).isEqualTo("2026-07-29.dahlia");
        JsonNode event = raw.get("/v1/events").json().path("data").get(0);
        assertThat(event.at("/request/id").asText()).isEqualTo(reply.header("Request-Id"));
    }

    @Test
    void theSameKeyAndParametersGiveTheSameAnswer() {
        Raw.Reply first = raw.post("/v1/payment_intents", CREATE, "Idempotency-Key", "k");
        Raw.Reply second = raw.post("/v1/payment_intents", CREATE, "Idempotency-Key", "k");

        assertThat(second.json()).isEqualTo(first.json());
        assertThat(first.header("Idempotent-Replayed")).isEmpty();
        assertThat(second.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(raw.get("/v1/payment_intents").json().path("data")).hasSize(1);
    }

    @Test
    void aDeclineIsReplayedToo() {
        Raw.Reply first = raw.post("/v1/payment_intents", DECLINED, "Idempotency-Key", "k");
        Raw.Reply second = raw.post("/v1/payment_intents", DECLINED, "Idempotency-Key", "k");

        assertThat(second.status()).isEqualTo(402);
        assertThat(second.json()).isEqualTo(first.json());
        assertThat(raw.get("/v1/charges").json().path("data")).hasSize(1);
    }

    @Test
    void theSameKeyForSomethingElseIsRefused() {
        raw.post("/v1/payment_intents", CREATE, "Idempotency-Key", "k");
        Raw.Reply other = raw.post("/v1/payment_intents", "amount=5000&currency=usd", "Idempotency-Key", "k");
        assertThat(other.status()).isEqualTo(400);
        assertThat(other.error("type")).isEqualTo("idempotency_error");
    }

    @Test
    void aValidationErrorDoesNotUseUpTheKey() {
        assertThat(raw.post("/v1/payment_intents", "amount=1&currency=usd", "Idempotency-Key", "k")
                        .status())
                .isEqualTo(400);
        assertThat(raw.post("/v1/payment_intents", CREATE, "Idempotency-Key", "k")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aKeyIsForgottenAfterADay() {
        Raw.Reply first = raw.post("/v1/payment_intents", CREATE, "Idempotency-Key", "k");
        clock.advance(Duration.ofHours(24).plusSeconds(1));
        Raw.Reply second = raw.post("/v1/payment_intents", CREATE, "Idempotency-Key", "k");
        assertThat(second.json().path("id")).isNotEqualTo(first.json().path("id"));
    }

    @Test
    void aKeyThatIsInUseIsAConflict() {
        standIn.faults().add(new Fault("POST", "/v1/payment_intents", 1, Fault.Kind.SLOW, "1500"));
        CompletableFuture<Raw.Reply> slow =
                CompletableFuture.supplyAsync(() -> raw.post("/v1/payment_intents", CREATE, "Idempotency-Key", "k"));
        List<Raw.Reply> replies = new ArrayList<>();
        while (!slow.isDone()) {
            replies.add(raw.post("/v1/payment_intents", CREATE, "Idempotency-Key", "k"));
        }
        replies.add(slow.join());
        assertThat(replies)
                .filteredOn(reply -> reply.status() == 409)
                .isNotEmpty()
                .allSatisfy(reply -> assertThat(reply.error("code")).isEqualTo("idempotency_key_in_use"));
        assertThat(raw.get("/v1/payment_intents").json().path("data")).hasSize(1);
    }

    @Test
    void ofTwoConfirmationsAtOnceOneIsTurnedAway() {
        String path = "/v1/payment_intents/"
                + raw.post("/v1/payment_intents", CREATE).json().path("id").asText() + "/confirm";
        String form = "payment_method=pm_card_visa&return_url=https://shop.example";
        standIn.faults().add(new Fault("POST", "/v1/payment_intents/*/confirm", 2, Fault.Kind.SLOW, "1000"));

        CompletableFuture<Raw.Reply> one = CompletableFuture.supplyAsync(() -> raw.post(path, form));
        CompletableFuture<Raw.Reply> other = CompletableFuture.supplyAsync(() -> raw.post(path, form));

        assertThat(List.of(one.join().status(), other.join().status())).containsExactlyInAnyOrder(200, 429);
        Raw.Reply turnedAway = one.join().status() == 429 ? one.join() : other.join();
        assertThat(turnedAway.error("code")).isEqualTo("lock_timeout");
        assertThat(turnedAway.header("Stripe-Rate-Limited-Reason")).isEmpty();
        assertThat(raw.get("/v1/charges").json().path("data")).hasSize(1);
    }

    @Test
    void aListIsReadInPagesForwardAndBackward() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(
                    0, raw.post("/v1/payment_intents", CREATE).json().path("id").asText());
        }
        Raw.Reply first = raw.get("/v1/payment_intents?limit=2");
        assertThat(ids(first)).isEqualTo(made.subList(0, 2));
        assertThat(first.json().path("has_more").asBoolean()).isTrue();
        assertThat(ids(raw.get("/v1/payment_intents?limit=2&starting_after=" + made.get(1))))
                .isEqualTo(made.subList(2, 4));
        Raw.Reply last = raw.get("/v1/payment_intents?limit=2&starting_after=" + made.get(3));
        assertThat(ids(last)).isEqualTo(made.subList(4, 5));
        assertThat(last.json().path("has_more").asBoolean()).isFalse();
        Raw.Reply before = raw.get("/v1/payment_intents?limit=2&ending_before=" + made.get(4));
        assertThat(ids(before)).isEqualTo(made.subList(2, 4));
        assertThat(before.json().path("has_more").asBoolean()).isTrue();
        Raw.Reply both = raw.get("/v1/payment_intents?starting_after=" + made.get(0) + "&ending_before=" + made.get(4));
        assertThat(both.status()).isEqualTo(400);
        assertThat(both.error("message"))
                .isEqualTo("Received both starting_after and ending_before parameters. Please pass in only one.");
        assertThat(raw.get("/v1/payment_intents?limit=101").error("param")).isEqualTo("limit");
    }

    @Test
    void aListIsCutByTime() {
        raw.post("/v1/payment_intents", CREATE);
        clock.advance(Duration.ofHours(1));
        long now = clock.instant().getEpochSecond();
        raw.post("/v1/payment_intents", CREATE);

        assertThat(ids(raw.get("/v1/payment_intents?created[gte]=" + now))).hasSize(1);
        assertThat(ids(raw.get("/v1/payment_intents?created[gt]=" + now))).isEmpty();
        assertThat(ids(raw.get("/v1/payment_intents?created[lt]=" + now))).hasSize(1);
        assertThat(ids(raw.get("/v1/payment_intents?created[lte]=" + now))).hasSize(2);
    }

    @Test
    void metadataIsMergedAndItsKeysAreTheCallersOwn() {
        Raw.Reply made = raw.post("/v1/payment_intents", CREATE + "&metadata[1]=one&metadata[2]=two");
        String path = "/v1/payment_intents/" + made.json().path("id").asText();
        assertThat(made.json().at("/metadata/1").asText()).isEqualTo("one");

        Raw.Reply changed = raw.post(path, "metadata[1]=&metadata[3]=three");

        assertThat(Json.write(changed.json().path("metadata")))
                .isEqualTo(Json.write(Json.object("{\"2\": \"two\", \"3\": \"three\"}")));
        assertThat(raw.post(path, "metadata=").json().path("metadata")).isEmpty();
    }

    @Test
    void whatCannotBeExpandedIsRefused() {
        Raw.Reply intent = raw.post("/v1/payment_intents", CREATE);
        assertThat(raw.get("/v1/payment_intents/" + intent.json().path("id").asText() + "?expand[]=colour")
                        .error("message"))
                .isEqualTo("This property cannot be expanded (colour).");
    }

    private static List<String> ids(Raw.Reply reply) {
        List<String> ids = new ArrayList<>();
        reply.json().path("data").forEach(item -> ids.add(item.path("id").asText()));
        return ids;
    }
}
