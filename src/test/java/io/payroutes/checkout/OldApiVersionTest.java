package io.payroutes.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.model.PaymentIntent;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.money.Money;
import io.payroutes.order.Order;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The names that API versions before 2019-02-11 have for states are understood. */
class OldApiVersionTest {

    @Test
    void whatRequiresASourceActionRequiresAnAction() {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes payroutes = RunningPayroutes.on(database).start()) {
            PayDesk desk = payroutes.bean("payDesk", PayDesk.class);
            assertThat(desk.answer(intent("requires_source_action"), order()))
                    .containsEntry("requires_action", true)
                    .containsEntry("payment_intent_client_secret", "pi_1_secret_2");
            assertThat(desk.answer(intent("requires_source"), order())).containsKey("error");
        }
    }

    private static PaymentIntent intent(String status) {
        PaymentIntent intent = new PaymentIntent();
        intent.setId("pi_1");
        intent.setStatus(status);
        intent.setClientSecret("pi_1_secret_2");
        return intent;
    }

    private static Order order() {
        return new Order(
                "1",
                new Money(4900, "jpy"),
                null,
                null,
                null,
                null,
                null,
                false,
                null,
                "automatic",
                "manual",
                "pi_1",
                "order_1",
                null,
                Instant.EPOCH);
    }
}
