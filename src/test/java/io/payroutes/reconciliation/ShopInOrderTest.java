package io.payroutes.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.stripe.StripeClient;
import com.stripe.exception.CardException;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentCreateParams.CaptureMethod;
import com.stripe.param.RefundCreateParams;
import com.sun.net.httpserver.HttpServer;
import io.payroutes.FreePort;
import io.payroutes.RunningPayroutes;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import io.payroutes.demo.stripe.StandInSettings;
import io.payroutes.demo.stripe.StripeStandIn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A shop whose customers do everything that customers do, at a stand-in for Stripe that keeps its books in order: whatever
 * the program hears and whenever it asks, there is nothing to find. More of it: {@code -Dshop.seeds=2,3,4}.
 */
class ShopInOrderTest {
    private static final Instant START = Instant.parse("2026-05-01T09:00:00Z");
    private static final int DAYS = 4;
    private static final List<String> CURRENCIES = List.of("jpy", "usd", "eur", "kwd");

    private final SettableClock clock = new SettableClock(START);
    private final TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
    private final int port = FreePort.next();
    private final StripeStandIn stripe = StripeStandIn.start(new StandInSettings()
            .clock(clock)
            .random(new Random(1))
            .webhook(URI.create("http://localhost:" + port + "/webhook"), "whsec_test"));
    private final StripeClient client = StripeClient.builder()
            .setApiKey(stripe.secretKey())
            .setApiBase(stripe.url())
            .build();
    private HttpServer erp;
    private RunningPayroutes payroutes;
    private int orders;

    @BeforeEach
    void start() throws IOException {
        erp = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        erp.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        erp.start();
        payroutes = RunningPayroutes.on(database)
                .bind("clock", clock)
                .httpPort(port)
                .with("stripe.api-key", stripe.secretKey())
                .with("stripe.api-base", stripe.url())
                .with("stripe.requests-per-second", "10000")
                .with("stripe.requests-per-second-per-endpoint", "10000")
                .with("erp.url", "http://localhost:" + erp.getAddress().getPort())
                .with("erp.signing-secret", "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0")
                .with("missed-events.every", "0s")
                .with("reconciliation.run-every", "0s")
                .with("reconciliation.run-poll", "50ms")
                .with("reconciliation.first-sweep", "1h")
                .start();
    }

    @AfterEach
    void stop() {
        payroutes.close();
        stripe.close();
        erp.stop(0);
        database.close();
    }

    static LongStream seeds() {
        return Arrays.stream(System.getProperty("shop.seeds", "1").split(",", -1))
                .mapToLong(Long::parseLong);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingIsFoundInAShopInOrder(long seed) throws Exception {
        Random random = new Random(seed);
        List<PaymentIntent> paid = new ArrayList<>();
        for (int day = 0; day < DAYS; day++) {
            for (int i = 0; i < 12; i++) {
                buy(random, paid);
                if (!paid.isEmpty() && random.nextInt(3) == 0) {
                    giveBack(random, paid.remove(random.nextInt(paid.size())));
                }
                clock.advance(Duration.ofMinutes(random.nextInt(90)));
                stripe.tick();
            }
            rest();
            CURRENCIES.forEach(stripe::payOut);
            Instant morning = START.plus(Duration.ofDays(day + 1));
            clock.advance(Duration.between(clock.instant(), morning));
            rest();
            assertThat(found(START.plus(Duration.ofDays(day)), morning))
                    .as("seed %d, day %d", seed, day)
                    .isEmpty();
        }
        assertThat(found(START, START.plus(Duration.ofDays(DAYS))))
                .as("seed %d, all days", seed)
                .isEmpty();
        assertThat(count("stripe_charge")).isGreaterThan(DAYS * 10);
        assertThat(count("charge")).isEqualTo(count("stripe_charge"));
        assertThat(count("payout WHERE itemised_at IS NOT NULL")).isPositive();
        payroutes.bean("reconciliation", Reconciliation.class).sweep();
        assertThat(database.jdbc()
                        .queryForList(
                                "SELECT finding_id FROM reconciliation_finding WHERE state = 'open'", String.class))
                .isEmpty();
    }

    private void buy(Random random, List<PaymentIntent> paid) throws StripeException {
        String currency = CURRENCIES.get(random.nextInt(CURRENCIES.size()));
        long amount = 1000 + 10L * random.nextInt(900);
        boolean later = random.nextInt(4) == 0;
        PaymentIntent intent = client.v1()
                .paymentIntents()
                .create(PaymentIntentCreateParams.builder()
                        .setAmount(amount)
                        .setCurrency(currency)
                        .setCaptureMethod(later ? CaptureMethod.MANUAL : CaptureMethod.AUTOMATIC_ASYNC)
                        .addAllPaymentMethodType(
                                currency.equals("usd") ? List.of("card", "us_bank_account") : List.of("card"))
                        .putMetadata("order_id", "order-" + ++orders)
                        .build());
        while (random.nextInt(3) == 0) {
            try {
                confirm(intent, "pm_card_visa_chargeDeclined");
            } catch (CardException declined) {
                assertThat(declined.getCode()).isEqualTo("card_declined");
            }
        }
        if (random.nextInt(10) == 0) {
            return; // thinks better of it
        }
        boolean bank = currency.equals("usd") && !later && random.nextBoolean();
        confirm(
                intent,
                bank ? "pm_usBankAccount_success" : random.nextInt(4) == 0 ? "pm_card_pendingRefund" : "pm_card_visa");
        if (bank) {
            return; // the money comes days later
        }
        if (!later) {
            paid.add(intent);
            return;
        }
        switch (random.nextInt(3)) {
            case 0 -> client.v1().paymentIntents().cancel(intent.getId());
            case 1 -> {
                client.v1().paymentIntents().capture(intent.getId());
                paid.add(intent);
            }
            default ->
                client.v1()
                        .paymentIntents()
                        .capture(
                                intent.getId(),
                                PaymentIntentCaptureParams.builder()
                                        .setAmountToCapture(amount - 10L * (1 + random.nextInt(90)))
                                        .build());
        }
    }

    private void confirm(PaymentIntent intent, String method) throws StripeException {
        client.v1()
                .paymentIntents()
                .confirm(
                        intent.getId(),
                        PaymentIntentConfirmParams.builder()
                                .setPaymentMethod(method)
                                .setReturnUrl("https://example.com")
                                .build());
    }

    private void giveBack(Random random, PaymentIntent intent) throws StripeException {
        PaymentIntent now = client.v1().paymentIntents().retrieve(intent.getId());
        if (random.nextInt(6) == 0) {
            String dispute = stripe.openDispute(now.getLatestCharge(), "fraudulent", random.nextBoolean());
            if (random.nextBoolean()) {
                clock.advance(Duration.ofHours(1));
                stripe.closeDispute(dispute, true);
            }
            return;
        }
        RefundCreateParams.Builder refund = RefundCreateParams.builder().setPaymentIntent(intent.getId());
        client.v1()
                .refunds()
                .create(
                        random.nextBoolean()
                                ? refund.build()
                                : refund.setAmount(500L).build());
    }

    /** Everything has been told and handled. */
    private void rest() {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            stripe.tick();
            clock.advance(Duration.ofSeconds(1));
            return stripe.deliveries().outstanding() == 0
                    && count("stripe_event WHERE due_at IS NOT NULL") == 0
                    && count("delivery WHERE destination = 'erp' AND due_at IS NOT NULL") == 0;
        });
    }

    private List<String> found(Instant from, Instant to) {
        ReconciliationRuns runs = payroutes.bean("reconciliationRuns", ReconciliationRuns.class);
        String id = runs.begin(new Span(from, to, null), "test");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> runs.get(id).isFinished() || runs.get(id).hasFailed());
        assertThat(runs.get(id).isFinished())
                .as(() -> runs.reason(id).orElse(""))
                .isTrue();
        return database.jdbc()
                .queryForList("SELECT finding_id FROM reconciliation_run_finding WHERE run_id = ?", String.class, id);
    }

    private int count(String from) {
        Integer count = database.jdbc().queryForObject("SELECT COUNT(*) FROM " + from, Integer.class);
        return count == null ? 0 : count;
    }
}
