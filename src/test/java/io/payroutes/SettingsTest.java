package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private final CamelContext camel = new DefaultCamelContext();

    @AfterEach
    void stop() {
        camel.stop();
    }

    @ParameterizedTest
    @CsvSource({
        "500, PT0.5S",
        "500ms, PT0.5S",
        "0s, PT0S",
        "300s, PT5M",
        "15m, PT15M",
        "1h30m, PT1H30M",
        "365d, PT8760H",
        "1d2h3m4s, PT26H3M4S",
        "999999999d, PT23999999976H"
    })
    void aDurationIsReadAsCamelWritesIt(String value, Duration duration) {
        assertThat(duration(value)).isEqualTo(duration);
    }

    /** Camel reads half of these as zero: a lease that never holds, or a retention that keeps nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"for ever", "15x", "PT5M", "-5s", "3 days", "300 s", "1.5h", "s", "30ss", "9999999999999d"})
    void whatIsNoDurationIsRefusedByName(String value) {
        assertThatThrownBy(() -> duration(value))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("inbox.lease")
                .hasMessageContaining("must be a duration")
                .hasMessageContaining("'" + value + "'");
    }

    @Test
    void aDurationThatMustLastIsNotZero() {
        assertThatThrownBy(() -> settings("0s").positiveDuration("inbox.lease"))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("inbox.lease")
                .hasMessageContaining("longer than 0s");
        assertThat(settings("1ms").positiveDuration("inbox.lease")).isEqualTo(Duration.ofMillis(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://erp_app:8080/orders?to=shop",
                "https://erp.example.com",
                "http://[::1]:9000/",
                "http://localhost:1"
            })
    void anAddressThatCanBeCalledIsTaken(String url) {
        assertThat(settings(url).httpUrl("inbox.lease")).isEqualTo(url);
    }

    private Duration duration(String value) {
        return settings(value).duration("inbox.lease");
    }

    private Settings settings(String value) {
        Properties properties = new Properties();
        properties.setProperty("inbox.lease", value);
        camel.getPropertiesComponent().setInitialProperties(properties);
        return new Settings(camel);
    }
}
