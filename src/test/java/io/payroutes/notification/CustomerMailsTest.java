package io.payroutes.notification;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.payroutes.Inflow;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import io.payroutes.demo.StripePayment;
import io.payroutes.store.Row;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From the event to the mailbox: who is written what, when, and when not. */
@OnEachDatabase
class CustomerMailsTest {
    private static final long T = 1_767_225_600L;
    private static final Instant START = Instant.ofEpochSecond(T + 3600);
    private static final Duration DELAY = Duration.ofMinutes(15);
    private static final String JENNY = "jenny@example.com";
    private static final String SECRET = "sk_test_not_for_logs";
    private static final StripePayment PAYMENT =
            StripePayment.of("pi_1", 4900, "jpy").order("1001").receiptEmail(JENNY);

    private static final SettableClock CLOCK = new SettableClock(START);
    private static GreenMail mailServer;
    private static WireMockServer stripe;
    private static RunningPayroutes payroutes;

    private final TestDatabase database;
    private Inflow inflow;

    CustomerMailsTest(TestDatabase database) {
        this.database = database;
        this.inflow = new Inflow(payroutes, database);
    }

    @BeforeParameterizedClassInvocation
    static void start(TestDatabase database) {
        mailServer = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mailServer.start();
        stripe =
                new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
        stripe.start();
        payroutes = program(database).start();
    }

    private static RunningPayroutes.Builder program(TestDatabase database) {
        return RunningPayroutes.on(database)
                .bind("clock", CLOCK)
                .with("reconciliation.first-sweep", "1h")
                // What asks Stripe by itself: the tests count who asks.
                .with("reconciliation.run-poll", "1h")
                .with("missed-events.first", "1h")
                .with("delivery.poll", 50)
                .with("mail.host", "127.0.0.1")
                .with("mail.port", mailServer.getSmtp().getPort())
                .with("mail.tls", "none")
                .with("mail.workers", 1) // two at a time could each take the last place under the daily cap
                .with("mail.from", "shop@example.com")
                .with("mail.shop-name", "Aoyama Books")
                .with("checkout.url", "https://shop.example/")
                .with("stripe.api-key", SECRET)
                .with("stripe.api-base", stripe.baseUrl());
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        payroutes.close();
        stripe.stop();
        mailServer.stop();
    }

    @BeforeEach
    void clear() throws Exception {
        database.clear();
        mailServer.purgeEmailFromAllMailboxes();
        stripe.resetAll();
        CLOCK.set(START);
    }

    @Test
    void theFailedMailComesAfterTheDelayAndNotBefore() throws Exception {
        inflow.take(PAYMENT.paymentFailed("insufficient_funds", 1, T));
        CLOCK.advance(DELAY.minusSeconds(1));
        passThrough();
        assertThat(mailServer.getReceivedMessages()).hasSize(1);

        CLOCK.advance(Duration.ofSeconds(2));
        mails(2);
        MimeMessage mail = aboutPayment("pi_1");
        assertThat(mail.getSubject()).isEqualTo("Your payment to Aoyama Books was not completed (order 1001)");
        assertThat(to(mail)).isEqualTo(JENNY);
        assertThat(text(mail))
                .contains("¥4,900")
                .contains("https://shop.example/checkout/1001")
                .contains("more than the card or account can cover");
        assertThat(delivered("payment-failed").text("recipient")).isEqualTo(JENNY);
    }

    @Test
    void aMailHasTheSameMessageIdWheneverItIsSent() throws Exception {
        inflow.take(PAYMENT.paymentFailed("insufficient_funds", 1, T));
        CLOCK.advance(DELAY);
        MimeMessage first = mails(1).get(0);
        Row sent = delivered("payment-failed");
        database.jdbc()
                .update(
                        "UPDATE delivery SET state = 'pending', due_at = ?, attempts = 0, done_at = NULL",
                        Row.parameter(CLOCK.instant()));
        assertThat(mails(2)).extracting(MimeMessage::getMessageID).containsOnly(first.getMessageID());
        assertThat(first.getMessageID()).contains(sent.mustText("delivery_id"));
    }

    @Test
    void eachFailedAttemptIsWrittenAboutOnce() {
        inflow.take(
                PAYMENT.paymentFailed("insufficient_funds", 1, T),
                PAYMENT.paymentFailed("insufficient_funds", 1, T).twin(),
                PAYMENT.chargeFailed("insufficient_funds", 1, T),
                PAYMENT.authenticationFailed(2, 1, T + 60),
                PAYMENT.authenticationFailed(2, 1, T + 60).twin(),
                PAYMENT.paymentFailed("expired_card", 3, T + 90));
        CLOCK.advance(DELAY);
        settle();
        assertThat(mailServer.getReceivedMessages()).hasSize(3);
    }

    @Test
    void nobodyGetsMoreMailsAboutFailedPaymentsThanTheCapADay() {
        for (int i = 0; i < 6; i++) {
            inflow.take(StripePayment.of("pi_" + i, 4900, "jpy")
                    .receiptEmail(i % 2 == 0 ? JENNY : "Jenny@Example.com")
                    .paymentFailed("insufficient_funds", 1, T));
        }
        CLOCK.advance(DELAY);
        settle();
        assertThat(mailServer.getReceivedMessages()).hasSize(3);
        assertThat(reasons()).hasSize(3).containsOnly("this address has had its mails about failed payments for today");

        CLOCK.advance(Duration.ofDays(1));
        inflow.take(PAYMENT.paymentFailed("expired_card", 9, T + 1));
        CLOCK.advance(DELAY);
        settle();
        assertThat(mailServer.getReceivedMessages()).hasSize(4);
    }

    @Test
    void aPaymentThatHasMovedOnIsNotCalledFailed() {
        StripePayment processing = StripePayment.of("pi_2", 4900, "jpy").receiptEmail(JENNY);
        StripePayment canceled = StripePayment.of("pi_3", 4900, "jpy").receiptEmail(JENNY);
        inflow.take(
                PAYMENT.paymentFailed("insufficient_funds", 1, T),
                PAYMENT.attempt(2).succeeded(T + 60),
                processing.paymentFailed("insufficient_funds", 1, T),
                processing.attempt(2).processing(T + 60),
                canceled.paymentFailed("insufficient_funds", 1, T),
                canceled.canceled("abandoned", 1, T + 60));
        CLOCK.advance(DELAY);
        settle();
        assertThat(kinds("delivered")).containsExactlyInAnyOrder("payment-confirmed", "payment-pending");
        assertThat(reasons())
                .containsExactlyInAnyOrder(
                        "the payment has moved on: succeeded",
                        "the payment has moved on: processing",
                        "the payment has moved on: canceled");
    }

    @Test
    void aPaymentIsConfirmedOnceAtOnceAndInTheCustomersLanguage() throws Exception {
        StripePayment japanese = PAYMENT.language("ja");
        inflow.take(japanese.succeeded(T), japanese.succeeded(T).twin(), japanese.chargeSucceeded(T));
        MimeMessage mail = mails(1).get(0);
        settle();
        assertThat(mailServer.getReceivedMessages()).hasSize(1);
        assertThat(text(mail)).contains("4,900円").contains("ありがとうございます");
    }

    @Test
    void pendingAndPartiallyFundedPaymentsAreReportedAfterAMoment() throws Exception {
        inflow.take(PAYMENT.processing(T));
        StripePayment transfer = StripePayment.of("pi_2", 4900, "jpy").receiptEmail(JENNY);
        inflow.take(transfer.partiallyFunded(1900, T));
        passThrough();
        assertThat(mailServer.getReceivedMessages()).hasSize(1);
        CLOCK.advance(Duration.ofSeconds(5));
        mails(3);
        settle();
        assertThat(kinds("delivered"))
                .containsExactlyInAnyOrder("payment-confirmed", "payment-pending", "payment-partially-funded");
        assertThat(text(aboutPayment("pi_2"))).contains("¥1,900");
    }

    @Test
    void aRemainderThatHasChangedMeanwhileIsNotAskedFor() throws Exception {
        inflow.take(PAYMENT.partiallyFunded(1900, T), PAYMENT.partiallyFunded(900, T + 1));
        CLOCK.advance(Duration.ofSeconds(5));
        settle();
        assertThat(text(mails(1).get(0))).contains("¥900").doesNotContain("¥1,900");
    }

    @Test
    void aVoucherIsSentAtOnceWithItsCodes() throws Exception {
        inflow.take(PAYMENT.requiresAction("konbini_display_details", T));
        CLOCK.advance(Duration.ofSeconds(5));
        assertThat(text(mails(1).get(0)))
                .contains("FamilyMart")
                .contains("400008")
                .contains("123456")
                .contains("https://payments.stripe.com/konbini/voucher/");
    }

    @Test
    void whoIsAskedOnThePageGetsAMailOnlyWhenNothingHappensAndItLeadsBackToTheShop() throws Exception {
        StripePayment done = StripePayment.of("pi_2", 4900, "jpy").receiptEmail(JENNY);
        inflow.take(PAYMENT.requiresAction("redirect_to_url", T), done.requiresAction("redirect_to_url", T));
        inflow.take(done.succeeded(T + 60));
        CLOCK.advance(DELAY.minusSeconds(1));
        passThrough();
        assertThat(kinds("delivered")).containsOnly("payment-confirmed");
        CLOCK.advance(Duration.ofSeconds(1));
        settle();
        assertThat(kinds("delivered")).containsOnlyOnce("payment-action-required");
        assertThat(reasons()).containsExactly("the payment has moved on: succeeded");
        assertThat(text(aboutPayment("pi_1")))
                .contains("https://shop.example/checkout/1001")
                .doesNotContain("hooks.stripe.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fraudulent", "lost_card", "stolen_card", "merchant_blacklist"})
    void whatTheIssuerWantsKeptSecretReadsLikeAnyOtherDecline(String code) throws Exception {
        StripePayment other =
                StripePayment.of("pi_2", 4900, "jpy").order("1001").receiptEmail(JENNY);
        inflow.take(other.paymentFailed("generic_decline", 1, T), PAYMENT.paymentFailed(code, 1, T));
        CLOCK.advance(DELAY);
        mails(2);
        settle();
        String secret = text(aboutPayment("pi_1"));
        assertThat(secret.replace("pi_1", "pi_2")).isEqualTo(text(aboutPayment("pi_2")));
        assertThat(raw(aboutPayment("pi_1"))).doesNotContainIgnoringCase(code).doesNotContainIgnoringCase("stolen");
    }

    @Test
    void nobodyToWriteToIsSaidAndNotTriedAgain() {
        inflow.take(
                StripePayment.of("pi_1", 4900, "jpy").succeeded(T),
                StripePayment.of("pi_2", 4900, "jpy")
                        .receiptEmail("not an address")
                        .succeeded(T),
                StripePayment.of("pi_3", 4900, "jpy")
                        .receiptEmail("jenny@example.com\r\nBcc: x@example.com")
                        .succeeded(T));
        settle();
        assertThat(kinds("dropped")).hasSize(3);
        assertThat(reasons()).allSatisfy(reason -> assertThat(reason).startsWith("nobody to write to: "));
        assertThat(mailServer.getReceivedMessages()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "receipt@example.com, expanded@example.com, billing@example.com, receipt@example.com",
        ", expanded@example.com, billing@example.com, expanded@example.com",
        ", , billing@example.com, billing@example.com"
    })
    void theFirstAddressThatIsKnownIsWrittenTo(String receipt, String customer, String billing, String expected)
            throws Exception {
        String billingDetails = "/data/object/last_payment_error/payment_method/billing_details/email";
        inflow.take(PAYMENT.receiptEmail(receipt)
                .paymentFailed("expired_card", 1, T)
                .with(billingDetails, billing)
                .with("/data/object/customer", customer == null ? null : Map.of("id", "cus_1", "email", customer)));
        CLOCK.advance(DELAY);
        assertThat(to(mails(1).get(0))).isEqualTo(expected);
        assertThat(stripe.findAll(anyRequestedFor(anyUrl()))).isEmpty();
    }

    @Test
    void aCustomerWhoIsOnlyAnIdIsLookedUpForAddressNameAndLanguage() throws Exception {
        customer(okJson("{\"id\": \"cus_1\", \"email\": \"taro@example.com\", \"name\": \"山田太郎\","
                + " \"preferred_locales\": [\"tlh\", \"ja-JP\"]}"));
        inflow.take(PAYMENT.receiptEmail(null).customer("cus_1").succeeded(T));
        MimeMessage mail = mails(1).get(0);
        assertThat(to(mail)).isEqualTo("taro@example.com");
        assertThat(text(mail)).contains("山田太郎").contains("ありがとうございます");
        List<LoggedRequest> asked = stripe.findAll(anyRequestedFor(anyUrl()));
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0).getHeader("Authorization")).isEqualTo("Bearer " + SECRET);
    }

    @Test
    void whereTheAddressIsKnownTheCustomerIsLookedUpForTheLanguageOnly() throws Exception {
        customer(okJson("{\"email\": \"other@example.com\", \"preferred_locales\": [\"ja\"]}"));
        inflow.take(PAYMENT.customer("cus_1").succeeded(T));
        MimeMessage mail = mails(1).get(0);
        assertThat(to(mail)).isEqualTo(JENNY);
        assertThat(text(mail)).contains("ありがとうございます");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void aKeyThatMayNotReadCustomersKeepsNobodyFromAMailWhoseAddressIsKnown(int status) throws Exception {
        customer(aResponse().withStatus(status));
        inflow.take(PAYMENT.customer("cus_1").succeeded(T));
        assertThat(text(mails(1).get(0))).contains("Thank you");
    }

    @Test
    void aCustomerWhoIsGoneIsNobodyToWriteTo() {
        customer(aResponse().withStatus(404));
        inflow.take(PAYMENT.receiptEmail(null).customer("cus_1").succeeded(T));
        settle();
        assertThat(reasons()).containsExactly("nobody to write to: the payment has no mail address");
    }

    @Test
    void aStripeThatDoesNotAnswerIsAskedAgain() throws Exception {
        customer(aResponse().withStatus(500));
        inflow.take(PAYMENT.receiptEmail(null).customer("cus_1").succeeded(T));
        await().until(() -> delivery("payment-confirmed").text("reason") != null);
        assertThat(delivery("payment-confirmed").mustText("state")).isEqualTo("pending");
        customer(okJson("{\"email\": \"taro@example.com\"}"));
        CLOCK.advance(Duration.ofMinutes(1));
        assertThat(to(mails(1).get(0))).isEqualTo("taro@example.com");
    }

    @Test
    void confirmationsCanBeSwitchedOffAndTheSourcesOfAddressesChosen() throws Exception {
        payroutes.close();
        try (RunningPayroutes other = program(database)
                .with("mail.payment-confirmed.enabled", false)
                .with("mail.recipients", "billing_details")
                .start()) {
            inflow = new Inflow(other, database);
            inflow.take(PAYMENT.paymentFailed("expired_card", 1, T)
                    .with(
                            "/data/object/last_payment_error/payment_method/billing_details/email",
                            "billing@example.com"));
            inflow.take(StripePayment.of("pi_2", 100, "usd").receiptEmail(JENNY).succeeded(T));
            CLOCK.advance(DELAY);
            assertThat(to(mails(1).get(0))).isEqualTo("billing@example.com");
            settle();
            assertThat(kinds("delivered")).containsExactly("payment-failed");
        } finally {
            payroutes = program(database).start();
        }
    }

    private void customer(ResponseDefinitionBuilder answer) {
        stripe.resetMappings();
        stripe.stubFor(get(urlEqualTo("/v1/customers/cus_1")).willReturn(answer));
    }

    /** Has another mail, which is due at once, go all the way: whatever was due before it has been seen by then. */
    private void passThrough() {
        inflow.take(StripePayment.of("pi_passes", 100, "usd")
                .receiptEmail("other@example.com")
                .succeeded(T));
        await().until(() -> database.jdbc()
                        .queryForObject(
                                "SELECT count(*) FROM delivery WHERE payment_id = 'pi_passes' AND state = 'delivered'"
                                        + " AND destination = 'mail'",
                                Integer.class)
                == 1);
    }

    /** Waits until no mail is due any more. */
    private void settle() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> database.jdbc()
                        .queryForList(
                                "SELECT delivery_id FROM delivery WHERE destination = 'mail' AND due_at IS NOT NULL")
                        .isEmpty());
    }

    private List<MimeMessage> mails(int number) {
        await().atMost(Duration.ofSeconds(60)).until(() -> mailServer.getReceivedMessages().length >= number);
        assertThat(mailServer.getReceivedMessages()).hasSize(number);
        return Arrays.asList(mailServer.getReceivedMessages());
    }

    private MimeMessage aboutPayment(String paymentId) throws MessagingException {
        for (MimeMessage mail : mailServer.getReceivedMessages()) {
            if (mail.getMessageID().contains(paymentId + "_")) {
                return mail;
            }
        }
        throw new AssertionError("no mail about " + paymentId);
    }

    private Row delivery(String kind) {
        return Row.of(database.jdbc().queryForMap("SELECT * FROM delivery WHERE kind = ?", kind));
    }

    private Row delivered(String kind) {
        await().until(() -> delivery(kind).mustText("state").equals("delivered"));
        return delivery(kind);
    }

    private List<String> kinds(String state) {
        return database.jdbc()
                .queryForList(
                        "SELECT kind FROM delivery WHERE destination = 'mail' AND state = ?", String.class, state);
    }

    private List<String> reasons() {
        return database.jdbc().queryForList("SELECT reason FROM delivery WHERE state = 'dropped'", String.class);
    }

    private static String to(MimeMessage mail) throws MessagingException {
        assertThat(mail.getAllRecipients()).hasSize(1);
        return mail.getAllRecipients()[0].toString();
    }

    private static String text(MimeMessage mail) throws MessagingException, IOException {
        return ((MimeMultipart) mail.getContent()).getBodyPart(0).getContent().toString();
    }

    private static String raw(MimeMessage mail) throws MessagingException, IOException {
        MimeMultipart parts = (MimeMultipart) mail.getContent();
        return mail.getSubject()
                + parts.getBodyPart(0).getContent()
                + parts.getBodyPart(1).getContent();
    }
}
