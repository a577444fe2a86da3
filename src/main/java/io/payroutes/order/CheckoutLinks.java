package io.payroutes.order;

import io.payroutes.store.Row;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * The links to the checkout. A link names its order by a signed reference, {@code <order id>.<signature>}: nobody can make
 * one for an order by counting, and whoever has one learns nothing about other orders. Links stay good across restarts
 * and on every node, since the key is kept in the database; they do not run out, because mails are read late. There
 * are none before it is started, which is when it takes the key from the database, or makes it when it is not there yet.
 * Thread-safe.
 */
public final class CheckoutLinks extends ServiceSupport {
    private static final int SIGNATURE_BYTES = 16;
    private static final int LONGEST_REFERENCE = 400;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final String base;
    private final Supplier<byte[]> source;
    private volatile byte @Nullable [] key;

    /**
     * @param base what links begin with, without a slash at its end
     * @param jdbc where the key is kept
     */
    public CheckoutLinks(String base, JdbcOperations jdbc, Clock clock) {
        this(base, () -> kept(jdbc, clock));
    }

    /** @param source has what references are signed with */
    CheckoutLinks(String base, Supplier<byte[]> source) {
        this.base = base;
        this.source = source;
    }

    @Override
    protected void doStart() {
        key = source.get();
    }

    private static byte[] kept(JdbcOperations jdbc, Clock clock) {
        byte[] fresh = new byte[32];
        new SecureRandom().nextBytes(fresh);
        jdbc.update(
                "INSERT INTO checkout_key (key_id, secret, created_at) VALUES (1, ?, ?) ON CONFLICT DO NOTHING",
                BASE64.encodeToString(fresh),
                Row.parameter(clock.instant()));
        return Base64.getUrlDecoder()
                .decode(jdbc.queryForObject("SELECT secret FROM checkout_key WHERE key_id = 1", String.class));
    }

    /** What the outside calls the order. */
    public String reference(String orderId) {
        return orderId + "." + BASE64.encodeToString(signature(orderId));
    }

    /** Where the order is paid. */
    public String checkout(String orderId) {
        return base + "/checkout/"
                + URLEncoder.encode(reference(orderId), StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Where the customer comes back to after paying; Stripe adds parameters of its own. */
    public String complete(String orderId) {
        return checkout(orderId) + "/complete";
    }

    /** @return the order's id; empty if the reference was not made here */
    public Optional<String> orderOf(String reference) {
        int dot = reference.lastIndexOf('.');
        if (dot <= 0 || reference.length() > LONGEST_REFERENCE) {
            return Optional.empty();
        }
        String orderId = reference.substring(0, dot);
        byte[] expected = BASE64.encodeToString(signature(orderId)).getBytes(StandardCharsets.UTF_8);
        byte[] given = reference.substring(dot + 1).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(expected, given) ? Optional.of(orderId) : Optional.empty();
    }

    private byte[] signature(String orderId) {
        byte[] key = this.key;
        if (key == null) {
            throw new IllegalStateException("there are no links before the start");
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return Arrays.copyOf(mac.doFinal(orderId.getBytes(StandardCharsets.UTF_8)), SIGNATURE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has HmacSHA256", e);
        }
    }
}
