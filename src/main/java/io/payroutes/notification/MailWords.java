package io.payroutes.notification;

import io.payroutes.money.Money;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One language's words for what the code names by a key, from {@code labels.properties}. */
final class MailWords {

    private final Locale locale;
    private final ZoneId zone;
    private final Map<String, String> labels;
    private final Map<String, String> defaults;

    private MailWords(Locale locale, ZoneId zone, Map<String, String> labels, Map<String, String> defaults) {
        this.locale = locale;
        this.zone = zone;
        this.labels = labels;
        this.defaults = defaults;
    }

    static MailWords read(Path directory, String language, String defaultLanguage, ZoneId zone) {
        return new MailWords(
                Locale.forLanguageTag(language),
                zone,
                PropertiesFile.read(directory.resolve(language).resolve("labels.properties")),
                PropertiesFile.read(directory.resolve(defaultLanguage).resolve("labels.properties")));
    }

    /** The word of that key, in the default language when this one lacks it, or else the key. */
    String label(String key) {
        String word = find(key);
        return word == null ? key : word;
    }

    @Nullable
    String find(String key) {
        String word = labels.get(key);
        return word == null ? defaults.get(key) : word;
    }

    String money(Money money) {
        return money.format(locale);
    }

    String time(Instant instant) {
        return DateTimeFormatter.ofPattern(label("date-time.pattern"), locale).format(instant.atZone(zone));
    }

    String date(Instant instant) {
        return DateTimeFormatter.ofPattern(label("date.pattern"), locale).format(instant.atZone(zone));
    }
}
