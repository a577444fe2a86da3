package io.payroutes.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MimeMessagesTest {

    private static final MailComposer COMPOSER = MailSamples.composer();

    private static ComposedMail mail(String to) {
        return new ComposedMail("d1", to, "ja", "お支払い", "本文\n二行目\n", "<p>本文</p>\n");
    }

    private static MimeMessage sentAndReadBack(MimeMessage message) throws MessagingException, IOException {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        message.writeTo(wire);
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(wire.toByteArray()));
    }

    @Test
    void theMessageReadsBackAsTwoAlternativesInUtf8() throws Exception {
        for (String language : MailSamples.LANGUAGES) {
            ComposedMail mail = COMPOSER.compose("d1", MailSamples.request(MailKind.PAYMENT_FAILED, language));
            MimeMessage message = sentAndReadBack(COMPOSER.toMimeMessage(mail));
            assertThat(message.getSubject()).isEqualTo(mail.subject());
            assertThat(message.getContentType()).startsWith("multipart/alternative");
            assertThat(message.getContentLanguage()).containsExactly(language);
            assertThat(message.getSentDate()).isEqualTo(Date.from(MailSamples.NOW));
            assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
            InternetAddress from = (InternetAddress) message.getFrom()[0];
            assertThat(from.getAddress()).isEqualTo("pay@shop.example");
            assertThat(from.getPersonal()).isEqualTo("青山 Books & Co.");
            assertThat(message.getAllRecipients()).containsExactly(new InternetAddress("jenny@example.com"));
            MimeMultipart parts = (MimeMultipart) message.getContent();
            assertThat(parts.getCount()).isEqualTo(2);
            assertThat(parts.getBodyPart(0).getContentType().toLowerCase(java.util.Locale.ROOT))
                    .contains("text/plain", "utf-8");
            assertThat(parts.getBodyPart(1).getContentType().toLowerCase(java.util.Locale.ROOT))
                    .contains("text/html", "utf-8");
            assertThat(parts.getBodyPart(0).getContent().toString().replace("\r\n", "\n"))
                    .isEqualTo(mail.text());
            assertThat(parts.getBodyPart(1).getContent().toString().replace("\r\n", "\n"))
                    .isEqualTo(mail.html());
            assertThat(((MimeBodyPart) parts.getBodyPart(0)).getEncoding()).isIn("base64", "quoted-printable", "7bit");
        }
    }

    @Test
    void everyLineOnTheWireIsAsciiAndShortEnough() throws Exception {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        COMPOSER.toMimeMessage(COMPOSER.compose("d1", MailSamples.request(MailKind.PAYMENT_FAILED, "ja")))
                .writeTo(wire);
        String[] lines = wire.toString(StandardCharsets.ISO_8859_1).split("\r\n", -1);
        assertThat(lines)
                .allSatisfy(
                        line -> assertThat(line).hasSizeLessThanOrEqualTo(998).matches("[\\x20-\\x7e\\t]*"));
    }

    @Test
    void theMessageIdDerivesFromTheDeliveryAndSurvivesSaving() throws Exception {
        MimeMessage message = COMPOSER.toMimeMessage(mail("a@example.com"));
        message.saveChanges();
        assertThat(message.getMessageID()).isEqualTo("<d1@shop.example>");
        assertThat(sentAndReadBack(message).getMessageID()).isEqualTo("<d1@shop.example>");
        assertThat(COMPOSER.toMimeMessage(mail("a@example.com")).getMessageID()).isEqualTo(message.getMessageID());
    }

    @Test
    void oddDeliveryIdsGiveSafeAndDistinctMessageIds() throws Exception {
        ComposedMail odd = new ComposedMail("a:b>\r\nBcc: x=日", "a@example.com", "en", "s", "t", "h");
        ComposedMail other = new ComposedMail("a=3ab>\r\nBcc: x=日", "a@example.com", "en", "s", "t", "h");
        String id = COMPOSER.toMimeMessage(odd).getMessageID();
        assertThat(id).matches("<[A-Za-z0-9_=-]+@shop\\.example>");
        assertThat(COMPOSER.toMimeMessage(other).getMessageID()).isNotEqualTo(id);
    }

    @Test
    void aSubjectCannotBecomeAHeader() throws Exception {
        ComposedMail mail = new ComposedMail(
                "d1", "a@example.com", "en", "Hi\r\nBcc: victim@example.com\r\n\r\nbody\u2028x\u0000", "t", "h");
        MimeMessage message = sentAndReadBack(COMPOSER.toMimeMessage(mail));
        assertThat(message.getHeader("Bcc")).isNull();
        assertThat(message.getSubject()).isEqualTo("Hi Bcc: victim@example.com body x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nobody",
                "@example.com",
                "a@",
                "a@b@c.com",
                "a b@example.com",
                "a@exa mple.com",
                "a@-x.com",
                "a@x..com",
                "a@example.com\r\nBcc: b@example.com",
                "a@example.com, b@example.com",
                "\"a\" <a@example.com>",
                "g: a@example.com;",
                "日本@example.com",
                "a@example.com\u0000",
                "a@[127.0.0.1]",
                "\"quoted\"@example.com"
            })
    void whatIsNoAddressIsUndeliverableAndTheReasonDoesNotQuoteIt(String to) {
        assertThatExceptionOfType(UndeliverableAddressException.class)
                .isThrownBy(() -> COMPOSER.toMimeMessage(mail(to)))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("example", "nobody"));
    }

    @Test
    void anAddressThatIsTooLongOrUnknownIsUndeliverable() {
        for (String to : new String[] {"x".repeat(65) + "@example.com", "a@" + "x.".repeat(200) + "com"}) {
            assertThatExceptionOfType(UndeliverableAddressException.class)
                    .isThrownBy(() -> COMPOSER.toMimeMessage(mail(to)));
        }
        assertThatExceptionOfType(UndeliverableAddressException.class)
                .isThrownBy(() -> COMPOSER.toMimeMessage(new ComposedMail("d1", null, "en", "s", "t", "h")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a+tag@example.co.jp", "taro..yamada.@docomo.ne.jp", "x@localhost", " padded@example.com "})
    void addressesThatPeopleHaveAreTaken(String to) throws Exception {
        assertThat(COMPOSER.toMimeMessage(mail(to)).getRecipients(RecipientType.TO)[0])
                .hasToString(to.strip());
    }

    @Test
    void aDomainInAnotherScriptIsSentInItsAsciiForm() throws Exception {
        assertThat(COMPOSER.toMimeMessage(mail("taro@日本語.jp")).getRecipients(RecipientType.TO)[0])
                .hasToString("taro@xn--wgv71a119e.jp");
    }

    @Test
    void theSenderIsCheckedWhenTheProgramStartsAndMayBeMissingUntilTheFirstMail() {
        MailSettings good = MailSamples.settings(MailSamples.DIRECTORY);
        for (String from : new String[] {"nobody", "a@b.c, d@e.f", "a@b.c\r\nBcc: x@y.z"}) {
            MailSettings bad = new MailSettings(good.directory(), good.declineCodes(), from, "Shop", "en", good.zone());
            assertThatIllegalArgumentException().isThrownBy(() -> new MailComposer(bad, Clock.systemUTC()));
        }
        MailSettings none = new MailSettings(good.directory(), good.declineCodes(), "", "Shop", "en", good.zone());
        MailComposer composer = new MailComposer(none, Clock.systemUTC());
        assertThatIllegalStateException().isThrownBy(() -> composer.toMimeMessage(mail("a@example.com")));
    }

    @Test
    void aSenderMayBringItsOwnName() throws Exception {
        MailSettings good = MailSamples.settings(MailSamples.DIRECTORY);
        MailSettings named = new MailSettings(
                good.directory(), good.declineCodes(), "Aoyama <pay@shop.example>", "Shop", "en", good.zone());
        MimeMessage message = new MailComposer(named, Clock.fixed(MailSamples.NOW, ZoneOffset.UTC))
                .toMimeMessage(mail("a@example.com"));
        assertThat(((InternetAddress) message.getFrom()[0]).getPersonal()).isEqualTo("Aoyama");
    }

    @Test
    void camelsMailProducerSendsItAsItIs() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        CamelContext camel = new DefaultCamelContext();
        try {
            camel.start();
            ComposedMail mail = COMPOSER.compose("d1", MailSamples.request(MailKind.PAYMENT_CONFIRMED, "ja"));
            camel.createProducerTemplate()
                    .sendBody("smtp://127.0.0.1:" + server.getSmtp().getPort(), COMPOSER.toMimeMessage(mail));
            MimeMessage received = server.getReceivedMessages()[0];
            assertThat(received.getMessageID()).isEqualTo("<d1@shop.example>");
            assertThat(received.getSubject()).isEqualTo(mail.subject());
            assertThat(received.getSentDate()).isEqualTo(Date.from(MailSamples.NOW));
            assertThat(((MimeMultipart) received.getContent()).getCount()).isEqualTo(2);
        } finally {
            camel.stop();
            server.stop();
        }
    }
}
