package io.payroutes.checkout;

import io.payroutes.notification.Decline;
import io.payroutes.notification.DeclineGuidance;
import io.payroutes.notification.MailLanguages;
import io.payroutes.order.Order;
import java.util.Arrays;
import java.util.Locale;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * What customers are told while they pay, in their language. The words about a declined payment are those of the mails
 * ({@code config/mail}), so that both say the same and neither gives away what must not be told; the others are in
 * {@code answers*.properties} beside this class.
 */
public final class CustomerTexts {
    private final DeclineGuidance guidance;
    private final MailLanguages languages;

    public CustomerTexts(DeclineGuidance guidance, MailLanguages languages) {
        this.guidance = guidance;
        this.languages = languages;
    }

    /** What there is to say besides declines. */
    enum Answer {
        TOO_LATE,
        CANCELED,
        NOT_CONFIRMED,
        NO_ORDER,
        ANOTHER_AMOUNT,
        NOT_NOW,
        TOO_MANY,
        FOREIGN_PAGE,
        NOT_UNDERSTOOD
    }

    String language(@Nullable Order order) {
        return languages.pick(Arrays.asList(order == null ? null : order.language()));
    }

    String say(Answer answer, String language) {
        ResourceBundle words = ResourceBundle.getBundle(
                CustomerTexts.class.getPackageName() + ".answers",
                Locale.forLanguageTag(language),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
        return words.getString(answer.name().toLowerCase(Locale.ROOT));
    }

    /** What happened and what can be done, as far as the customer may know. */
    String declined(@Nullable String code, @Nullable String declineCode, String language) {
        DeclineGuidance.Guidance text = guidance.guidance(language, new Decline(code, declineCode, "card"));
        return text.what() + (language.startsWith("ja") ? "" : " ") + text.next();
    }
}
