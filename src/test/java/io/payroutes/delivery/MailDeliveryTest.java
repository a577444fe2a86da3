package io.payroutes.delivery;

import static io.payroutes.delivery.Outbound.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import io.payroutes.store.Row;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEachDatabase
class MailDeliveryTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final String CUSTOMER = "jenny.rosen@example.com";

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(START);
    private final GreenMail mailServer = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private Optional<RunningPayroutes> payroutes = Optional.empty();

    MailDeliveryTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void startMailServer() {
        database.clear();
        mailServer.start();
    }

    @AfterEach
    void stop() {
        payroutes.ifPresent(RunningPayroutes::close);
        mailServer.stop();
    }

    @Test
    void aMailArrivesAsItWasMadeAndItsRecipientIsRemembered() throws Exception {
        start(mailServer.getSmtp().getPort());
        deliveries().enqueue(to(Destination.MAIL, "m-1", "pi_1", 1, START, "支払い"));

        Row row = await("m-1", DeliveryState.DELIVERED);

        assertThat(row.text("recipient")).isEqualTo(CUSTOMER);
        MimeMessage[] received = mailServer.getReceivedMessages();
        assertThat(received).hasSize(1);
        assertThat(received[0].getSubject()).isEqualTo("支払い");
        assertThat(received[0].getAllRecipients()).containsExactly(new InternetAddress(CUSTOMER));
        assertThat(received[0].getHeader("Message-ID")).hasSize(1);
        assertThat(attempts("m-1").get(0).number("status_code")).isEqualTo(250);
    }

    @Test
    void aMailThatIsNotWantedAnyMoreIsDroppedWithTheReason() {
        start(mailServer.getSmtp().getPort());
        deliveries().enqueue(to(Destination.MAIL, "m-1", "pi_1", 1, START, "drop"));
        assertThat(await("m-1", DeliveryState.DROPPED).text("reason")).isEqualTo("the payment succeeded");
        assertThat(mailServer.getReceivedMessages()).isEmpty();
    }

    @Test
    void aMailThatCannotBeMadeNowIsTriedAgain() {
        start(mailServer.getSmtp().getPort());
        deliveries().enqueue(to(Destination.MAIL, "m-1", "pi_1", 1, START, "throw"));
        awaitAttempts("m-1", 1);
        assertThat(row("m-1").text("state")).isEqualTo("pending");
    }

    @Test
    void anUnknownRecipientAndARefusedContentAreDeadAtOnce() throws Exception {
        try (ScriptedSmtpServer scripted = new ScriptedSmtpServer()) {
            start(scripted.port());
            scripted.answer("RCPT", "550 5.1.1 no such user");
            deliveries().enqueue(to(Destination.MAIL, "m-1", "pi_1", 1, START, "a"));
            assertThat(await("m-1", DeliveryState.DEAD).text("reason")).contains("550");
            scripted.answer("RCPT", "250 ok").answer(".", "554 5.7.1 looks like spam");
            deliveries().enqueue(to(Destination.MAIL, "m-2", "pi_2", 1, START, "a"));
            assertThat(await("m-2", DeliveryState.DEAD).text("reason")).contains("554");
            assertThat(attempts("m-2").get(0).number("status_code")).isEqualTo(554);
        }
    }

    @Test
    void aServerThatCannotTakeItNowOrWantsALoginIsAskedAgain() throws Exception {
        try (ScriptedSmtpServer scripted = new ScriptedSmtpServer()) {
            start(scripted.port());
            scripted.answer("RCPT", "450 4.2.1 greylisted");
            deliveries().enqueue(to(Destination.MAIL, "m-1", "pi_1", 1, START, "a"));
            awaitAttempts("m-1", 1);
            scripted.answer("RCPT", "250 ok").answer("MAIL", "530 5.7.0 authentication required");
            deliveries().enqueue(to(Destination.MAIL, "m-2", "pi_2", 1, START, "a"));
            awaitAttempts("m-2", 1);
            assertThat(row("m-1").text("state")).isEqualTo("pending");
            assertThat(row("m-2").text("state")).isEqualTo("pending");

            scripted.answer("MAIL", "250 ok");
            clock.advance(Duration.ofMinutes(1));
            await("m-1", DeliveryState.DELIVERED);
            await("m-2", DeliveryState.DELIVERED);
        }
    }

    @Test
    void withoutTheRequiredEncryptionNothingIsSent() {
        start(mailServer.getSmtp().getPort(), "mail.tls", "starttls");
        deliveries().enqueue(to(Destination.MAIL, "m-1", "pi_1", 1, START, "a"));
        awaitAttempts("m-1", 1);
        assertThat(attempts("m-1").get(0).text("detail")).containsIgnoringCase("STARTTLS");
        assertThat(row("m-1").text("state")).isEqualTo("pending");
        assertThat(mailServer.getReceivedMessages()).isEmpty();
    }

    @Test
    void theLoginIsUsedWhateverCharactersThePasswordHas() {
        String password = "not this one";
        mailServer.setUser("shop@example.com", "shop", password);
        mailServer.getUserManager().setAuthRequired(true);
        start(mailServer.getSmtp().getPort(), "mail.username", "shop", "mail.password", "a&b=c+%20)?#");
        deliveries().enqueue(to(Destination.MAIL, "m-1", "pi_1", 1, START, "a"));
        awaitAttempts("m-1", 1);
        assertThat(attempts("m-1").get(0).text("detail")).contains("Authentication");
        mailServer.setUser("shop@example.com", "shop", "a&b=c+%20)?#");
        clock.advance(Duration.ofMinutes(1));
        await("m-1", DeliveryState.DELIVERED);
    }

    /** Each part of it comes in time. It would keep the thread, and longer than the delivery is claimed for. */
    @Test
    void anAnswerThatNeverEndsIsNotWaitedForHoweverMuchOfItComes() throws Exception {
        try (EndlessSmtpServer endless = EndlessSmtpServer.slow()) {
            start(endless.port(), "mail.send-timeout", "1500ms");
            deliveries().enqueue(to(Destination.MAIL, "m-1", "pi_1", 1, START, "a"));
            awaitAttempts("m-1", 1);
            assertThat(row("m-1").text("state")).isEqualTo("pending");
            assertThat(attempts("m-1").get(0).text("detail")).contains("the mail was not taken within 1500 ms");
            endless.awaitLeft();
        }
    }

    @Test
    void anAnswerThatNeverEndsIsNotKeptInMemory() throws Exception {
        try (EndlessSmtpServer endless = EndlessSmtpServer.fast()) {
            start(endless.port());
            deliveries().enqueue(to(Destination.MAIL, "m-1", "pi_1", 1, START, "a"));
            awaitAttempts("m-1", 1);
            assertThat(row("m-1").text("state")).isEqualTo("pending");
            assertThat(attempts("m-1").get(0).text("detail")).contains("longer than 1048576 bytes");
            endless.awaitLeft();
        }
    }

    @Test
    void withoutAHostMailsWait() {
        start(0, "mail.host", "");
        assertThat(payroutes.orElseThrow().camel().getRoute("mail-outbox")).isNull();
    }

    private void start(int port, Object... settings) {
        RunningPayroutes.Builder builder = RunningPayroutes.on(database)
                .bind("clock", clock)
                .bind("mailDesk", new Desk())
                .with("mail.host", "127.0.0.1")
                .with("mail.from", "Shop <shop@example.com>")
                .with("mail.port", port)
                .with("mail.tls", "none")
                .with("mail.timeout", "10s");
        for (int i = 0; i < settings.length; i += 2) {
            builder.with((String) settings[i], settings[i + 1]);
        }
        payroutes = Optional.of(builder.start());
    }

    /** Makes a mail whose subject is the payload. */
    public static final class Desk implements MailDesk {

        @Override
        public PreparedMail prepare(ClaimedDelivery delivery) {
            if (delivery.payload().equals("drop")) {
                return new PreparedMail.Drop("the payment succeeded");
            }
            if (delivery.payload().equals("throw")) {
                throw new IllegalStateException("not now");
            }
            try {
                MimeMessage message = new MimeMessage((Session) null);
                message.setFrom("shop@example.com");
                message.setRecipients(Message.RecipientType.TO, CUSTOMER);
                message.setSubject(delivery.payload(), "UTF-8");
                message.setText("Hello", "UTF-8");
                return new PreparedMail.Ready(message, CUSTOMER);
            } catch (MessagingException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private Deliveries deliveries() {
        return payroutes.orElseThrow().bean("deliveries", Deliveries.class);
    }

    private Row await(String id, DeliveryState state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> row(id).mustText("state").equals(state.wireName()));
        return row(id);
    }

    private void awaitAttempts(String id, int attempts) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> attempts(id).size() == attempts);
    }

    private Row row(String id) {
        return Row.of(database.jdbc().queryForMap("SELECT * FROM delivery WHERE delivery_id = ?", id));
    }

    private List<Row> attempts(String id) {
        return database
                .jdbc()
                .queryForList("SELECT * FROM delivery_attempt WHERE delivery_id = ? ORDER BY attempted_at", id)
                .stream()
                .map(Row::of)
                .toList();
    }
}
