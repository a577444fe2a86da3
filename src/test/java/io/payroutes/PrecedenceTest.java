package io.payroutes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.payroutes.demo.StripePayment;
import io.payroutes.inbox.InboxWriter;
import io.payroutes.webhook.EventEnvelope;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Stripe waits for the intake's answer, and nobody for what comes after it. */
@OnEachDatabase
class PrecedenceTest {
    private static final Duration PRECEDENCE = Duration.ofSeconds(1);

    private final TestDatabase database;

    PrecedenceTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void eventsAndMessagesToTheErpMakeRoomForABusyIntakeAndGoOnNevertheless() {
        WireMockServer erp =
                new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
        erp.start();
        erp.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(204)));
        try (RunningPayroutes payroutes = RunningPayroutes.on(database)
                .with("erp.url", erp.url("/fulfillment"))
                .with("inbox.intake.busy", 1)
                .with("inbox.intake.precedence", PRECEDENCE.toMillis() + "ms")
                .start()) {
            InboxWriter intake = payroutes.bean("intake", InboxWriter.class);
            assertThat(intake.roomToMake()).isZero();
            AtomicInteger orders = new AtomicInteger();
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                String order = "busy" + orders.incrementAndGet();
                intake.accept(EventEnvelope.parse(StripePayment.of("pi_" + order, 4900, "jpy")
                                .order(order)
                                .succeeded(Instant.now().getEpochSecond())
                                .body()))
                        .join();
                return !database.jdbc()
                        .queryForList("SELECT delivery_id FROM delivery WHERE done_at IS NOT NULL")
                        .isEmpty();
            });
            assertThat(shortest("stripe_event", "received_at", "done_at")).isGreaterThanOrEqualTo(almost(PRECEDENCE));
            assertThat(shortest("delivery", "created_at", "done_at")).isGreaterThanOrEqualTo(almost(PRECEDENCE));
        } finally {
            erp.stop();
        }
    }

    /** The two ends are told by another clock than the wait between them. */
    private static Duration almost(Duration time) {
        return time.minusMillis(100);
    }

    private Duration shortest(String table, String from, String to) {
        return database
                .jdbc()
                .query(
                        "SELECT " + from + ", " + to + " FROM " + table + " WHERE " + to + " IS NOT NULL",
                        (row, i) -> Duration.between(
                                row.getTimestamp(1).toInstant(),
                                row.getTimestamp(2).toInstant()))
                .stream()
                .min(Duration::compareTo)
                .orElseThrow();
    }
}
