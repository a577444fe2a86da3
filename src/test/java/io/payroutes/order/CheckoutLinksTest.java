package io.payroutes.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.OnEachDatabase;
import io.payroutes.TestDatabase;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Links to the checkout: only those that were made here are good, and they stay good. */
@OnEachDatabase
class CheckoutLinksTest {
    private final TestDatabase database;

    CheckoutLinksTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void aReferenceNamesItsOrderAfterEveryRestartAndOnEveryNode() {
        String reference = links().reference("A-1.2");
        assertThat(links().orderOf(reference)).contains("A-1.2");
        assertThat(links().checkout("A-1.2")).isEqualTo("https://shop.example.com/checkout/" + reference);
    }

    @Test
    void anotherShopsKeyMakesOtherReferences() {
        CheckoutLinks other = new CheckoutLinks("https://shop.example.com", () -> new byte[32]);
        other.start();
        assertThat(links().orderOf(other.reference("1"))).isEmpty();
    }

    @Test
    void noChangeOfAReferenceIsGood() {
        CheckoutLinks links = links();
        String reference = links.reference("1001");
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder changed = new StringBuilder(reference);
            int at = random.nextInt(changed.length());
            char other = (char) (33 + random.nextInt(94));
            if (changed.charAt(at) == other) {
                continue;
            }
            if (random.nextBoolean()) {
                changed.setCharAt(at, other);
            } else {
                changed.insert(at, other);
            }
            assertThat(links.orderOf(changed.toString())).as(changed.toString()).isEmpty();
        }
        assertThat(links.orderOf("")).isEmpty();
        assertThat(links.orderOf(".")).isEmpty();
        assertThat(links.orderOf("1001")).isEmpty();
        assertThat(links.orderOf("x".repeat(100_000))).isEmpty();
    }

    private CheckoutLinks links() {
        CheckoutLinks links = new CheckoutLinks("https://shop.example.com", database.jdbc(), Clock.systemUTC());
        links.start();
        return links;
    }
}
