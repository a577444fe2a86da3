package io.payroutes.demo;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.service.ServiceSupport;

/** A stand-in for the customers' mailboxes: a real SMTP server, whose mails end up in files that can be opened. */
public final class DemoMailbox extends ServiceSupport {
    private final CamelContext camel;
    private final Path folder;
    private final GreenMail server;
    private final AtomicInteger count = new AtomicInteger();
    private final List<Path> saved = new CopyOnWriteArrayList<>();

    DemoMailbox(CamelContext camel, int port, Path folder) {
        this.camel = camel;
        this.folder = folder;
        this.server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    }

    @Override
    protected void doStart() {
        server.start();
        ProducerTemplate route = camel.createProducerTemplate();
        server.getManagers().getUserManager().setMessageDeliveryHandler((message, address) -> {
            try {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                message.getMessage().writeTo(bytes);
                route.sendBody("direct:demo-mailbox", bytes.toByteArray());
            } catch (IOException | MessagingException e) {
                throw new IllegalStateException(e);
            }
            return server.setUser(address.getEmail(), address.getEmail(), "");
        });
    }

    @Override
    protected void doStop() {
        server.stop();
    }

    /**
     * Saves a mail as {@code .eml}, and its HTML and text beside it.
     *
     * @return a line that says what came and where it is
     */
    public String save(@Body byte[] mail) throws MessagingException, IOException {
        MimeMessage message = new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail));
        String language = message.getHeader("Content-Language", ",");
        String name = "%02d-%s-%s"
                .formatted(
                        count.incrementAndGet(),
                        language,
                        message.getMessageID().replaceAll("^<mail_|@.*$", "").replaceAll("[^A-Za-z0-9_-]", "-"));
        name = name.length() > 80 ? name.substring(0, 80) : name;
        Files.createDirectories(folder);
        Path eml = Files.write(folder.resolve(name + ".eml"), mail);
        Path html = folder.resolve(name + ".html");
        for (BodyPart part : parts(message)) {
            if (part.isMimeType("text/html")) {
                Files.writeString(html, part.getContent().toString(), StandardCharsets.UTF_8);
            }
        }
        saved.add(html);
        return "to " + message.getAllRecipients()[0] + ": " + message.getSubject() + "\n      " + eml + "\n      "
                + html;
    }

    List<Path> saved() {
        return List.copyOf(saved);
    }

    private static List<BodyPart> parts(MimeMessage message) throws MessagingException, IOException {
        List<BodyPart> parts = new ArrayList<>();
        if (message.getContent() instanceof Multipart multipart) {
            for (int i = 0; i < multipart.getCount(); i++) {
                parts.add(multipart.getBodyPart(i));
            }
        }
        return parts;
    }
}
