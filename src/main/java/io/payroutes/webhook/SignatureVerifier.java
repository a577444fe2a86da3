package io.payroutes.webhook;

import io.payroutes.webhook.WebhookRejectedException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the {@code Stripe-Signature} header: HMAC-SHA256 over the timestamp, a full stop and the raw bytes of the
 * body, keyed with an endpoint's signing secret, compared with every {@code v1} signature in constant time. Other
 * schemes are ignored, so that nobody can downgrade.
 *
 * <p>Works on bytes only: no charset, no locale and no number format can change what is signed. Other than Stripe's
 * SDK it refuses timestamps in the future beyond the tolerance, and a timestamp that is not plain ASCII digits.
 *
 * <p>Thread-safe.
 *
 * @see <a href="https://docs.stripe.com/webhooks#verify-manually">Stripe: verify signatures manually</a>
 */
public final class SignatureVerifier {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int HEX_LENGTH = 64;
    private static final int LONGEST_TIMESTAMP = 18; // digits that always fit into a long
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final List<Mac> macs;
    private final Duration tolerance;
    private final Clock clock;

    /**
     * @param secrets the signing secrets that are valid at present, each as Stripe shows it ({@code whsec_…}); one or more
     * @param tolerance how far the timestamp may lie in the past or in the future; positive
     * @throws IllegalArgumentException without a secret, with a blank one, or if the tolerance is not positive
     */
    public SignatureVerifier(List<String> secrets, Duration tolerance, Clock clock) {
        if (secrets.isEmpty() || secrets.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("at least one signing secret is needed, and none may be blank");
        }
        if (tolerance.isNegative() || tolerance.isZero()) {
            throw new IllegalArgumentException("the tolerance must be positive: zero would let replays in");
        }
        this.macs = secrets.stream().map(SignatureVerifier::mac).toList();
        this.tolerance = tolerance;
        this.clock = clock;
    }

    /**
     * Lets the body pass when it is signed.
     *
     * @param signature the header's value; anything but one text is refused
     * @param body the raw bytes; null is an empty body
     * @throws WebhookRejectedException if the header is missing or malformed, too old or too new, or does not match
     */
    public void verify(@Header("Stripe-Signature") @Nullable Object signature, byte @Nullable [] body)
            throws WebhookRejectedException {
        if (signature == null) {
            throw new WebhookRejectedException(Reason.SIGNATURE_MISSING);
        }
        if (!(signature instanceof String header)) {
            throw new WebhookRejectedException(Reason.SIGNATURE_MALFORMED); // sent more than once
        }
        SignatureHeader parsed = SignatureHeader.parse(header);
        // The clock before the HMAC: what is out of time is refused without hashing a byte.
        long now = clock.instant().getEpochSecond();
        if (Math.abs(now - Long.parseLong(parsed.timestamp)) > tolerance.toSeconds()) {
            throw new WebhookRejectedException(Reason.TIMESTAMP_OUTSIDE_TOLERANCE);
        }
        byte[] timestamp = parsed.timestamp.getBytes(StandardCharsets.US_ASCII);
        for (Mac mac : macs) {
            byte[] expected = sign(mac, timestamp, body == null ? new byte[0] : body);
            for (byte[] candidate : parsed.v1) {
                if (MessageDigest.isEqual(expected, candidate)) {
                    return;
                }
            }
        }
        throw new WebhookRejectedException(Reason.SIGNATURE_MISMATCH);
    }

    private static byte[] sign(Mac template, byte[] timestamp, byte[] body) {
        Mac mac;
        try {
            mac = (Mac) template.clone(); // far cheaper than a look-up, and a Mac is not thread-safe
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
        mac.update(timestamp);
        mac.update((byte) '.');
        byte[] digest = mac.doFinal(body);
        byte[] hex = new byte[HEX_LENGTH];
        for (int i = 0; i < digest.length; i++) {
            hex[2 * i] = HEX[(digest[i] >> 4) & 0xf];
            hex[2 * i + 1] = HEX[digest[i] & 0xf];
        }
        return hex;
    }

    private static Mac mac(String secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no " + ALGORITHM, e);
        }
    }

    /** {@code t=<seconds>,v1=<hex>[,v1=<hex>…]}; parts of any other name are ignored. */
    private record SignatureHeader(String timestamp, List<byte[]> v1) {

        static SignatureHeader parse(String header) throws WebhookRejectedException {
            String timestamp = null;
            List<byte[]> v1 = new ArrayList<>(2);
            int from = 0;
            while (from <= header.length()) {
                int comma = header.indexOf(',', from);
                int to = comma < 0 ? header.length() : comma;
                if (header.startsWith("t=", from)) {
                    if (timestamp != null) {
                        throw new WebhookRejectedException(Reason.SIGNATURE_MALFORMED);
                    }
                    timestamp = header.substring(from + 2, to);
                } else if (header.startsWith("v1=", from)) {
                    v1.add(header.substring(from + 3, to).getBytes(StandardCharsets.UTF_8));
                }
                from = to + 1;
            }
            if (timestamp == null || !isPlainNumber(timestamp)) {
                throw new WebhookRejectedException(Reason.SIGNATURE_MALFORMED);
            }
            if (v1.isEmpty()) {
                throw new WebhookRejectedException(Reason.SIGNATURE_SCHEME);
            }
            return new SignatureHeader(timestamp, v1);
        }

        private static boolean isPlainNumber(String text) {
            if (text.isEmpty() || text.length() > LONGEST_TIMESTAMP || text.charAt(0) == '0') {
                return false;
            }
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                    return false;
                }
            }
            return true;
        }
    }
}
