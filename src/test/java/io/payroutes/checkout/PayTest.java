package io.payroutes.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.OnEachDatabase;
import io.payroutes.TestDatabase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

/** {@code /pay}: what the client code of Stripe's guide sends, hears, and cannot bring about. */
@OnEachDatabase
class PayTest {
    private static RunningClock clock;
    private static Shop shop;

    PayTest(TestDatabase unused) {}

    @BeforeParameterizedClassInvocation
    static void open(TestDatabase database) {
        clock = new RunningClock();
        // The program, Stripe and its signatures are of one time.
        shop = Shop.open(
                database, clock, builder -> builder.bind("clock", clock).with("stripe.retries", "1"));
    }

    @AfterParameterizedClassInvocation
    static void close() {
        shop.close();
    }

    @BeforeEach
    void begin() {
        shop.stripe().journal().clear();
        shop.stripe().faults().clear();
        shop.stripe().deliveries().only(type -> true);
    }

    @Test
    void aGoodCardPaysTheOrderAndTheErpIsAskedOnceToFulfilIt() {
        String order = shop.order("1001", Map.of("lines", List.of(Map.of("sku", "TEA-1", "quantity", 2))));
        Shop.Answer answer = shop.pay(order, "pm_card_visa");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json()).hasToString("{\"success\":true}");
        String payment = shop.paymentOf("1001");
        shop.awaitStatus(payment, "succeeded");
        shop.awaitQuiet();
        assertThat(shop.toldErp(payment))
                .extracting(row -> row.mustText("kind"))
                .containsExactly("fulfillment.requested");
        assertThat(shop.toldErp(payment).get(0).mustText("payload")).contains("TEA-1");
        assertThat(shop.intents("1001")).hasSize(1);
        assertThat(shop.intents("1001").get(0).path("amount").asLong()).isEqualTo(4900);
    }

    @Test
    void goodsAreShippedThoughTheBrowserNeverComesBack() {
        String order = shop.order("1002");
        assertThat(shop.losingAnswers("POST", "/v1/payment_intents/*/confirm", () -> shop.pay(order, "pm_card_visa"))
                        .status())
                .isEqualTo(503);
        String payment = shop.paymentOf("1002");
        shop.awaitStatus(payment, "succeeded");
        shop.awaitQuiet();
        assertThat(shop.toldErp(payment)).hasSize(1);
    }

    @Test
    void aDeclineIsToldInTheBuyersLanguageAndTheNextCardPaysTheSamePayment() {
        String order = shop.order("1003", Map.of("language", "ja"));
        Shop.Answer declined = shop.pay(order, "pm_card_visa_chargeDeclinedInsufficientFunds");
        assertThat(declined.status()).isEqualTo(200);
        assertThat(declined.text("error")).contains("カード").doesNotContain("insufficient");
        assertThat(shop.pay(order, "pm_card_visa").json()).hasToString("{\"success\":true}");
        assertThat(shop.intents("1003")).hasSize(1);
        assertThat(shop.charged(shop.paymentOf("1003"))).isEqualTo(1);
    }

    @Test
    void aStolenCardIsToldNothingButThatItWasDeclined() {
        String stolen = shop.pay(shop.order("1004"), "pm_card_visa_chargeDeclinedStolenCard")
                .text("error");
        String generic =
                shop.pay(shop.order("1005"), "pm_card_visa_chargeDeclined").text("error");
        assertThat(stolen).isEqualTo(generic).isNotBlank();
    }

    @Test
    void theSameCardMayBeTriedAgainAfterADecline() {
        String order = shop.order("1006");
        String card = shop.stripe("POST", "/v1/payment_methods", "type=card&card[token]=tok_chargeCustomerFail")
                .text("id");
        assertThat(shop.pay(order, card).text("error")).isNotBlank();
        assertThat(shop.pay(order, card).text("error")).isNotBlank();
        assertThat(shop.stripe().journal().of("POST", "/v1/payment_intents/*/confirm"))
                .extracting(request -> request.header("Idempotency-Key"))
                .doesNotHaveDuplicates();
    }

    @Test
    void anAuthenticatedPaymentIsConfirmedAgainAndSucceeds() {
        String order = shop.order("1007");
        Shop.Answer asked = shop.pay(order, "pm_card_authenticationRequired");
        assertThat(asked.json().path("requires_action").asBoolean()).isTrue();
        String payment = shop.paymentOf("1007");
        assertThat(asked.text("payment_intent_client_secret")).startsWith(payment + "_secret_");
        shop.stripe().authenticate(payment, true);
        assertThat(shop.payAgain(payment).json()).hasToString("{\"success\":true}");
        assertThat(shop.payAgain(payment).json()).hasToString("{\"success\":true}");
        assertThat(shop.charged(payment)).isEqualTo(1);
    }

    @Test
    void aFailedAuthenticationIsAnErrorAndAnotherCardPays() {
        String order = shop.order("1008");
        shop.pay(order, "pm_card_authenticationRequired");
        String payment = shop.paymentOf("1008");
        shop.stripe().authenticate(payment, false);
        assertThat(shop.payAgain(payment).text("error")).isNotBlank();
        assertThat(shop.pay(order, "pm_card_visa").json()).hasToString("{\"success\":true}");
    }

    @Test
    void anHourAfterTheAuthenticationItIsTooLateAndSaysSo() {
        String order = shop.order("1009");
        shop.pay(order, "pm_card_authenticationRequired");
        String payment = shop.paymentOf("1009");
        shop.stripe().authenticate(payment, true);
        clock.advance(Duration.ofMinutes(61));
        assertThat(shop.payAgain(payment).text("error")).contains("run out");
        assertThat(shop.charged(payment)).isZero();
        assertThat(shop.pay(order, "pm_card_visa").json()).hasToString("{\"success\":true}");
    }

    @Test
    void manyClicksAndTabsChargeOnce() {
        String order = shop.order("1010");
        String card = shop.stripe("POST", "/v1/payment_methods", "type=card&card[token]=tok_visa")
                .text("id");
        List<CompletableFuture<Shop.Answer>> clicks = Stream.concat(
                        IntStream.range(0, 4).mapToObj(i -> card),
                        IntStream.range(0, 4).mapToObj(i -> "pm_card_visa"))
                .map(method -> CompletableFuture.supplyAsync(() -> shop.pay(order, method)))
                .toList();
        CompletableFuture.allOf(clicks.toArray(CompletableFuture[]::new)).join();
        assertThat(shop.pay(order, "pm_card_visa").json()).hasToString("{\"success\":true}");
        assertThat(shop.intents("1010")).hasSize(1);
        assertThat(shop.charged(shop.paymentOf("1010"))).isEqualTo(1);
    }

    @Test
    void aLostAnswerWhileThePaymentIsMadeMakesNoSecondOne() {
        String order = shop.order("1011");
        assertThat(shop.losingAnswers("POST", "/v1/payment_intents", () -> shop.pay(order, "pm_card_visa"))
                        .status())
                .isEqualTo(503);
        shop.restart();
        assertThat(shop.pay(order, "pm_card_visa").json()).hasToString("{\"success\":true}");
        assertThat(shop.intents("1011")).hasSize(1);
        assertThat(shop.charged(shop.paymentOf("1011"))).isEqualTo(1);
    }

    @Test
    void aPaymentThatStripeMadeLongAgoIsFoundAndNotMadeAgain() {
        shop.stripe().deliveries().only(type -> false); // nobody tells of it
        String order = shop.order("1012");
        assertThat(shop.losingAnswers("POST", "/v1/payment_intents", () -> shop.pay(order, "pm_card_visa"))
                        .status())
                .isEqualTo(503);
        clock.advance(Duration.ofHours(30)); // Stripe has forgotten the idempotency key
        assertThat(shop.pay(order, "pm_card_visa").json()).hasToString("{\"success\":true}");
        assertThat(shop.intents("1012")).hasSize(1);
    }

    @Test
    void anEventOfAPaymentWhoseAnswerWasLostLeadsTheOrderToIt() {
        String order = shop.order("1013");
        assertThat(shop.losingAnswers("POST", "/v1/payment_intents", () -> shop.pay(order, "pm_card_visa"))
                        .status())
                .isEqualTo(503);
        shop.awaitQuiet();
        assertThat(shop.paymentOf("1013")).startsWith("pi_");
    }

    @Test
    void aRestartInTheMiddleChargesOnce() {
        String order = shop.order("1014");
        String card = shop.stripe("POST", "/v1/payment_methods", "type=card&card[token]=tok_visa")
                .text("id");
        assertThat(shop.losingAnswers("POST", "/v1/payment_intents/*/confirm", () -> shop.pay(order, card))
                        .status())
                .isEqualTo(503);
        shop.restart();
        assertThat(shop.pay(order, card).json()).hasToString("{\"success\":true}");
        assertThat(shop.charged(shop.paymentOf("1014"))).isEqualTo(1);
    }

    @Test
    void whatTheBrowserSaysOfTheAmountIsNotListenedTo() {
        String order = shop.order("1015");
        shop.page("/pay", Map.of("payment_method_id", "pm_card_visa", "order", order, "amount", 1, "currency", "usd"));
        assertThat(shop.intents("1015").get(0).path("amount_received").asLong()).isEqualTo(4900);
        assertThat(shop.intents("1015").get(0).path("currency").asText()).isEqualTo("jpy");
    }

    @Test
    void anOrderIsOnlyKnownByItsSignedReference() {
        String order = shop.order("1016");
        String other = shop.order("1017");
        String signature = order.substring(order.lastIndexOf('.'));
        for (String guess : List.of("1016", "1017" + signature, "1016.", other + "x", "." + signature, "nobody")) {
            Shop.Answer answer = shop.pay(guess, "pm_card_visa");
            assertThat(answer.status()).as(guess).isEqualTo(404);
            assertThat(answer.json().properties()).as(guess).hasSize(1);
        }
        assertThat(shop.payAgain("pi_of_somebody_else").status()).isEqualTo(404);
        assertThat(shop.stripe().journal().all()).isEmpty();
    }

    @Test
    void aPaymentThatTheShopMadeItselfIsPaidAgainByTheLinkOfItsMail() {
        String payment = shop.stripe(
                        "POST",
                        "/v1/payment_intents",
                        "amount=4900&currency=jpy&metadata[order_id]=own-1&automatic_payment_methods[enabled]=true")
                .text("id");
        shop.awaitStatus(payment, "requires_payment_method");
        String reference = shop.reference("own-1");
        assertThat(shop.pay(reference, "pm_card_visa_chargeDeclined").text("error"))
                .isNotBlank();
        assertThat(shop.page("/checkout/" + reference + "/intent", Map.of()).text("client_secret"))
                .startsWith(payment);
        assertThat(shop.page("/pay", Map.of("payment_method_id", "pm_card_visa", "order", reference, "save_card", true))
                        .json())
                .hasToString("{\"success\":true}");
        assertThat(shop.intents("own-1")).hasSize(1);
    }

    @Test
    void pagesOfOtherOriginsAreRefused() {
        Map<String, Object> body = Map.of("payment_method_id", "pm_card_visa", "order", shop.order("1018"));
        for (String origin : List.of("https://evil.example", "null", shop.url("") + ".evil.example")) {
            assertThat(shop.browser("/pay", body, "Origin", origin).status())
                    .as(origin)
                    .isEqualTo(403);
        }
        assertThat(shop.browser("/pay", body, "Sec-Fetch-Site", "cross-site").status())
                .isEqualTo(403);
        assertThat(shop.stripe().journal().all()).isEmpty();
        assertThat(shop.browser("/pay", body).status()).as("no browser").isEqualTo(200);
    }

    @Test
    void whatCannotBeReadIsAnsweredWithAnError() {
        for (String body : List.of(
                "",
                "[]",
                "nonsense",
                "{}",
                "{\"order\":1,\"payment_method_id\":\"pm_card_visa\"}",
                "{\"payment_method_id\":\"../accounts\",\"order\":\"x\"}",
                "{\"payment_intent_id\":\"a b\"}")) {
            Shop.Answer answer = shop.browser("/pay", body);
            assertThat(answer.status()).as(body).isEqualTo(400);
            assertThat(answer.text("error")).as(body).isNotBlank();
        }
        assertThat(shop.browser("/pay", "a=b", "Content-Type", "application/x-www-form-urlencoded")
                        .status())
                .isEqualTo(415);
        assertThat(shop.browser("/pay", "{\"x\":\"" + "a".repeat(2_000_000) + "\"}")
                        .status())
                .isEqualTo(413);
    }

    @Test
    void aPaymentMethodThatStripeDoesNotKnowIsRefusedAndAnotherOnePays() {
        String order = shop.order("1023");
        Shop.Answer refused = shop.pay(order, "pm_nobody");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text("error")).isNotBlank();
        assertThat(shop.pay(order, "pm_card_visa").json()).hasToString("{\"success\":true}");
    }

    @Test
    void nothingOfTheRequestComesBackWithTheAnswer() {
        HttpResponse<String> response = shop.browser(
                        "/pay?mail.smtp.host=evil",
                        Map.of("payment_method_id", "pm_card_visa", "order", shop.order("1019")),
                        "X-Evil",
                        "1",
                        "CamelStripeMethod",
                        "delete")
                .response();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).matches("x-evil|mail.*|camel.*"));
    }

    @Test
    void theBuyerWhoAgreesCanPayWithTheSavedCardTheNextTime() {
        String order = shop.order("1020", Map.of("customer", Map.of("email", "taro@example.com", "name", "Taro")));
        String card = shop.stripe(
                        "POST", "/v1/payment_methods", "type=card&card[token]=tok_visa&allow_redisplay=always")
                .text("id");
        assertThat(shop.page("/pay", Map.of("payment_method_id", card, "order", order, "save_card", true))
                        .json())
                .hasToString("{\"success\":true}");
        String customer =
                shop.api("GET", "/orders/1020", null).json().at("/customer/id").asText();
        assertThat(customer).startsWith("cus_");
        Shop.Answer saved = shop.api("GET", "/customers/" + customer + "/payment-methods", null);
        assertThat(saved.json().path("data")).hasSize(1);
        assertThat(saved.json().at("/data/0/id").asText()).isEqualTo(card);
        shop.order("1021");
        Shop.Answer charged = shop.api(
                "POST",
                "/orders/1021/charge",
                Map.of("customer", customer, "payment_method", card, "off_session", true));
        assertThat(charged.status()).as(charged.json().toString()).isEqualTo(200);
        assertThat(charged.text("status")).isEqualTo("succeeded");
    }
}
