package io.payroutes.notification;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** A properties file in UTF-8. */
final class PropertiesFile {

    private PropertiesFile() {}

    /** Reads it anew, so that an edit counts from the next mail on. */
    static Map<String, String> read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new MailTemplateException("This file cannot be read: " + file, e);
        }
        return properties.stringPropertyNames().stream()
                .collect(Collectors.toUnmodifiableMap(
                        name -> name, name -> properties.getProperty(name).strip()));
    }
}
