package io.payroutes.demo.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.Event;
import com.stripe.model.PaymentIntent;
import com.stripe.net.Webhook;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.CustomerUpdateParams;
import com.stripe.param.EventListParams;
import com.sun.net.httpserver.HttpServer;
import io.payroutes.SettableClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How events reach a webhook endpoint, read there by stripe-java. */
class WebhookDeliveriesTest {
    private static final String SECRET = "whsec_deliveries";
    private static final List<String> PAYMENT =
            List.of("payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "charge.updated");

    private final SettableClock clock = new SettableClock(Instant.now());
    private final List<Event> received = new CopyOnWriteArrayList<>();
    private final List<String> signatures = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private HttpServer endpoint;
    private StripeStandIn standIn;
    private StripeClient stripe;

    @BeforeEach
    void start() throws IOException {
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.createContext("/webhook", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String signature = exchange.getRequestHeaders().getFirst("Stripe-Signature");
            signatures.add(signature);
            int status = 500;
            if (refusals.getAndDecrement() <= 0) {
                try {
                    received.add(Webhook.constructEvent(body, signature, SECRET));
                    status = 200;
                } catch (Exception e) {
                    status = 400;
                }
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        endpoint.start();
        URI url = URI.create("http://127.0.0.1:" + endpoint.getAddress().getPort() + "/webhook");
        standIn = StripeStandIn.start(new StandInSettings()
                .clock(clock)
                .webhook(url, SECRET)
                .deliveryRetries(List.of(Duration.ofMillis(20)), 50));
        stripe = Stripe.client(standIn);
    }

    @AfterEach
    void stop() {
        standIn.close();
        endpoint.stop(0);
    }

    @Test
    void everyEventArrivesSignedAndCanBeRead() throws StripeException {
        PaymentIntent intent = pay();

        await().until(() -> received.size() == 4);
        assertThat(types()).containsExactlyInAnyOrderElementsOf(PAYMENT);
        assertThat(received).allSatisfy(event -> {
            assertThat(event.getApiVersion()).isEqualTo("2026-07-29.dahlia");
            assertThat(event.getDataObjectDeserializer().getObject()).isPresent();
            assertThat(event.getLivemode()).isFalse();
        });
        Event succeeded = received.stream()
                .filter(event -> event.getType().equals("payment_intent.succeeded"))
                .findFirst()
                .orElseThrow();
        PaymentIntent told = (PaymentIntent)
                succeeded.getDataObjectDeserializer().getObject().orElseThrow();
        assertThat(told.getId()).isEqualTo(intent.getId());
        assertThat(told.getStatus()).isEqualTo("succeeded");
        assertThat(succeeded.getRequest().getIdempotencyKey()).isNotNull();
    }

    @Test
    void aSnapshotStaysAsItWas() throws StripeException {
        pay();
        await().until(() -> received.size() == 4);
        PaymentIntent created = (PaymentIntent) stripe.v1()
                .events()
                .list(EventListParams.builder()
                        .setType("payment_intent.created")
                        .build())
                .getData()
                .get(0)
                .getDataObjectDeserializer()
                .getObject()
                .orElseThrow();
        assertThat(created.getStatus()).isEqualTo("requires_confirmation");
        assertThat(created.getLatestCharge()).isNull();
    }

    @Test
    void anUpdateTellsWhatWasBefore() throws StripeException {
        String customer = stripe.v1()
                .customers()
                .create(CustomerCreateParams.builder()
                        .setEmail("old@example.com")
                        .build())
                .getId();
        stripe.v1()
                .customers()
                .update(
                        customer,
                        CustomerUpdateParams.builder()
                                .setEmail("new@example.com")
                                .build());

        await().until(() -> received.size() == 2);
        Event updated = received.stream()
                .filter(event -> event.getType().equals("customer.updated"))
                .findFirst()
                .orElseThrow();
        assertThat(updated.getData().getPreviousAttributes())
                .containsOnly(java.util.Map.entry("email", "old@example.com"));
    }

    @Test
    void aRefusedDeliveryIsTriedAgainWithATimeOfItsOwn() throws StripeException {
        refusals.set(Integer.MAX_VALUE);
        pay();
        await().until(() -> signatures.size() >= 8);
        clock.advance(Duration.ofSeconds(100));
        refusals.set(0);

        await().until(() -> received.size() == 4);

        assertThat(types()).containsExactlyInAnyOrderElementsOf(PAYMENT);
        assertThat(signatures.stream().map(header -> header.replaceFirst(",.*", "")))
                .contains("t=" + clock.instant().getEpochSecond())
                .contains("t=" + clock.instant().minusSeconds(100).getEpochSecond());
        await().until(() -> standIn.deliveries().outstanding() == 0);
        assertThat(stripe.v1()
                        .events()
                        .list(EventListParams.builder()
                                .setDeliverySuccess(false)
                                .build())
                        .getData())
                .isEmpty();
    }

    @Test
    void heldDeliveriesGoOutInTheOrderThatIsAskedFor() throws StripeException {
        standIn.deliveries().hold();
        pay();
        await().until(() -> standIn.deliveries().outstanding() == 4);
        assertThat(received).isEmpty();
        assertThat(stripe.v1()
                        .events()
                        .list(EventListParams.builder()
                                .setDeliverySuccess(false)
                                .build())
                        .getData())
                .hasSize(4);

        standIn.deliveries().release(Deliveries.Order.REVERSED);

        await().until(() -> received.size() == 4);
        standIn.deliveries().hold();
        pay();
        await().until(() -> standIn.deliveries().outstanding() == 4);
        standIn.deliveries().releaseShuffled(new Random(1));
        await().until(() -> received.size() == 8);
    }

    @Test
    void anEventArrivesAsOftenAsIsAskedFor() throws StripeException {
        standIn.deliveries().copies(3);
        pay();
        await().until(() -> received.size() == 12);
        assertThat(received.stream().map(Event::getId).distinct()).hasSize(4);
    }

    @Test
    void twoEventsMayTellOfOneChange() throws StripeException {
        standIn.sendTwins(true);
        pay();
        await().until(() -> received.size() == 8);
        assertThat(received.stream().map(Event::getId).distinct()).hasSize(8);
    }

    @Test
    void whatIsNotDeliveredCanBeFetchedAndSentAgain() throws StripeException {
        standIn.deliveries().only(type -> type.equals("payment_intent.succeeded"));
        pay();
        await().until(() -> received.size() == 1 && standIn.eventTypes().size() == 4);
        List<Event> missed = stripe.v1()
                .events()
                .list(EventListParams.builder()
                        .setDeliverySuccess(false)
                        .addType("charge.succeeded")
                        .addType("charge.updated")
                        .build())
                .getData();
        assertThat(missed).hasSize(2);

        standIn.deliveries().only(type -> true);
        standIn.resend(missed.get(0).getId());

        await().until(() -> received.size() == 2);
        assertThat(received.get(1).getId()).isEqualTo(missed.get(0).getId());
    }

    @Test
    void eventsAreKeptForThirtyDays() throws StripeException {
        pay();
        await().until(() -> standIn.eventTypes().size() == 4);
        clock.advance(Duration.ofDays(30).plusSeconds(1));
        standIn.tick();
        assertThat(stripe.v1().events().list().getData()).isEmpty();
    }

    private List<String> types() {
        return received.stream().map(Event::getType).toList();
    }

    private PaymentIntent pay() throws StripeException {
        return stripe.v1()
                .paymentIntents()
                .create(Stripe.payment(4900, "usd")
                        .setPaymentMethod("pm_card_visa")
                        .setConfirm(true)
                        .setReturnUrl("https://shop.example/complete")
                        .build());
    }
}
