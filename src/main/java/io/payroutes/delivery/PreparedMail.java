package io.payroutes.delivery;

import jakarta.mail.internet.MimeMessage;

/** A mail that is due: ready to be sent, or not wanted any more. */
public sealed interface PreparedMail {

    /** For routes, which choose by it. */
    boolean isReady();

    /**
     * Ready to be sent.
     *
     * @param message complete with sender, recipient and subject
     * @param recipient mail address, remembered with the delivery so that mails to one person can be counted
     */
    record Ready(MimeMessage message, String recipient) implements PreparedMail {
        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public String toString() {
            return "a mail"; // not to whom and about what: this text ends up in logs
        }
    }

    /** @param reason why nothing is sent */
    record Drop(String reason) implements PreparedMail {
        @Override
        public boolean isReady() {
            return false;
        }
    }
}
