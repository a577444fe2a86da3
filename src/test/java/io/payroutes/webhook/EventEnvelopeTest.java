package io.payroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.payroutes.demo.ApiVersion;
import io.payroutes.demo.EverySampleEvent;
import io.payroutes.webhook.WebhookRejectedException.Reason;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EventEnvelopeTest {

    @ParameterizedTest
    @EnumSource(ApiVersion.class)
    void everyEventOfEveryVersionIsTakenByteForByte(ApiVersion version) throws Exception {
        for (var event : EverySampleEvent.in(version)) {
            EventEnvelope envelope = EventEnvelope.parse(event.body());
            assertThat(envelope.id()).isEqualTo(event.id());
            assertThat(envelope.type()).isEqualTo(event.type());
            assertThat(envelope.payload().getBytes(StandardCharsets.UTF_8)).isEqualTo(event.body());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "BODY_NOT_JSON|`   `",
                "BODY_NOT_JSON|{",
                "BODY_NOT_JSON|not json",
                "BODY_NOT_JSON|{\"id\":\"evt_1\"}{\"more\":1}",
                "BODY_NOT_JSON|{\"id\":\"evt_1\" /* comment */}",
                "BODY_NOT_JSON|\uFEFF{\"id\":\"evt_1\"}",
                "NOT_AN_OBJECT|[]",
                "NOT_AN_OBJECT|null",
                "NOT_AN_OBJECT|123",
                "NOT_AN_OBJECT|\"x\"",
                "NOT_AN_EVENT|{}",
                "NOT_AN_EVENT|{\"object\":null}",
                "NOT_AN_EVENT|{\"object\":[]}",
                "NOT_AN_EVENT|{\"object\":\"charge\",\"id\":\"ch_1\"}",
                "THIN_EVENT|{\"object\":\"v2.core.event\",\"id\":\"evt_1\",\"type\":\"v1.billing.meter.no_meter_found\"}",
                "NO_ID|{\"object\":\"event\",\"type\":\"a.b\",\"data\":{\"object\":{}}}",
                "NO_ID|{\"object\":\"event\",\"id\":7,\"type\":\"a.b\",\"data\":{\"object\":{}}}",
                "NO_ID|{\"object\":\"event\",\"id\":\"evt_\\u0000\",\"type\":\"a.b\",\"data\":{\"object\":{}}}",
                "NO_ID|{\"object\":\"event\",\"id\":\"evt 1\",\"type\":\"a.b\",\"data\":{\"object\":{}}}",
                "NO_ID|{\"object\":\"event\",\"id\":\"evt_\\u007f\",\"type\":\"a.b\",\"data\":{\"object\":{}}}",
                "NO_ID|{\"object\":\"event\",\"id\":\"evt_é\",\"type\":\"a.b\",\"data\":{\"object\":{}}}",
                "NO_TYPE|{\"object\":\"event\",\"id\":\"evt_1\",\"data\":{\"object\":{}}}",
                "NO_TYPE|{\"object\":\"event\",\"id\":\"evt_1\",\"type\":\"\",\"data\":{\"object\":{}}}",
                "NO_DATA_OBJECT|{\"object\":\"event\",\"id\":\"evt_1\",\"type\":\"a.b\"}",
                "NO_DATA_OBJECT|{\"object\":\"event\",\"id\":\"evt_1\",\"type\":\"a.b\",\"data\":null}",
                "NO_DATA_OBJECT|{\"object\":\"event\",\"id\":\"evt_1\",\"type\":\"a.b\",\"data\":[{\"object\":{}}]}",
                "NO_DATA_OBJECT|{\"object\":\"event\",\"id\":\"evt_1\",\"type\":\"a.b\",\"data\":{\"object\":\"ch_1\"}}"
            })
    void whatIsNoEventIsRefusedWithItsReason(Reason reason, String body) {
        refuses(body.getBytes(StandardCharsets.UTF_8), reason);
    }

    @Test
    void anEmptyOrUndecodableBodyIsRefused() {
        refuses(new byte[0], Reason.BODY_EMPTY);
        refuses(new byte[] {'{', '"', (byte) 0xff, '"', '}'}, Reason.BODY_NOT_UTF8);
        refuses(new byte[] {(byte) 0xc0, (byte) 0xaf}, Reason.BODY_NOT_UTF8);
        assertThatThrownBy(() -> EventEnvelope.parse(null)).isInstanceOf(WebhookRejectedException.class);
    }

    @Test
    void jsonInAnyOtherEncodingIsRefused() {
        String event = "{\"object\":\"event\",\"id\":\"evt_1\",\"type\":\"a.b\",\"data\":{\"object\":{}}}";
        for (String encoding : List.of("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
            refuses(event.getBytes(Charset.forName(encoding)), Reason.BODY_NOT_JSON);
        }
        refuses(event.getBytes(StandardCharsets.UTF_16), Reason.BODY_NOT_UTF8); // with its byte order mark
    }

    @Test
    void theReplacementCharacterIsACharacterLikeAnyOther() throws Exception {
        String event =
                "{\"object\":\"event\",\"id\":\"evt_1\",\"type\":\"a.b\",\"data\":{\"object\":{}},\"x\":\"\uFFFD\"}";
        assertThat(EventEnvelope.parse(event.getBytes(StandardCharsets.UTF_8)).payload())
                .isEqualTo(event);
    }

    @Test
    void nestingWithoutEndIsRefusedAndNeverAFault() {
        refuses("{\"a\":".repeat(100_000).getBytes(StandardCharsets.UTF_8), Reason.BODY_NOT_JSON);
        refuses("[".repeat(100_000).getBytes(StandardCharsets.UTF_8), Reason.BODY_NOT_JSON);
    }

    @Test
    void oddFieldsBesideTheNeededOnesAreWelcome() throws Exception {
        EventEnvelope odd = EventEnvelope.parse(
                ("{\"object\":\"event\",\"id\":\"evt_1\",\"type\":\"no.such.type\",\"created\":\"yesterday\","
                                + "\"livemode\":\"no\",\"api_version\":{\"a\":[1]},\"account\":12,"
                                + "\"data\":{\"previous\":[{}],\"object\":{\"id\":{},\"x\":[[]]}},\"new\":{\"deep\":{}}}")
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(odd.created()).isNull();
        assertThat(odd.livemode()).isNull();
        assertThat(odd.apiVersion()).isNull();
        assertThat(odd.account()).isNull();
        assertThat(odd.objectId()).isNull();
        for (String created : new String[] {"-1", "1e99", "1.5", "99999999999999999999", "9223372036854775807"}) {
            assertThat(EventEnvelope.parse(("{\"object\":\"event\",\"id\":\"evt_1\",\"type\":\"a.b\",\"created\":"
                                            + created + ",\"data\":{\"object\":{}}}")
                                    .getBytes(StandardCharsets.UTF_8))
                            .created())
                    .isNull();
        }
    }

    @Test
    void noMutationOfABodyIsAFault() {
        byte[] event = EverySampleEvent.in(ApiVersion.DAHLIA).get(0).body();
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = event.clone();
            for (int m = random.nextInt(1, 5); m > 0; m--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            try {
                EventEnvelope.parse(mutated);
            } catch (WebhookRejectedException e) {
                assertThat(e.getMessage()).doesNotContain("\n");
            }
        }
    }

    private static void refuses(byte[] body, Reason reason) {
        assertThatThrownBy(() -> EventEnvelope.parse(body))
                .isInstanceOfSatisfying(
                        WebhookRejectedException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
