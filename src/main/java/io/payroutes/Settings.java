package io.payroutes;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.util.TimeUtils;

/** The settings of {@code config/}, read the way Camel reads them: file, system property, environment variable. */
final class Settings {
    /** No more digits than any unit can take. */
    private static final Pattern DURATION =
            Pattern.compile("[0-9]{1,9}(ms)?|(?=.)([0-9]{1,9}d)?([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?");

    private final CamelContext camel;

    Settings(CamelContext camel) {
        this.camel = camel;
    }

    /** The value without surrounding blanks; empty when it is not set or set to nothing. */
    Optional<String> text(String name) {
        return camel.getPropertiesComponent()
                .resolveProperty(name)
                .map(value -> camel.resolvePropertyPlaceholders(value).strip())
                .filter(value -> !value.isEmpty());
    }

    String must(String name) {
        return text(name).orElseThrow(() -> new SettingException(name, "is not set"));
    }

    int number(String name) {
        String value = must(name);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new SettingException(name, "must be a whole number, not '" + value + "'");
        }
    }

    int positive(String name) {
        int value = number(name);
        if (value <= 0) {
            throw new SettingException(name, "must be greater than zero, not " + value);
        }
        return value;
    }

    int port(String name) {
        int port = number(name);
        if (port < 0 || port > 65535) {
            throw new SettingException(name, "must be a port, not " + port);
        }
        return port;
    }

    boolean flag(String name) {
        String value = must(name);
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new SettingException(name, "must be true or false, not '" + value + "'");
        };
    }

    /** The longest of several durations. */
    Duration longest(String... names) {
        return Stream.of(names).map(this::duration).reduce(Duration.ZERO, (a, b) -> a.compareTo(b) > 0 ? a : b);
    }

    /** As Camel writes them: 300s, 15m, 1h30m, 3d, 500 (milliseconds). Camel itself reads much that is none as zero. */
    Duration duration(String name) {
        String value = must(name);
        if (!DURATION.matcher(value).matches()) {
            throw new SettingException(name, "must be a duration such as 500ms, 300s, 15m or 3d, not '" + value + "'");
        }
        return Duration.ofMillis(TimeUtils.toMilliSeconds(value));
    }

    /** For a lease that must hold, a pause that must be one, a time-out: zero would be none, or for ever. */
    Duration positiveDuration(String name) {
        Duration duration = duration(name);
        if (duration.isZero()) {
            throw new SettingException(name, "must be longer than " + must(name));
        }
        return duration;
    }

    /** An address that can be called. */
    String httpUrl(String name) {
        String value = must(name);
        try {
            URI uri = new URI(value);
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getRawAuthority() != null // the host alone may not have an underscore, and some have
                    && uri.getFragment() == null) {
                return value;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new SettingException(name, "must be a URL such as https://erp.example.com/orders");
    }

    List<String> list(String name) {
        return text(name)
                .map(value -> Arrays.stream(value.split(","))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList())
                .orElse(List.of());
    }
}
