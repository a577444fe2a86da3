package io.payroutes.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.payroutes.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAnswerTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final HttpAnswer answer = new HttpAnswer(Set.of(423), new SettableClock(NOW));

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299, 409})
    void anySuccessAndADuplicateAreDelivered(int status) {
        assertThat(answer.judge(status, null, null)).isEqualTo(new Outcome.Delivered(status, null));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 410, 413, 415, 422, 451, 499})
    void anyOtherClientErrorIsARefusal(int status) {
        assertThat(answer.judge(status, "60", null)).isEqualTo(new Outcome.Refused(status, "HTTP " + status));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 300, 301, 302, 307, 308, 399, 408, 423, 425, 429, 500, 501, 502, 503, 504, 599, 999})
    void everythingElseIsTriedAgain(int status) {
        assertThatExceptionOfType(DeliveryFailedException.class)
                .isThrownBy(() -> answer.judge(status, "60", null))
                .extracting(DeliveryFailedException::outcome)
                .isEqualTo(new Outcome.Failed(status, NOW.plusSeconds(60), "HTTP " + status));
    }

    @Test
    void aConflictCanBeMadeRetryable() {
        HttpAnswer busy = new HttpAnswer(Set.of(409), new SettableClock(NOW));
        assertThatExceptionOfType(DeliveryFailedException.class).isThrownBy(() -> busy.judge(409, null, null));
    }

    @Test
    void theAnswerIsQuotedOnOneLine() {
        Outcome refused = answer.judge(422, null, " no\r\nsuch\u0000order ".getBytes(StandardCharsets.UTF_8));
        assertThat(refused.detail()).isEqualTo("HTTP 422: no such order");
    }

    @ParameterizedTest
    @CsvSource({
        "120, 2026-03-01T12:02:00Z",
        "0, 2026-03-01T12:00:00Z",
        "'Sun, 01 Mar 2026 13:00:00 GMT', 2026-03-01T13:00:00Z",
        "' 7 ', 2026-03-01T12:00:07Z"
    })
    void retryAfterIsSecondsOrADate(String value, Instant expected) {
        assertThat(RetryAfter.parse(value, NOW)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5", "1.5", "99999999999999999999", "9223372036854775807", "٣", "2026-03-01"})
    void aRetryAfterThatCannotBeReadIsNone(String value) {
        assertThat(RetryAfter.parse(value, NOW)).isNull();
    }
}
