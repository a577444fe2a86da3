package io.payroutes.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.OnEachDatabase;
import io.payroutes.TestDatabase;
import io.payroutes.demo.stripe.Deliveries;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

/** What the back office does: orders, saved cards, captures, cancellations, refunds and setup intents. */
@OnEachDatabase
class BackOfficeTest {
    private static Shop shop;

    private final TestDatabase database;

    BackOfficeTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeParameterizedClassInvocation
    static void open(TestDatabase database) {
        shop = Shop.open(database, Clock.systemUTC(), builder -> builder.with("stripe.retries", "0"));
    }

    @AfterParameterizedClassInvocation
    static void close() {
        shop.close();
    }

    @AfterEach
    void end() {
        shop.stripe().faults().clear();
        shop.awaitQuiet();
    }

    @Test
    void theSameOrderIsTakenOnceAndAnotherOneOfItsIdIsRefused() {
        Map<String, Object> order = Map.of("id", "1", "amount", 4900, "currency", "JPY", "customer", "cus_1");
        assertThat(shop.api("POST", "/orders", order).status()).isEqualTo(201);
        assertThat(shop.api("POST", "/orders", order).status()).isEqualTo(200);
        assertThat(shop.api("POST", "/orders", Map.of("id", "1", "amount", 4800, "currency", "jpy"))
                        .status())
                .isEqualTo(409);
        Shop.Answer kept = shop.api("GET", "/orders/1", null);
        assertThat(kept.json().path("amount").asLong()).isEqualTo(4900);
        assertThat(kept.text("checkout_url")).isEqualTo(shop.url("/checkout/" + kept.text("checkout_order")));
    }

    @Test
    void whatCannotBeAnOrderIsRefusedByTheNameOfTheField() {
        Map<String, String> bad = Map.of(
                "{\"amount\":1,\"currency\":\"usd\"}", "id",
                "{\"id\":\"a/b\",\"amount\":1,\"currency\":\"usd\"}", "id",
                "{\"id\":\"1\",\"amount\":0,\"currency\":\"usd\"}", "amount",
                "{\"id\":\"1\",\"amount\":10.5,\"currency\":\"usd\"}", "amount",
                "{\"id\":\"1\",\"amount\":501,\"currency\":\"isk\"}", "amount",
                "{\"id\":\"1\",\"amount\":5001,\"currency\":\"kwd\"}", "amount",
                "{\"id\":\"1\",\"amount\":1,\"currency\":\"usdollar\"}", "currency",
                "{\"id\":\"1\",\"amount\":1,\"currency\":\"usd\",\"customer\":{\"email\":\"a@b.c\\r\\nBcc: x@y.z\"}}",
                        "email",
                "{\"id\":\"1\",\"amount\":1,\"currency\":\"usd\",\"lines\":[{\"quantity\":-1}]}", "quantity",
                "{\"id\":\"1\",\"amount\":1,\"currency\":\"usd\",\"discount\":5}", "discount");
        bad.forEach((body, field) -> {
            Shop.Answer answer = shop.api("POST", "/orders", body);
            assertThat(answer.status()).as(body).isEqualTo(400);
            assertThat(answer.text("parameter")).as(body).isEqualTo(field);
        });
        for (String body : List.of("[1]", "{\"id\":\"1\",\"id\":\"2\"}", "{\"id\":1e999999999}", "nonsense")) {
            assertThat(shop.api("POST", "/orders", body).status()).as(body).isEqualTo(400);
        }
    }

    @Test
    void aSavedCardIsChargedOnceHoweverOftenThatIsAskedFor() {
        String card = card("tok_visa");
        String customer = shop.customerWith(card);
        shop.order("2");
        Map<String, Object> charge = Map.of("customer", customer, "payment_method", card, "off_session", true);
        for (int i = 0; i < 3; i++) {
            Shop.Answer answer = shop.api("POST", "/orders/2/charge", charge);
            assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
            assertThat(answer.text("status")).isEqualTo("succeeded");
        }
        assertThat(shop.charged(shop.paymentOf("2"))).isEqualTo(1);
        assertThat(shop.api("POST", "/orders/2/charge", Map.of("customer", "cus_other", "payment_method", card))
                        .status())
                .isEqualTo(409);
    }

    @Test
    void aDeclineIsAProblemThatSaysWhatTheCustomerMayBeTold() {
        String card = card("tok_chargeCustomerFail");
        String customer = shop.customerWith(card);
        shop.order("3", Map.of("language", "ja"));
        Shop.Answer answer = shop.api("POST", "/orders/3/charge", Map.of("customer", customer, "payment_method", card));
        assertThat(answer.status()).isEqualTo(402);
        assertThat(answer.response().headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(answer.text("code")).isEqualTo("card_declined");
        assertThat(answer.text("customer_message")).contains("カード");
        assertThat(answer.text("payment")).isEqualTo(shop.paymentOf("3"));
    }

    @Test
    void aCardThatWantsItsOwnerIsRefusedOffSessionAndAsksOnSession() {
        String card = card("tok_threeDSecure2Required");
        String customer = shop.customerWith(card);
        shop.order("4");
        Shop.Answer off = shop.api(
                "POST", "/orders/4/charge", Map.of("customer", customer, "payment_method", card, "off_session", true));
        assertThat(off.status()).isEqualTo(402);
        assertThat(off.text("code")).isEqualTo("authentication_required");
        Shop.Answer on = shop.api(
                "POST",
                "/orders/4/charge",
                Map.of(
                        "customer",
                        customer,
                        "payment_method",
                        card,
                        "return_url",
                        "https://example.com/order/123/complete"));
        assertThat(on.status()).as(on.json().toString()).isEqualTo(200);
        assertThat(on.json().path("requires_action").asBoolean()).isTrue();
        assertThat(on.text("client_secret")).startsWith(shop.paymentOf("4") + "_secret_");
        assertThat(shop.intents("4")).hasSize(1);
    }

    @Test
    void aPartialCaptureSaysWhatIsReleasedAndTheGoodsAreShipped() {
        String payment = authorised("5");
        shop.awaitQuiet();
        Shop.Answer captured = shop.api("POST", "/payments/" + payment + "/capture", Map.of("amount", 3000));
        assertThat(captured.status()).as(captured.json().toString()).isEqualTo(200);
        assertThat(captured.json().path("amount_received").asLong()).isEqualTo(3000);
        assertThat(captured.json().path("amount_released").asLong()).isEqualTo(1900);
        assertThat(shop.api("POST", "/payments/" + payment + "/capture", Map.of("amount", 3000))
                        .json())
                .isEqualTo(captured.json());
        shop.awaitQuiet();
        assertThat(shop.toldErp(payment))
                .extracting(row -> row.mustText("kind"))
                .containsExactly("payment.capturable", "fulfillment.requested");
        assertThat(shop.api("GET", "/payments/" + payment, null)
                        .json()
                        .path("time_line")
                        .valueStream())
                .extracting(line -> line.path("event_type").asText())
                .contains("api.capture");
    }

    @Test
    void tooLittleThatNobodyHereAskedForIsParkedAndNotShipped() {
        String payment = authorised("6");
        shop.stripe("POST", "/v1/payment_intents/" + payment + "/capture", "amount_to_capture=100");
        shop.awaitQuiet();
        assertThat(parked(payment)).singleElement().asString().contains("paid 100, but order 6 is about 4900");
        assertThat(shop.toldErp(payment))
                .extracting(row -> row.mustText("kind"))
                .containsExactly("payment.capturable");
    }

    @Test
    void aPaymentOfTheOrderThatIsNotItsOwnIsParked() {
        String order = shop.order("7");
        shop.pay(order, "pm_card_visa");
        shop.awaitQuiet();
        shop.stripe(
                "POST",
                "/v1/payment_intents",
                "amount=4900&currency=jpy&payment_method=pm_card_visa&confirm=true&metadata[order_id]=7"
                        + "&payment_method_types[]=card");
        shop.stripe(
                "POST",
                "/v1/payment_intents",
                "amount=4900&currency=usd&payment_method=pm_card_visa&confirm=true&metadata[order_id]=7"
                        + "&payment_method_types[]=card");
        shop.awaitQuiet();
        List<String> intents = shop.intents("7").stream()
                .map(intent -> intent.path("id").asText())
                .toList();
        assertThat(intents).hasSize(3);
        assertThat(intents.stream().flatMap(id -> parked(id).stream()))
                .hasSize(2)
                .anyMatch(reason -> reason.contains("another payment"))
                .anyMatch(reason -> reason.contains("usd"));
        assertThat(intents.stream().flatMap(id -> shop.toldErp(id).stream())).hasSize(1);
    }

    @Test
    void aPaymentIsCanceledAndWhatStripeRefusesIsPassedOn() {
        String payment = authorised("8");
        assertThat(shop.api("POST", "/payments/" + payment + "/cancel", Map.of("reason", "expired"))
                        .status())
                .isEqualTo(400);
        Shop.Answer canceled =
                shop.api("POST", "/payments/" + payment + "/cancel", Map.of("reason", "requested_by_customer"));
        assertThat(canceled.text("status")).isEqualTo("canceled");
        assertThat(canceled.text("cancellation_reason")).isEqualTo("requested_by_customer");
        assertThat(canceled.json().path("amount_released").asLong()).isEqualTo(4900);
        String order = shop.order("9");
        shop.pay(order, "pm_card_visa");
        Shop.Answer refused = shop.api("POST", "/payments/" + shop.paymentOf("9") + "/cancel", null);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text("code")).isEqualTo("payment_intent_unexpected_state");
        assertThat(refused.text("detail")).contains("succeeded");
        assertThat(shop.api("POST", "/payments/pi_nobody/cancel", null).status())
                .isEqualTo(404);
    }

    @Test
    void aRefundAskedForTwiceIsMadeOnceAndAKeyTellsTwoApart() {
        shop.pay(shop.order("10"), "pm_card_visa");
        String payment = shop.paymentOf("10");
        String path = "/payments/" + payment + "/refund";
        Shop.Answer first = shop.api("POST", path, Map.of("amount", 1000, "reason", "requested_by_customer"));
        assertThat(first.status()).as(first.json().toString()).isEqualTo(200);
        Shop.Answer again = shop.api("POST", path, Map.of("amount", 1000, "reason", "requested_by_customer"));
        assertThat(again.text("id")).isEqualTo(first.text("id"));
        Shop.Answer other = shop.api(
                "POST", path, Map.of("amount", 1000, "reason", "requested_by_customer"), "Idempotency-Key", "second");
        assertThat(other.text("id")).isNotEqualTo(first.text("id"));
        assertThat(shop.api("POST", path, Map.of("amount", 9999)).status()).isEqualTo(400);
        assertThat(shop.api("POST", path, null).json().path("amount").asLong()).isEqualTo(2900);
        shop.awaitQuiet();
        assertThat(shop.api("GET", "/payments/" + payment, null).text("payment_status"))
                .isEqualTo("Refunded");
    }

    @Test
    void aRefundWhoseAnswerIsLostIsMadeOnce() {
        shop.pay(shop.order("11"), "pm_card_visa");
        String path = "/payments/" + shop.paymentOf("11") + "/refund";
        Shop.Answer lost =
                shop.losingAnswers("POST", "/v1/refunds", () -> shop.api("POST", path, Map.of("amount", 1000)));
        assertThat(lost.status()).isEqualTo(503);
        assertThat(lost.response().headers().firstValue("Retry-After")).isPresent();
        shop.restart();
        assertThat(shop.api("POST", path, Map.of("amount", 1000)).status()).isEqualTo(200);
        assertThat(shop.stripe("GET", "/v1/refunds?limit=10&payment_intent=" + shop.paymentOf("11"), "")
                        .json()
                        .path("data"))
                .hasSize(1);
    }

    @Test
    void allAttemptsOfAPaymentAreListedAndItsStateCanBeReadAnew() {
        String order = shop.order("12");
        shop.stripe().deliveries().hold();
        shop.pay(order, "pm_card_visa_chargeDeclined");
        shop.pay(order, "pm_card_visa");
        String payment = shop.paymentOf("12");
        Shop.Answer charges = shop.api("GET", "/payments/" + payment + "/charges", null);
        assertThat(charges.json().path("data").valueStream())
                .extracting(charge -> charge.path("status").asText())
                .containsExactly("succeeded", "failed");
        assertThat(shop.api("GET", "/payments/" + payment, null).status()).isEqualTo(404);
        assertThat(shop.api("GET", "/payments/" + payment + "?refresh=true", null)
                        .text("payment_status"))
                .isEqualTo("Succeeded");
        assertThat(shop.toldErp(payment)).as("only events ship").isEmpty();
        shop.stripe().deliveries().release(Deliveries.Order.REVERSED);
        shop.awaitQuiet();
        assertThat(shop.toldErp(payment))
                .extracting(row -> row.mustText("kind"))
                .containsExactly("fulfillment.requested");
        assertThat(shop.api("GET", "/payments/pi_nobody?refresh=true", null).status())
                .isEqualTo(404);
        assertThat(shop.api("GET", "/payments/" + payment + "?refresh=maybe", null)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aPaymentThatWasReadAnewIsStillAnnouncedAsCapturable() {
        shop.stripe().deliveries().hold();
        String payment = authorised("13");
        assertThat(shop.api("GET", "/payments/" + payment + "?refresh=true", null)
                        .text("status"))
                .isEqualTo("requires_capture");
        shop.stripe().deliveries().release(Deliveries.Order.REVERSED);
        shop.awaitQuiet();
        assertThat(shop.toldErp(payment))
                .extracting(row -> row.mustText("kind"))
                .containsExactly("payment.capturable");
    }

    @Test
    void aCardIsSavedWithoutAPayment() {
        String customer =
                shop.stripe("POST", "/v1/customers", "email=a@example.com").text("id");
        Shop.Answer made = shop.api("POST", "/setup-intents", Map.of("customer", customer));
        assertThat(made.text("status")).as(made.json().toString()).isEqualTo("requires_payment_method");
        String id = made.text("id");
        assertThat(made.text("client_secret")).startsWith(id);
        Shop.Answer confirmed = shop.api(
                "POST",
                "/setup-intents/" + id + "/confirm",
                Map.of("payment_method", "pm_card_visa", "return_url", "https://example.com"));
        assertThat(confirmed.text("status")).as(confirmed.json().toString()).isEqualTo("succeeded");
        shop.awaitQuiet();
        assertThat(shop.api("GET", "/setup-intents/" + id, null).text("status")).isEqualTo("succeeded");
        Shop.Answer other = shop.api("POST", "/setup-intents", Map.of("customer", customer));
        assertThat(other.text("id")).isNotEqualTo(id);
        assertThat(shop.api("POST", "/setup-intents/" + other.text("id") + "/cancel", Map.of("reason", "abandoned"))
                        .text("status"))
                .isEqualTo("canceled");
        assertThat(shop.api("GET", "/payments?customer=" + customer, null)
                        .json()
                        .path("data"))
                .isEmpty();
    }

    private String card(String token) {
        return shop.stripe("POST", "/v1/payment_methods", "type=card&card[token]=" + token)
                .text("id");
    }

    /** An order whose amount is authorised and not captured. */
    private String authorised(String id) {
        shop.pay(shop.order(id, Map.of("capture_method", "manual")), "pm_card_visa");
        return shop.paymentOf(id);
    }

    private List<String> parked(String payment) {
        return database.jdbc()
                .queryForList(
                        "SELECT reason FROM stripe_event WHERE state = 'parked' AND object_id = ?",
                        String.class,
                        payment);
    }
}
