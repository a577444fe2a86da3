package io.payroutes.delivery;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/**
 * Signs what goes to the ERP the Standard Webhooks way: HMAC-SHA256 over {@code id.timestamp.body}, one signature for each
 * secret, so that a secret can be changed while both are valid. Thread-safe.
 */
public final class WebhookSigner {
    private static final String ALGORITHM = "HmacSHA256";
    private static final String PREFIX = "whsec_";

    private final List<SecretKeySpec> keys;
    private final Clock clock;

    /**
     * @param secrets each {@code whsec_} and base64, or any other text as it is; none means unsigned
     * @throws IllegalArgumentException if what follows {@code whsec_} is not base64 of at least one byte
     */
    public WebhookSigner(List<String> secrets, Clock clock) {
        this.keys = secrets.stream().map(WebhookSigner::key).toList();
        this.clock = clock;
    }

    /** Seconds since the epoch, for the header {@code webhook-timestamp}. */
    public String timestamp() {
        return Long.toString(clock.instant().getEpochSecond());
    }

    /** The value of {@code webhook-signature}; null, which is no header, without a secret. */
    public @Nullable String sign(
            @Header("webhook-id") String id, @Header("webhook-timestamp") String timestamp, @Body String body) {
        if (keys.isEmpty()) {
            return null;
        }
        byte[] signed = (id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8);
        return keys.stream().map(key -> "v1," + hmac(key, signed)).collect(Collectors.joining(" "));
    }

    private static String hmac(SecretKeySpec key, byte[] data) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return Base64.getEncoder().encodeToString(mac.doFinal(data));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    private static SecretKeySpec key(String secret) {
        byte[] bytes;
        if (secret.startsWith(PREFIX)) {
            try {
                bytes = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("must be base64 after " + PREFIX); // without the secret
            }
        } else {
            bytes = secret.getBytes(StandardCharsets.UTF_8);
        }
        if (bytes.length == 0) {
            throw new IllegalArgumentException("must not be empty after " + PREFIX);
        }
        return new SecretKeySpec(bytes, ALGORITHM);
    }
}
