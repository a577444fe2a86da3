package io.payroutes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripePayment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nothing waits for the next look at the tables: here that is an hour away. */
@OnEachDatabase
class WakingTest {
    private static final int MORE_THAN_ONE_CLAIM = 10;

    private final TestDatabase database;

    WakingTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void whatIsStoredIsClaimedWithoutWaitingHoweverMuchItIs() {
        WireMockServer erp =
                new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
        erp.start();
        erp.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(204)));
        try (RunningPayroutes payroutes = RunningPayroutes.on(database)
                .with("erp.url", erp.url("/fulfillment"))
                .with("inbox.poll", "1h")
                .with("inbox.batch", 2)
                .with("delivery.poll", "1h")
                .with("delivery.batch", 2)
                .start()) {
            Inflow inflow = new Inflow(payroutes, database);
            long now = Instant.now().getEpochSecond();
            // The first look, a second after the start, may find what comes before it.
            for (String round : List.of("first", "second")) {
                inflow.takeTogether(IntStream.range(0, MORE_THAN_ONE_CLAIM)
                        .mapToObj(i -> paid(round + i, now))
                        .toList());
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> database.jdbc()
                                .queryForList("SELECT delivery_id FROM delivery WHERE destination = 'erp'"
                                        + " AND due_at IS NOT NULL")
                                .isEmpty());
            }
            assertThat(erp.getAllServeEvents()).hasSize(2 * MORE_THAN_ONE_CLAIM);
        } finally {
            erp.stop();
        }
    }

    private static StripeEvent paid(String name, long at) {
        return StripePayment.of("pi_" + name, 4900, "jpy").order(name).succeeded(at);
    }
}
