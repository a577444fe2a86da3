package io.payroutes.demo;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs events as Stripe does. */
public final class SignedEvent {
    private SignedEvent() {}

    /** The request with which Stripe sends an event now, for more headers or a time-out to be added. */
    public static HttpRequest.Builder request(URI webhook, StripeEvent event, String secret, Instant now) {
        byte[] body = event.body();
        return HttpRequest.newBuilder(webhook)
                .header("Content-Type", "application/json; charset=utf-8")
                .header("Stripe-Signature", header(body, secret, now.getEpochSecond()))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

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
