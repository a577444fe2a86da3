package io.payroutes.delivery;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** The Retry-After header (RFC 9110, 10.2.3). */
final class RetryAfter {

    private RetryAfter() {}

    /**
     * @param value seconds or an HTTP date; null if there is no header
     * @return the time it names; null if it names none that can be read
     */
    static @Nullable Instant parse(@Nullable String value, Instant now) {
        if (value == null || value.isBlank()) {
            return null;
        }
        String text = value.strip();
        try {
            return text.chars().allMatch(c -> c >= '0' && c <= '9')
                    ? now.plusSeconds(Long.parseLong(text))
                    : ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant();
        } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
            return null;
        }
    }
}
