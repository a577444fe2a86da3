package io.payroutes.notification;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a customer is told about a declined payment, and what they can do next.
 *
 * <p>Which code gets which advice is in {@code config/decline-codes.properties}, the advice itself in
 * {@code config/mail/<language>/decline-guidance.properties}; both can be edited while the program runs. After
 * <a href="https://docs.stripe.com/declines/codes">docs.stripe.com/declines/codes</a>: the codes that hint at a crime
 * ({@code fraudulent}, {@code lost_card}, {@code merchant_blacklist}, {@code stolen_card}) always get exactly the advice of
 * {@code generic_decline}, and those that may ({@code pickup_card}, {@code restricted_card}) only "contact your bank". No
 * edit of a file can change that, and no text of Stripe's own is ever shown.
 */
public final class DeclineGuidance {

    static final String GENERIC = "generic";
    static final String CONTACT_ISSUER = "contact-issuer";

    // A thief must not learn from our mail that a card is known to be stolen, nor an honest customer that they are
    // suspected.
    private static final Map<String, String> FIXED = Map.of(
            "fraudulent", GENERIC,
            "lost_card", GENERIC,
            "merchant_blacklist", GENERIC,
            "stolen_card", GENERIC,
            "generic_decline", GENERIC,
            "pickup_card", CONTACT_ISSUER,
            "restricted_card", CONTACT_ISSUER);

    private final Path directory;
    private final Path codesFile;
    private final String defaultLanguage;

    /**
     * The guidance kept in files.
     *
     * @param directory the folder that holds one folder a language, {@code config/mail} by default
     * @param codesFile the map from Stripe's codes to advice, {@code config/decline-codes.properties} by default
     * @param defaultLanguage the language to take an advice from that another language lacks
     */
    public DeclineGuidance(Path directory, Path codesFile, String defaultLanguage) {
        this.directory = directory;
        this.codesFile = codesFile;
        this.defaultLanguage = defaultLanguage;
    }

    /**
     * What to tell.
     *
     * @param what what happened, a sentence or two
     * @param next what the customer can do, a sentence or two
     */
    public record Guidance(String what, String next) {}

    /**
     * The guidance for a decline.
     *
     * @param language a language that has templates
     * @param decline the decline; null gives the generic guidance
     * @throws MailTemplateException when a file cannot be read or lacks the generic guidance
     */
    public Guidance guidance(String language, @Nullable Decline decline) {
        String group = group(decline);
        Guidance guidance = text(language, group);
        if (guidance == null) {
            guidance = text(language, GENERIC);
        }
        if (guidance == null) {
            guidance = text(defaultLanguage, GENERIC);
        }
        if (guidance == null) {
            throw new MailTemplateException(
                    file(defaultLanguage) + " lacks generic.what or generic.next", new IllegalStateException());
        }
        return guidance;
    }

    /** The name of the advice for a decline; {@code generic} for whatever is not known. */
    String group(@Nullable Decline decline) {
        if (decline == null) {
            return GENERIC;
        }
        String declineCode = normal(decline.declineCode());
        String code = normal(decline.code());
        String fixed = FIXED.getOrDefault(declineCode, FIXED.get(code));
        if (fixed != null) {
            return fixed;
        }
        Map<String, String> groups = PropertiesFile.read(codesFile);
        return groups.getOrDefault(declineCode, groups.getOrDefault(code, GENERIC));
    }

    private @Nullable Guidance text(String language, String group) {
        Map<String, String> texts = PropertiesFile.read(file(language));
        String what = texts.get(group + ".what");
        String next = texts.get(group + ".next");
        return what == null || next == null ? null : new Guidance(what, next);
    }

    private Path file(String language) {
        return directory.resolve(language).resolve("decline-guidance.properties");
    }

    private static String normal(@Nullable String code) {
        return code == null ? "" : code.strip().toLowerCase(Locale.ROOT);
    }
}
