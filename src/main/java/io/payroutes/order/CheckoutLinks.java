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
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * The links to the checkout. A link names its order by a signed reference, {@code <order id>.<signature>}: nobody can make
 * one for an order by counting, and whoever has one learns nothing about other orders. Links stay good across restarts
 * and on every node, since the key is kept in the database; they do not run out, because mails are read late. Immutable;
 * thread-safe.
 */
public final class CheckoutLinks {
    private static final int SIGNATURE_BYTES = 16;
    private static final int LONGEST_REFERENCE = 400;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final String base;
    private final byte[] key;

    /**
     * @param base what links begin with, without a slash at its end
     * @param key what references are signed with
     */
    CheckoutLinks(String base, byte[] key) {
        this.base = base;
        this.key = key.clone();
    }

    /** Takes the key from the database, and makes it when it is not there yet. */
    public static CheckoutLinks open(String base, JdbcOperations jdbc, Clock clock) {
        byte[] fresh = new byte[32];
        new SecureRandom().nextBytes(fresh);
        jdbc.update(
                "INSERT INTO checkout_key (key_id, secret, created_at) VALUES (1, ?, ?) ON CONFLICT DO NOTHING",
                BASE64.encodeToString(fresh),
                Row.parameter(clock.instant()));
        String kept = jdbc.queryForObject("SELECT secret FROM checkout_key WHERE key_id = 1", String.class);
        return new CheckoutLinks(base, Base64.getUrlDecoder().decode(kept));
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
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return Arrays.copyOf(mac.doFinal(orderId.getBytes(StandardCharsets.UTF_8)), SIGNATURE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has HmacSHA256", e);
        }
    }
}
