package io.payroutes.notification;

import org.jspecify.annotations.Nullable;

/**
 * A mail ready to be sent.
 *
 * @param deliveryId the id of the delivery that it belongs to; the Message-ID derives from it
 * @param to the recipient's address as it was given, not yet checked; null when unknown
 * @param language the language it is written in, one that has templates
 * @param subject one line
 * @param text the plain text part
 * @param html the HTML part, a whole document without any remote content
 */
public record ComposedMail(
        String deliveryId, @Nullable String to, String language, String subject, String text, String html) {

    /** Names the mail without the person, because bodies end up in logs. */
    @Override
    public String toString() {
        return "ComposedMail[deliveryId=" + deliveryId + ", language=" + language + "]";
    }
}
