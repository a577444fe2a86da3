package io.payroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook;
import io.payroutes.SettableClock;
import io.payroutes.demo.SignedEvent;
import io.payroutes.webhook.WebhookRejectedException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureVerifierTest {
    private static final String SECRET = "whsec_test_secret";
    private static final String BODY = "{\n  \"id\": \"evt_test_webhook\",\n  \"object\": \"event\"\n}";
    private static final long T = 1492774577;
    private static final String V1 = "c2f890decbc5ede7c5060bb9a6d31e0626a4342bacb9aeae2adb1bcea72f9812";
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final SettableClock clock = new SettableClock(Instant.ofEpochSecond(T));
    private final SignatureVerifier verifier = new SignatureVerifier(List.of(SECRET), TOLERANCE, clock);

    @ParameterizedTest
    @CsvSource({
        "1492774577,whsec_test_secret,c2f890decbc5ede7c5060bb9a6d31e0626a4342bacb9aeae2adb1bcea72f9812",
        "1492774577,whsec_test_secret_rolled_key,58a4723fa0114d50bc17d58cedd6d02c4769c2b1ca4bf2ebfcb369803f6d94a3",
        "12345,whsec_test_secret,2672d138c9a412830f3bfe2ecc5bfb3277cf6f5b49d0119d77dd6cb64da1257e"
    })
    void acceptsTheGoldenVectors(long t, String secret, String v1) {
        SignatureVerifier at =
                new SignatureVerifier(List.of(secret), TOLERANCE, new SettableClock(Instant.ofEpochSecond(t)));
        assertThatCode(() -> at.verify("t=" + t + ",v1=" + v1, bytes(BODY))).doesNotThrowAnyException();
    }

    @Test
    void signsBytesSoThatNoCharsetMatters() {
        byte[] notUtf8 = {'{', (byte) 0xff, (byte) 0xfe, 0, '}'};
        assertThatCode(() -> verifier.verify(SignedEvent.header(notUtf8, SECRET, T), notUtf8))
                .doesNotThrowAnyException();
        byte[] japanese = bytes("{\"description\":\"café 😀 日本語\"}");
        assertThatCode(() -> verifier.verify(SignedEvent.header(japanese, SECRET, T), japanese))
                .doesNotThrowAnyException();
    }

    @Test
    void signsAnEmptyBodyAsWell() {
        assertThatCode(() -> verifier.verify(SignedEvent.header(new byte[0], SECRET, T), null))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "ar-SA", "fa-IR", "th-TH-u-nu-thai", "hi-IN-u-nu-deva", "tr-TR"})
    void noLocaleOfTheMachineChangesTheAnswer(String locale) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(locale));
        try {
            assertThatCode(() -> verifier.verify("t=" + Long.toString(T) + ",v1=" + V1, bytes(BODY)))
                    .doesNotThrowAnyException();
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void everySecretOfARotationIsGood() {
        SignatureVerifier both = new SignatureVerifier(List.of("whsec_new", SECRET), TOLERANCE, clock);
        assertThatCode(() -> both.verify(SignedEvent.header(bytes(BODY), "whsec_new", T), bytes(BODY)))
                .doesNotThrowAnyException();
        assertThatCode(() -> both.verify("t=" + T + ",v1=" + "0".repeat(64) + ",v1=" + V1, bytes(BODY)))
                .doesNotThrowAnyException();
        refuses(both, SignedEvent.header(bytes(BODY), "whsec_other", T), Reason.SIGNATURE_MISMATCH);
    }

    @Test
    void theToleranceHoldsBothWays() {
        String header = "t=" + T + ",v1=" + V1;
        for (long off : new long[] {0, 300, -300}) {
            clock.set(Instant.ofEpochSecond(T + off));
            assertThatCode(() -> verifier.verify(header, bytes(BODY))).doesNotThrowAnyException();
        }
        for (long off : new long[] {301, -301, 3600, -3600, 315_360_000, -315_360_000}) {
            clock.set(Instant.ofEpochSecond(T + off));
            refuses(verifier, header, Reason.TIMESTAMP_OUTSIDE_TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bad_header",
                "t,v1=x",
                "t=,v1=x",
                "t=abc,v1=x",
                "t=0,v1=x",
                "t=-5,v1=x",
                "t=+1492774577,v1=x",
                "t=01492774577,v1=x",
                "t=99999999999999999999,v1=x",
                "t=١٤٩٢٧٧٤٥٧٧,v1=x",
                " t=1492774577,v1=x",
                "t=1492774577,t=1492774577,v1=x",
                "t=1.492774577e9,v1=x",
                ",,,,",
                "t=176722560:,v1=00", // the characters next to the digits
                "t=176722560/,v1=00",
                "t=1767225600١,v1=00", // a digit, but not one of ours
                "="
            })
    void aMalformedHeaderIsRefusedAndNeverAFault(String header) {
        refuses(verifier, header, Reason.SIGNATURE_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "t=1492774577",
                "t=1492774577,v0=x",
                "t=1492774577,V1=x",
                "t=1492774577,v11=x",
                "t=1492774577, v1=x"
            })
    void onlyTheSchemeV1Counts(String header) {
        refuses(verifier, header, Reason.SIGNATURE_SCHEME);
    }

    @Test
    void aSignatureThatIsNotExactlyRightIsRefused() {
        for (String v1 : new String[] {
            "",
            V1.substring(1),
            V1 + " ",
            V1 + "=",
            V1.toUpperCase(Locale.ROOT),
            V1 + "00",
            "ü".repeat(64),
            "0".repeat(64)
        }) {
            refuses(verifier, "t=" + T + ",v1=" + v1, Reason.SIGNATURE_MISMATCH);
        }
        refuses(verifier, "t=" + T + ",v0=" + V1 + ",v1=" + "0".repeat(64), Reason.SIGNATURE_MISMATCH);
        for (String changed : new String[] {BODY + "\n", BODY.replace("\n", "\r\n"), BODY.replace(" ", ""), ""}) {
            assertThatThrownBy(() -> verifier.verify("t=" + T + ",v1=" + V1, bytes(changed)))
                    .isInstanceOf(WebhookRejectedException.class);
        }
    }

    @Test
    void aMissingOrRepeatedHeaderIsRefused() {
        refuses(verifier, null, Reason.SIGNATURE_MISSING);
        refuses(verifier, List.of("t=" + T + ",v1=" + V1, "t=" + T + ",v1=" + V1), Reason.SIGNATURE_MALFORMED);
    }

    @Test
    void needsASecretAndATolerance() {
        assertThatThrownBy(() -> new SignatureVerifier(List.of(), TOLERANCE, clock))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SignatureVerifier(List.of(" "), TOLERANCE, clock))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SignatureVerifier(List.of(SECRET), Duration.ZERO, clock))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Stripe's SDK is the oracle: over mutated headers and bodies both accept and refuse the same. */
    @Test
    void agreesWithStripesOwnLibrary() {
        SplittableRandom random = new SplittableRandom(4242);
        int accepted = 0;
        for (int i = 0; i < 20_000; i++) {
            String body = mutated(
                    random, "{\"id\":\"evt_" + i + "\",\"object\":\"event\",\"amount\":" + random.nextInt() + "}", 30);
            String signed = random.nextInt(4) == 0 ? mutated(random, body, 2) : body;
            String header = mutated(
                    random,
                    random.nextInt(8) == 0
                            ? "v1=" + SignedEvent.signature(bytes(signed), SECRET, T) + ",t=" + T
                            : SignedEvent.header(bytes(signed), random.nextInt(6) == 0 ? "whsec_other" : SECRET, T),
                    3);
            boolean ours = accepts(header, body);
            boolean theirs = theyAccept(header, body);
            if (ours != theirs && !isWhereWeAreStricter(header)) {
                throw new AssertionError("case " + i + ": header '" + header + "' body '" + body + "': we say " + ours
                        + ", Stripe says " + theirs);
            }
            accepted += ours ? 1 : 0;
        }
        assertThat(accepted).isBetween(3_000, 17_000);
    }

    /** Where the SDK reads a number and we read digits: t=+1…, t=01…, and a second t. */
    private static boolean isWhereWeAreStricter(String header) {
        return header.matches("(^|.*,)t=[+0].*") || header.matches("(^|.*,)t=[^,]*,(.*,)?t=.*");
    }

    private static String mutated(SplittableRandom random, String text, int oneIn) {
        if (random.nextInt(oneIn) != 0 || text.isEmpty()) {
            return text;
        }
        StringBuilder mutated = new StringBuilder(text);
        String alphabet = "tv01=, +-xfA\"";
        int at = random.nextInt(mutated.length());
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        switch (random.nextInt(4)) {
            case 0 -> mutated.deleteCharAt(at);
            case 1 -> mutated.insert(at, c);
            case 2 -> mutated.setCharAt(at, c);
            default -> mutated.append(",v1=").append("0".repeat(64));
        }
        return mutated.toString();
    }

    private boolean accepts(String header, String body) {
        try {
            verifier.verify(header, bytes(body));
            return true;
        } catch (WebhookRejectedException e) {
            return false;
        }
    }

    private boolean theyAccept(String header, String body) {
        try {
            return Webhook.Signature.verifyHeader(body, header, SECRET, TOLERANCE.toSeconds(), clock);
        } catch (SignatureVerificationException | RuntimeException e) {
            return false; // its NullPointer-, NumberFormat- and ArrayIndexOutOfBoundsExceptions are refusals here
        }
    }

    private static void refuses(SignatureVerifier verifier, @Nullable Object header, Reason reason) {
        assertThatThrownBy(() -> verifier.verify(header, bytes(BODY)))
                .isInstanceOfSatisfying(
                        WebhookRejectedException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
