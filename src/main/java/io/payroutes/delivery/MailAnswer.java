package io.payroutes.delivery;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import org.apache.camel.ExchangeProperty;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;

/** What the mail server's answer means for the delivery. */
public final class MailAnswer {
    /** Below it, 5xx is about the session: syntax (50x), greeting (52x), login and encryption (53x). */
    private static final int LOWEST_ABOUT_THE_MAIL = 540;

    /** The mail server took it. */
    public Outcome accepted(@ExchangeProperty("mail") PreparedMail.Ready mail) {
        return new Outcome.Delivered(250, mail.recipient());
    }

    /**
     * Tells a refusal of this mail (5xx to its recipient or content) from trouble with the server (4xx, network, login).
     *
     * @return refused
     * @throws DeliveryFailedException if it has to be tried again; what the circuit breaker counts
     */
    public Outcome judge(@ExchangeProperty("CamelExceptionCaught") Exception failure) {
        @Nullable Integer code = null;
        boolean aboutTheMail = false;
        for (@Nullable Throwable cause = failure; cause != null; cause = next(cause)) {
            if (cause instanceof SMTPAddressFailedException address) {
                code = address.getReturnCode();
                aboutTheMail = true;
            } else if (cause instanceof SMTPSendFailedException send && send.getReturnCode() > 0) {
                code = code == null ? Integer.valueOf(send.getReturnCode()) : code;
                aboutTheMail = true;
            } else if (cause instanceof SendFailedException send && hasAddresses(send.getInvalidAddresses())) {
                aboutTheMail = true;
            }
        }
        String detail = code == null ? failure.toString() : "SMTP " + code + ": " + failure.getMessage();
        if (aboutTheMail && (code == null || code >= LOWEST_ABOUT_THE_MAIL)) {
            return new Outcome.Refused(code, detail);
        }
        throw new DeliveryFailedException(code, null, detail);
    }

    private static boolean hasAddresses(Address @Nullable [] addresses) {
        return addresses != null && addresses.length > 0;
    }

    private static @Nullable Throwable next(Throwable failure) {
        return failure instanceof MessagingException chained && chained.getNextException() != null
                ? chained.getNextException()
                : failure.getCause();
    }
}
