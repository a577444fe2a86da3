package io.payroutes.payment;

import io.payroutes.store.Row;
import io.payroutes.store.Table;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * The time line of each payment: every change that Stripe has told of, once, however often and in whatever order it was
 * told. What goes out to others is derived from it, so that it, too, does not depend on the order.
 */
public final class Timeline {
    private final JdbcOperations jdbc;
    private final Table transitions;

    Timeline(JdbcOperations jdbc) {
        this.jdbc = jdbc;
        this.transitions = new Table(jdbc, "payment_transition", "payment_id");
    }

    /**
     * A change.
     *
     * @param occurredAt Stripe's time, whole seconds
     * @param rank place among the changes of one second
     * @param amount minor units; what it is an amount of depends on the type
     * @param detail decline code, reason or the like
     */
    public record Change(
            Instant occurredAt,
            long rank,
            String type,
            String objectId,
            @Nullable String status,
            @Nullable Long amount,
            @Nullable String currency,
            @Nullable String detail) {

        /** The same for every event that tells of this change. */
        private String key() {
            return digest(occurredAt.getEpochSecond() + "|" + type + "|" + objectId + "|" + status + "|" + amount + "|"
                    + detail);
        }
    }

    /** @return whether the change is new */
    boolean add(String paymentId, Change change) {
        return add(paymentId, change, change.key());
    }

    /** @return whether the change is new; {@code key} says what makes it the same as another */
    boolean add(String paymentId, Change change, String key) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("payment_id", paymentId);
        row.put("change_key", key);
        row.put("occurred_at", change.occurredAt());
        row.put("change_rank", change.rank());
        row.put("event_type", change.type());
        row.put("object_id", change.objectId());
        row.put("status", change.status());
        row.put("amount", change.amount());
        row.put("currency", change.currency());
        row.put("detail", change.detail());
        return transitions.insertNew(row);
    }

    /** The changes of a payment in the order in which they happened. */
    public List<Change> of(String paymentId) {
        return jdbc
                .queryForList(
                        "SELECT * FROM payment_transition WHERE payment_id = ?"
                                + " ORDER BY occurred_at, change_rank, change_key",
                        paymentId)
                .stream()
                .map(Row::of)
                .map(row -> new Change(
                        row.mustTime("occurred_at"),
                        row.mustNumber("change_rank"),
                        row.mustText("event_type"),
                        row.mustText("object_id"),
                        row.text("status"),
                        row.number("amount"),
                        row.text("currency"),
                        row.text("detail")))
                .toList();
    }

    static String digest(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
