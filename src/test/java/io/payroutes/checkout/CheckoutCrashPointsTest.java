package io.payroutes.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.payroutes.BreakingConnections;
import io.payroutes.OnEachDatabase;
import io.payroutes.TestDatabase;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Law 4 wherever a connection breaks while an order is taken, paid, captured and refunded: whoever asked asks again, as
 * browsers and back offices do, and in the end there is one payment, captured and refunded once.
 */
@OnEachDatabase
class CheckoutCrashPointsTest {
    private static final int MORE_THAN_A_REQUEST_TAKES = 40;
    private static final int MOST_REPETITIONS = 5;

    private final TestDatabase database;

    CheckoutCrashPointsTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void whoAsksAgainPaysCapturesAndRefundsOnceWhereverAConnectionBreaks() throws Exception {
        database.clear();
        try (BreakingConnections connections = new BreakingConnections("vert.x-worker");
                Shop shop = Shop.open(
                        database,
                        Clock.systemUTC(),
                        builder -> builder.with(
                                        "database.url",
                                        BreakingConnections.url(
                                                database.settings().getOrDefault("database.url", "")))
                                .with("stripe.retries", "0"))) {
            for (Step broken : Step.values()) {
                for (boolean afterwards : List.of(false, true)) {
                    int step = 0;
                    boolean hasBroken = true;
                    while (hasBroken && step < MORE_THAN_A_REQUEST_TAKES) {
                        step++;
                        String order = broken + "-" + afterwards + "-" + step;
                        hasBroken = liveThrough(shop, connections, order, broken, step, afterwards);
                        shop.awaitQuiet();
                        assertIsAsIfNothingHadBeen(shop, order);
                    }
                    assertThat(step).as(broken.name()).isBetween(2, MORE_THAN_A_REQUEST_TAKES - 1);
                }
            }
        }
    }

    private enum Step {
        ORDER,
        PAY,
        CAPTURE,
        REFUND
    }

    /** @return whether a connection has broken: there are as many statements */
    private static boolean liveThrough(
            Shop shop, BreakingConnections connections, String order, Step broken, int step, boolean afterwards) {
        boolean hasBroken = false;
        for (Step now : Step.values()) {
            shop.awaitQuiet();
            if (now == broken) {
                connections.breakAt(step, afterwards, false);
            }
            untilAnswered(() -> ask(shop, order, now));
            if (now == broken) {
                hasBroken = connections.hasBroken();
                connections.heal();
            }
        }
        return hasBroken;
    }

    private static Shop.Answer ask(Shop shop, String order, Step step) {
        return switch (step) {
            case ORDER ->
                shop.api(
                        "POST",
                        "/orders",
                        Map.of("id", order, "amount", 4900, "currency", "jpy", "capture_method", "manual"));
            case PAY -> shop.pay(shop.reference(order), "pm_card_visa");
            case CAPTURE -> shop.api("POST", "/payments/" + payment(shop, order) + "/capture", Map.of("amount", 3000));
            case REFUND -> shop.api("POST", "/payments/" + payment(shop, order) + "/refund", Map.of("amount", 1000));
        };
    }

    /** Asked of Stripe, whose connections do not break. */
    private static String payment(Shop shop, String order) {
        return shop.intents(order).get(0).path("id").asText();
    }

    private static void untilAnswered(Supplier<Shop.Answer> ask) {
        for (int i = 0; i < MOST_REPETITIONS; i++) {
            Shop.Answer answer = ask.get();
            if (answer.status() < 300) {
                return;
            }
            assertThat(answer.status()).as(answer.response().body()).isGreaterThanOrEqualTo(500);
            assertThat(answer.response().body()).doesNotContain("Exception", "\tat ", "SQL");
        }
        throw new AssertionError("no answer but failures");
    }

    private static void assertIsAsIfNothingHadBeen(Shop shop, String order) {
        String payment = shop.paymentOf(order);
        assertThat(shop.intents(order)).as(order).hasSize(1);
        assertThat(shop.charged(payment)).as(order).isEqualTo(1);
        assertThat(shop.stripe("GET", "/v1/refunds?limit=10&payment_intent=" + payment, "")
                        .json()
                        .path("data")
                        .valueStream()
                        .map(refund -> refund.path("amount").asLong()))
                .as(order)
                .containsExactly(1000L);
        JsonNode ledger = shop.api("GET", "/payments/" + payment, null).json();
        assertThat(ledger.path("amount_received").asLong()).as(order).isEqualTo(3000);
        assertThat(ledger.at("/charges/0/amount_refunded").asLong()).as(order).isEqualTo(1000);
        assertThat(shop.toldErp(payment))
                .as(order)
                .extracting(row -> row.mustText("kind"))
                .containsOnlyOnce("payment.capturable", "fulfillment.requested");
    }
}
