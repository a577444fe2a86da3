package io.payroutes.notification;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which languages mails can be written in: those that have a folder of templates, named by the language's BCP 47 tag
 * ({@code en}, {@code ja}, {@code pt-BR}). A new folder counts from the next mail on.
 */
public final class MailLanguages {

    private static final Pattern TAG = Pattern.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*");

    private final Path directory;
    private final String defaultLanguage;

    /**
     * The languages under a directory.
     *
     * @param directory the folder that holds one folder a language, {@code config/mail} by default
     * @param defaultLanguage the language of who prefers none of them
     * @throws IllegalArgumentException when there is no folder for the default language
     */
    public MailLanguages(Path directory, String defaultLanguage) {
        this.directory = directory;
        this.defaultLanguage = defaultLanguage;
        if (!available().contains(defaultLanguage)) {
            throw new IllegalArgumentException(
                    "No mail templates for the default language: no folder " + directory.resolve(defaultLanguage));
        }
    }

    /** The language of who prefers none of the available ones. */
    public String defaultLanguage() {
        return defaultLanguage;
    }

    /** The languages that have templates now, in alphabetical order. */
    public Set<String> available() {
        try (Stream<Path> entries = Files.list(directory)) {
            Set<String> languages = new TreeSet<>();
            entries.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> TAG.matcher(name).matches())
                    .forEach(languages::add);
            return languages;
        } catch (IOException e) {
            throw new UncheckedIOException("The mail templates cannot be read: " + directory, e);
        }
    }

    /**
     * The first preferred language that is available, by its full tag or by a shorter one ({@code ja-JP} finds
     * {@code ja}); the default language when none is.
     *
     * @param preferences language tags in order of preference, as in {@code Customer.preferred_locales} of Stripe's API;
     *     anything that is no tag is passed over, and so is null
     */
    public String pick(@Nullable List<@Nullable String> preferences) {
        if (preferences == null) {
            return defaultLanguage;
        }
        Set<String> available = available();
        for (String preference : preferences) {
            // Compared with the folders' names and never made a path: a tag comes from outside.
            String tag = preference == null ? "" : preference.replace('_', '-');
            while (TAG.matcher(tag).matches()) {
                for (String language : available) {
                    if (language.toLowerCase(Locale.ROOT).equals(tag.toLowerCase(Locale.ROOT))) {
                        return language;
                    }
                }
                tag = tag.substring(0, Math.max(0, tag.lastIndexOf('-')));
            }
        }
        return defaultLanguage;
    }
}
