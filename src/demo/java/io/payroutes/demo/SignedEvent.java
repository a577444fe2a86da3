package io.payroutes.demo;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs events as Stripe does. */
public final class SignedEvent {
    private SignedEvent() {}

    /** The {@code Stripe-Signature} header of a body that is sent at {@code timestamp}, in seconds. */
    public static String header(byte[] body, String secret, long timestamp) {
        return "t=" + timestamp + ",v1=" + signature(body, secret, timestamp);
    }

    /** The {@code v1} part alone, for headers with several signatures. */
    public static String signature(byte[] body, String secret, long timestamp) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
