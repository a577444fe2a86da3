package io.payroutes.checkout;

import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.PermissionException;
import io.payroutes.store.Row;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.camel.ExchangeProperty;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Gives what is asked of Stripe its idempotency keys, such that they survive a restart: the same request again, after a
 * lost answer, a double click or a crash, gets the same key while Stripe may still know it, and so the same result. After
 * Stripe has refused it, or has forgotten it, it is a new request with a new key. Thread-safe.
 *
 * @see <a href="https://docs.stripe.com/api/idempotent_requests">Stripe: keys are kept for at least 24 hours</a>
 */
public final class IdempotencyKeys {
    /** Exchange property with the {@link Key} of the request under way. */
    static final String PROPERTY = "stripeRequest";

    private static final Duration KNOWN_TO_STRIPE = Duration.ofHours(23);
    private static final String OPEN = "open";
    private static final String DONE = "done";
    private static final String REFUSED = "refused";

    private final JdbcOperations jdbc;
    private final TransactionOperations transaction;
    private final Clock clock;

    public IdempotencyKeys(JdbcOperations jdbc, TransactionOperations transaction, Clock clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.clock = clock;
    }

    /**
     * The key of a request.
     *
     * @param id the same for the same request
     * @param attempt counted from 1
     */
    record Key(String id, int attempt) {
        /** What Stripe gets as Idempotency-Key. */
        String value() {
            return "payroutes-" + id.substring(0, 40) + "-" + attempt;
        }
    }

    /**
     * Begins a request, or takes up one that was begun.
     *
     * @param action what is asked for, a word
     * @param objectId of the object that it is done to
     * @param details all else that makes the request this one
     */
    Key begin(String action, String objectId, List<? extends @Nullable Object> details) {
        String id = digest(action + "\n" + objectId + "\n" + details);
        Instant now = clock.instant();
        return java.util.Objects.requireNonNull(transaction.execute(status -> {
            jdbc.update(
                    "INSERT INTO stripe_request (request_id, action, object_id, attempt, state, opened_at)"
                            + " VALUES (?, ?, ?, 1, 'open', ?) ON CONFLICT DO NOTHING",
                    id,
                    action,
                    objectId,
                    Row.parameter(now));
            Row row = Row.of(jdbc.queryForMap("SELECT * FROM stripe_request WHERE request_id = ? FOR UPDATE", id));
            int attempt = (int) row.mustNumber("attempt");
            boolean isForgotten = row.mustTime("opened_at").isBefore(now.minus(KNOWN_TO_STRIPE));
            if (isForgotten || row.mustText("state").equals(REFUSED)) {
                attempt++;
                jdbc.update(
                        "UPDATE stripe_request SET attempt = ?, state = ?, opened_at = ? WHERE request_id = ?",
                        attempt,
                        OPEN,
                        Row.parameter(now),
                        id);
            }
            return new Key(id, attempt);
        }));
    }

    /** When this was last asked for; empty if it never was. */
    Optional<Instant> lastAsked(String action, String objectId) {
        return jdbc
                .queryForList(
                        "SELECT opened_at FROM stripe_request WHERE object_id = ? AND action = ?"
                                + " ORDER BY opened_at DESC LIMIT 1",
                        objectId,
                        action)
                .stream()
                .findFirst()
                .map(row -> Row.of(row).mustTime("opened_at"));
    }

    /** Stripe has done what was asked for. */
    public void done(@ExchangeProperty(PROPERTY) @Nullable Key key) {
        end(key, DONE);
    }

    /** Ends a request that Stripe has refused. One that Stripe may have taken all the same stays open. */
    public void failed(
            @ExchangeProperty(PROPERTY) @Nullable Key key,
            @ExchangeProperty("CamelExceptionCaught") Throwable failure) {
        if (failure instanceof CardException
                || failure instanceof InvalidRequestException
                || failure instanceof PermissionException
                || failure instanceof AuthenticationException) {
            end(key, REFUSED);
        }
    }

    private void end(@Nullable Key key, String state) {
        if (key != null) {
            jdbc.update(
                    "UPDATE stripe_request SET state = ? WHERE request_id = ? AND attempt = ?",
                    state,
                    key.id(),
                    key.attempt());
        }
    }

    static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
