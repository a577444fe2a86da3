package io.payroutes.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.payroutes.Inflow;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.ApiVersion;
import io.payroutes.demo.StripePayment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From the event to the finding, with no sweep in between. */
@OnEachDatabase
class ChangedPaymentsTest {
    private final TestDatabase database;

    ChangedPaymentsTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void eachEventOfAPaymentHasItsBooksChecked() {
        StripePayment payment =
                StripePayment.of("pi_1", 4900, "jpy").version(ApiVersion.DAHLIA).receiptEmail("jenny@example.com");
        long now = Instant.now().getEpochSecond();
        try (RunningPayroutes payroutes = RunningPayroutes.on(database)
                .with("reconciliation.first-sweep", "1h")
                .with("reconciliation.poll", "50ms")
                .start()) {
            Inflow inflow = new Inflow(payroutes, database);
            inflow.take(payment.paymentFailed("insufficient_funds", 1, now - 2));
            awaitChecked();
            assertThat(findings()).isEmpty();
            inflow.take(payment.attempt(2).succeeded(now));
            awaitChecked();
            assertThat(findings()).containsExactly("missing_order_reference:pi_1");
        }
    }

    private void awaitChecked() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> database.jdbc()
                        .queryForList("SELECT payment_id FROM payment WHERE check_at IS NOT NULL")
                        .isEmpty());
    }

    private List<String> findings() {
        return database.jdbc().queryForList("SELECT finding_id FROM reconciliation_finding", String.class);
    }
}
