package io.payroutes.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.DummySSLServerSocketFactory;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class MailSocketsTest {

    @Test
    void aMailIsSentOverEncryptedConnectionsToo() throws Exception {
        GreenMail mailServer = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
        mailServer.start();
        try {
            send(mailServer.getSmtps().getPort(), Duration.ofMinutes(1));
            assertThat(mailServer.getReceivedMessages()).hasSize(1);
        } finally {
            mailServer.stop();
        }
    }

    @Test
    void anEncryptedConnectionEndsAsWell() throws Exception {
        try (EndlessSmtpServer endless = EndlessSmtpServer.slow(new DummySSLServerSocketFactory())) {
            assertThatThrownBy(() -> send(endless.port(), Duration.ofSeconds(3)))
                    .isInstanceOf(MessagingException.class)
                    .hasStackTraceContaining("the mail was not taken within 3000 ms");
            endless.awaitLeft();
        }
    }

    private static void send(int port, Duration longest) throws MessagingException {
        Properties settings = new Properties();
        settings.put("mail.smtps.socketFactory", new MailSockets(longest));
        settings.put("mail.smtps.socketFactory.fallback", "false");
        settings.put("mail.smtps.timeout", "10000");
        settings.put("mail.smtps.writetimeout", "10000");
        settings.put("mail.smtps.ssl.trust", "*");
        settings.put("mail.smtps.ssl.checkserveridentity", "false");
        Session session = Session.getInstance(settings);
        MimeMessage message = new MimeMessage(session);
        message.setFrom("shop@example.com");
        message.setRecipients(Message.RecipientType.TO, "jenny.rosen@example.com");
        message.setText("Hello");
        message.saveChanges();
        try (Transport transport = session.getTransport("smtps")) {
            transport.connect("127.0.0.1", port, null, null);
            transport.sendMessage(message, message.getAllRecipients());
        }
    }
}
