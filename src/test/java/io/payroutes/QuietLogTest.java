package io.payroutes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.payroutes.demo.ApiVersion;
import io.payroutes.demo.Dispute;
import io.payroutes.demo.SignedEvent;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripePayment;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Law 10: the log tells neither secrets nor who the customers are, whatever goes well or wrong. */
@OnEachDatabase
class QuietLogTest {
    private static final long T = 1_767_225_600L;
    private static final List<String> UNSAID = List.of(
            "Zebulon",
            "Quxworth",
            "zebulon.quxworth",
            "private.example",
            "Velvet socks",
            "千代田",
            "+81312345678",
            "whsec_not_to_be_told",
            "c2lnbmluZy1rZXktbm90LXRvLWJlLXRvbGQ",
            "sk_test_not_to_be_told",
            "mail-password-not-to-be-told",
            "api-key-not-to-be-told",
            "not-a-secret"); // the database's password

    private final TestDatabase database;
    private final Lines lines = new Lines();
    private final WireMockServer partner =
            new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level level = root.getLevel();

    QuietLogTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void listen() {
        partner.start();
        lines.start();
        root.setLevel(Level.INFO);
        root.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(lines);
        root.setLevel(level);
        lines.stop();
        partner.stop();
    }

    @Test
    void neitherSuccessNorTroubleIsToldWithPeopleOrSecrets() throws Exception {
        partner.stubFor(
                any(anyUrl()).willReturn(aResponse().withStatus(500).withBody("zebulon.quxworth@private.example")));
        try (RunningPayroutes payroutes = RunningPayroutes.on(database)
                .with("stripe.webhook-secret", "whsec_not_to_be_told")
                .with("stripe.api-key", "sk_test_not_to_be_told")
                .with("stripe.api-base", partner.baseUrl())
                .with("api.keys", "api-key-not-to-be-told")
                .with("erp.url", partner.baseUrl() + "/erp")
                .with("erp.signing-secret", "whsec_c2lnbmluZy1rZXktbm90LXRvLWJlLXRvbGQ=")
                .with("erp.breaker.minimum", 3)
                .with("mail.host", "127.0.0.1")
                .with("mail.port", 1) // nobody there
                .with("mail.username", "shop")
                .with("mail.password", "mail-password-not-to-be-told")
                .with("mail.from", "shop@example.com")
                .with("mail.payment-failed.delay", "0s")
                .with("mail.notice.delay", "0s")
                .with("capture.policy", "automatic")
                .with("reconciliation.first-sweep", "0s")
                .start()) {
            tell(payroutes);
            // The row that the mail goes into is gone for a while: the failure's own message quotes what was to be
            // written.
            database.jdbc().execute("ALTER TABLE payment_transition ADD CONSTRAINT never CHECK (amount <> 4711)");
            StripeEvent unwritable = person("pi_unwritable", 4711)
                    .version(ApiVersion.V2022_08_01)
                    .succeeded(T);
            send(payroutes, unwritable);
            new Inflow(payroutes, database).awaitTried();
            assertThat(new Inflow(payroutes, database).event(unwritable).text("reason"))
                    .isNotNull();
            database.jdbc().execute("ALTER TABLE stripe_event ADD CONSTRAINT never_either CHECK (account IS NULL)");
            StripeEvent unstorable =
                    person("pi_unstorable", 4900).account("Quxworth").succeeded(T);
            for (int i = 0; i < 20; i++) {
                assertThat(post(payroutes, unstorable, "whsec_not_to_be_told").statusCode())
                        .isEqualTo(503);
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> database.jdbc()
                                    .queryForObject(
                                            "SELECT count(DISTINCT destination) FROM delivery d"
                                                    + " WHERE EXISTS (SELECT 1 FROM delivery_attempt a"
                                                    + " WHERE a.delivery_id = d.delivery_id AND a.outcome = 'failed')",
                                            Integer.class)
                            == 3);
        }
        assertThat(lines.all).anySatisfy(line -> assertThat(line).contains("could not be stored: SQL state 23"));
        // A log that tells each of them fills the disk, in an outage that a full disk may be the cause of.
        assertThat(lines.all.stream().filter(line -> line.contains("could not be stored")))
                .hasSizeLessThan(10);
        assertThat(lines.all).anySatisfy(line -> assertThat(line).contains("is parked"));
        assertThat(lines.all).anySatisfy(line -> assertThat(line).contains("failed (attempt 1"));
        for (String secret : UNSAID) {
            assertThat(lines.all).noneMatch(line -> line.contains(secret));
        }
    }

    private static void tell(RunningPayroutes payroutes) throws Exception {
        StripePayment paid = person("pi_paid", 4900);
        StripePayment konbini = person("pi_konbini", 4900);
        StripePayment held = person("pi_held", 4900).manualCapture();
        for (StripeEvent event : List.of(
                paid.created(T),
                paid.paymentFailed("stolen_card", 1, T + 1),
                paid.attempt(2).chargeSucceeded(T + 2),
                paid.attempt(2).succeeded(T + 2),
                paid.attempt(2).reviewOpened(T + 3),
                paid.attempt(2).disputeCreated(Dispute.of(4900, T + 4), T + 4),
                konbini.requiresAction("konbini_display_details", T),
                held.amountCapturableUpdated(4900, 0, T),
                person("pi_odd", 4900).succeeded(T).with("/data/object/status", "Zebulon Quxworth"),
                person("pi_odd", 4900).succeeded(T + 1).with("/data/object/amount", "Zebulon Quxworth"),
                person("pi_odd", 4900).succeeded(T + 2).with("/data/object/currency", "Zebulon Quxworth"))) {
            send(payroutes, event);
        }
        HttpResponse<String> unsigned = post(payroutes, person("pi_forged", 1).succeeded(T), "whsec_wrong");
        assertThat(unsigned.statusCode()).isEqualTo(400);
    }

    private static StripePayment person(String id, long amount) {
        return StripePayment.of(id, amount, "jpy")
                .order("1001")
                .customer("cus_1")
                .customerName("Zebulon Quxworth")
                .receiptEmail("zebulon.quxworth@private.example")
                .description("Velvet socks");
    }

    private static void send(RunningPayroutes payroutes, StripeEvent event) throws Exception {
        assertThat(post(payroutes, event, "whsec_not_to_be_told").statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> post(RunningPayroutes payroutes, StripeEvent event, String secret)
            throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        SignedEvent.request(URI.create(payroutes.url("/webhook")), event, secret, Instant.now())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aDatabaseThatFailsEveryPollIsToldOfInOneLineNowAndThen() {
        SettableClock clock = new SettableClock(Instant.ofEpochSecond(T));
        String failing = "Failed polling endpoint: sql://file:config/sql/"
                + database.kind().name().toLowerCase(Locale.ROOT) + "/claim-events.sql";
        try (RunningPayroutes payroutes =
                RunningPayroutes.on(database).bind("clock", clock).start()) {
            database.jdbc().execute("ALTER TABLE stripe_event RENAME TO gone");
            try {
                for (int told = 1; told <= 3; told++) {
                    int now = told;
                    await().atMost(Duration.ofSeconds(20)).until(() -> count(failing) == now);
                    clock.advance(Duration.ofSeconds(11));
                }
            } finally {
                database.jdbc().execute("ALTER TABLE gone RENAME TO stripe_event");
            }
            assertThat(payroutes.camel().getStatus().isStarted()).isTrue();
        }
        assertThat(lines.all.stream().filter(line -> line.contains("Failed polling")))
                .isNotEmpty()
                .noneMatch(line -> line.contains("\tat "));
    }

    private long count(String text) {
        return lines.all.stream().filter(line -> line.contains(text)).count();
    }

    /** Keeps what is logged, stack traces and all. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        final Queue<String> all = new ConcurrentLinkedQueue<>();
        private final PatternLayout layout = new PatternLayout();

        @Override
        public void start() {
            layout.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
            layout.setPattern("%level %logger %msg%n%ex");
            layout.start();
            super.start();
        }

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLoggerName().startsWith("io.zonky.")) {
                return; // the log of the database server, which is not ours
            }
            all.add(layout.doLayout(event));
        }
    }
}
