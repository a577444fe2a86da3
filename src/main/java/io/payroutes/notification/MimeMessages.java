package io.payroutes.notification;

import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UnsupportedEncodingException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Date;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts composed mails into the form of RFC 5322 and MIME. */
final class MimeMessages {

    private static final String UTF_8 = StandardCharsets.UTF_8.name();
    private static final int LONGEST_ADDRESS = 254;
    private static final int LONGEST_LOCAL_PART = 64;
    // The dot-atom of RFC 5322. Quoted local parts exist on paper only and are a way to smuggle.
    private static final Pattern LOCAL_PART = Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+");
    private static final Pattern DOMAIN =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

    private final @Nullable InternetAddress from;
    private final String domain;
    private final Clock clock;
    private final Session session;

    MimeMessages(MailSettings settings, Clock clock) {
        this.clock = clock;
        // Checked here, and less strictly: docomo and au have customers with two dots in a row, or one before the @.
        Properties properties = new Properties();
        properties.setProperty("mail.mime.address.strict", "false");
        this.session = Session.getInstance(properties);
        this.from = settings.from().isBlank() ? null : sender(settings.from(), settings.shopName());
        this.domain = from == null
                ? ""
                : from.getAddress().substring(from.getAddress().lastIndexOf('@') + 1);
    }

    MimeMessage message(ComposedMail mail) {
        if (from == null) {
            throw new IllegalStateException("No sender is set for mails");
        }
        InternetAddress to = recipient(mail.to());
        try {
            MimeMessage message = new IdentifiedMessage(session, "<" + idLeft(mail.deliveryId()) + "@" + domain + ">");
            message.setFrom(from);
            message.setRecipient(RecipientType.TO, to);
            message.setSubject(oneLine(mail.subject()), UTF_8);
            message.setSentDate(Date.from(clock.instant()));
            message.setContentLanguage(new String[] {mail.language()});
            message.setHeader("Auto-Submitted", "auto-generated");
            MimeMultipart alternatives = new MimeMultipart("alternative");
            alternatives.addBodyPart(part(mail.text(), "plain"));
            alternatives.addBodyPart(part(mail.html(), "html"));
            message.setContent(alternatives);
            message.saveChanges();
            return message;
        } catch (MessagingException e) {
            throw new IllegalStateException("The mail cannot be put together", e);
        }
    }

    private static MimeBodyPart part(String body, String subtype) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        part.setText(body.replace("\r\n", "\n").replace("\n", "\r\n"), UTF_8, subtype);
        return part;
    }

    private static InternetAddress sender(String from, String shopName) {
        try {
            InternetAddress[] parsed = InternetAddress.parse(oneLine(from), true);
            if (parsed.length != 1) {
                throw new IllegalArgumentException("The sender of mails (mail.from) must be one address");
            }
            String personal = parsed[0].getPersonal();
            return new InternetAddress(
                    address(parsed[0].getAddress()).getAddress(), personal == null ? shopName : personal, UTF_8);
        } catch (AddressException | UndeliverableAddressException | UnsupportedEncodingException e) {
            throw new IllegalArgumentException(
                    "The sender of mails (mail.from) is not a mail address: " + e.getMessage(), e);
        }
    }

    private static InternetAddress recipient(@Nullable String to) {
        if (to == null || to.isBlank()) {
            throw new UndeliverableAddressException("The recipient's mail address is not known");
        }
        return address(to.strip());
    }

    private static InternetAddress address(String text) {
        int at = text.lastIndexOf('@');
        if (at < 1 || at == text.length() - 1) {
            throw new UndeliverableAddressException("The mail address has no local part or no domain");
        }
        String local = text.substring(0, at);
        if (local.length() > LONGEST_LOCAL_PART || !LOCAL_PART.matcher(local).matches()) {
            throw new UndeliverableAddressException(
                    "The mail address has a local part that is too long or has characters that mail servers refuse");
        }
        String address = local + "@" + asciiDomain(text.substring(at + 1));
        if (address.length() > LONGEST_ADDRESS) {
            throw new UndeliverableAddressException("The mail address is too long");
        }
        InternetAddress known = new InternetAddress();
        known.setAddress(address);
        return known;
    }

    private static String asciiDomain(String domain) {
        try {
            String ascii = IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES);
            if (DOMAIN.matcher(ascii).matches()) {
                return ascii;
            }
        } catch (IllegalArgumentException notADomain) {
            // falls through to the same refusal
        }
        throw new UndeliverableAddressException("The mail address has a domain that is not one");
    }

    /** The delivery's id in characters that a Message-ID may hold; different ids stay different. */
    private static String idLeft(String deliveryId) {
        StringBuilder left = new StringBuilder();
        for (byte octet : deliveryId.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (octet & 0xFF);
            if (character < 0x80 && (Character.isLetterOrDigit(character) || character == '-' || character == '_')) {
                left.append(character);
            } else {
                left.append('=')
                        .append(Character.forDigit((octet >> 4) & 0xF, 16))
                        .append(Character.forDigit(octet & 0xF, 16));
            }
        }
        return left.toString();
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ").strip();
    }

    /** Keeps its Message-ID; the sender's own saveChanges would otherwise give it a random one. */
    private static final class IdentifiedMessage extends MimeMessage {

        private final String messageId;

        IdentifiedMessage(Session session, String messageId) {
            super(session);
            this.messageId = messageId;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", messageId);
        }
    }
}
