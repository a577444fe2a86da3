package io.payroutes.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.TestDatabase;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** How often one address may ask. */
class RateLimitTest {

    @Test
    void whoTriesTooManyCardsIsTurnedAwayAndOthersAreNot() {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                Shop shop = Shop.open(
                        database,
                        Clock.systemUTC(),
                        b -> b.with("checkout.rate.payments", "3")
                                .with("checkout.rate.address-header", "X-Forwarded-For"))) {
            String order = shop.order("1");
            for (int i = 0; i < 3; i++) {
                assertThat(pay(shop, order, "203.0.113.7").status()).isEqualTo(200);
            }
            Shop.Answer refused = pay(shop, order, "evil, 203.0.113.7");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.text("error")).isNotBlank();
            assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
            assertThat(pay(shop, order, "203.0.113.8").status()).isEqualTo(200);
        }
    }

    private static Shop.Answer pay(Shop shop, String order, String address) {
        return shop.browser(
                "/pay",
                java.util.Map.of("payment_method_id", "pm_card_visa_chargeDeclined", "order", order),
                "X-Forwarded-For",
                address);
    }
}
