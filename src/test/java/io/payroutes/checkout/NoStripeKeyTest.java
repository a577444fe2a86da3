package io.payroutes.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.TestDatabase;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** Without a key for Stripe's API the program runs, and what needs one says so. */
class NoStripeKeyTest {

    @Test
    void whatNeedsStripeSaysThatThereIsNoKey() {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                Shop shop = Shop.open(
                        database,
                        Clock.systemUTC(),
                        b -> b.with("stripe.api-key", "").with("stripe.publishable-key", ""))) {
            String order = shop.order("1");
            Shop.Answer answer = shop.api("POST", "/payments/pi_1/refund", null);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text("detail")).contains("stripe.api-key");
            assertThat(shop.pay(order, "pm_card_visa").status()).isEqualTo(503);
            assertThat(shop.browser("/checkout/" + order, "", "Accept", "text/html")
                            .status())
                    .as("a page is got, not posted to")
                    .isEqualTo(405);
        }
    }
}
