package io.payroutes.api;

import io.payroutes.TestDatabase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts rows into the tables, with what a test cares for and something for the rest. */
final class Rows {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final TestDatabase database;

    Rows(TestDatabase database) {
        this.database = database;
    }

    void event(String id, String type, String state, Instant receivedAt, @Nullable Instant doneAt) {
        insert(
                "stripe_event",
                "event_id",
                id,
                "event_type",
                type,
                "api_version",
                "2025-09-30.clover",
                "object_id",
                "pi_of_" + id,
                "livemode",
                false,
                "created_at",
                receivedAt,
                "received_at",
                receivedAt,
                "state",
                state,
                "due_at",
                doneAt == null ? receivedAt : null,
                "attempts",
                1,
                "done_at",
                doneAt,
                "reason",
                state.equals("parked") ? "amounts differ" : null,
                "payload",
                "{\"id\": \"" + id + "\",\n \"object\": \"event\", \"amount\": 1.50}");
    }

    void payment(String id, Instant createdAt, String status, String paymentStatus) {
        insert(
                "payment",
                "payment_id",
                id,
                "status",
                status,
                "payment_status",
                paymentStatus,
                "amount",
                1099L,
                "amount_received",
                1099L,
                "currency",
                "jpy",
                "customer_id",
                "cus_" + id,
                "receipt_email",
                id + "@example.com",
                "order_ref",
                "order-" + id,
                "livemode",
                false,
                "created_at",
                createdAt,
                "paid_at",
                createdAt,
                "version_final",
                1,
                "version_at",
                1L,
                "version_rank",
                1L,
                "version_tie",
                "");
    }

    void transition(String payment, String key, Instant at, long rank, String status) {
        insert(
                "payment_transition",
                "payment_id",
                payment,
                "change_key",
                key,
                "occurred_at",
                at,
                "change_rank",
                rank,
                "event_type",
                "payment_intent." + status,
                "object_id",
                payment,
                "status",
                status,
                "amount",
                1099L,
                "currency",
                "jpy");
    }

    void charge(String id, String payment) {
        insert(
                "charge",
                "charge_id",
                id,
                "payment_id",
                payment,
                "status",
                "succeeded",
                "amount",
                1099L,
                "amount_captured",
                1099L,
                "amount_refunded",
                100L,
                "currency",
                "jpy",
                "captured",
                true,
                "paid",
                true,
                "refunded",
                false,
                "disputed",
                true,
                "created_at",
                NOON,
                "version_final",
                1,
                "version_at",
                1L,
                "version_rank",
                1L,
                "version_tie",
                "");
    }

    void refund(String id, String payment) {
        insert(
                "refund",
                "refund_id",
                id,
                "payment_id",
                payment,
                "status",
                "succeeded",
                "amount",
                100L,
                "currency",
                "jpy",
                "created_at",
                NOON,
                "version_final",
                1,
                "version_at",
                1L,
                "version_rank",
                1L,
                "version_tie",
                "");
    }

    void dispute(String id, String payment) {
        insert(
                "dispute",
                "dispute_id",
                id,
                "payment_id",
                payment,
                "status",
                "needs_response",
                "amount",
                1099L,
                "currency",
                "jpy",
                "evidence_due_by",
                NOON.plusSeconds(864000),
                "created_at",
                NOON,
                "version_final",
                1,
                "version_at",
                1L,
                "version_rank",
                1L,
                "version_tie",
                "");
    }

    void setupIntent(String id) {
        insert(
                "setup_intent",
                "setup_intent_id",
                id,
                "status",
                "succeeded",
                "livemode",
                false,
                "created_at",
                NOON,
                "version_final",
                1,
                "version_at",
                1L,
                "version_rank",
                1L,
                "version_tie",
                "");
    }

    void delivery(String id, String destination, String payment, String state, Instant at, @Nullable Instant doneAt) {
        insert(
                "delivery",
                "delivery_id",
                id,
                "destination",
                destination,
                "kind",
                "fulfillment.requested",
                "payment_id",
                payment,
                "order_ref",
                "order-" + payment,
                "sequence",
                1,
                "state",
                state,
                "due_at",
                doneAt == null ? Instant.parse("2999-01-01T00:00:00Z") : null,
                "attempts",
                1,
                "created_at",
                at,
                "done_at",
                doneAt,
                "payload",
                "{\"specversion\": \"1.0\"}");
    }

    void attempt(String delivery, Instant at) {
        insert(
                "delivery_attempt",
                "delivery_id",
                delivery,
                "attempted_at",
                at,
                "attempt",
                1,
                "outcome",
                "failed",
                "status_code",
                503,
                "duration_ms",
                12L,
                "detail",
                "HTTP 503");
    }

    void finding(String id, String payment, String code, String state, Instant seen) {
        insert(
                "reconciliation_finding",
                "finding_id",
                id,
                "code",
                code,
                "severity",
                "error",
                "state",
                state,
                "payment_id",
                payment,
                "expected",
                1099L,
                "actual",
                999L,
                "currency",
                "jpy",
                "first_seen",
                seen,
                "last_seen",
                seen);
    }

    void run(String id, Instant at) {
        insert(
                "reconciliation_run",
                "run_id",
                id,
                "trigger_by",
                "timer",
                "started_at",
                at,
                "finished_at",
                at.plusSeconds(3),
                "payments",
                5L,
                "charges",
                6L,
                "findings",
                1L,
                "outcome",
                "done");
    }

    private void insert(String table, @Nullable Object... namesAndValues) {
        int columns = namesAndValues.length / 2;
        String[] names = new String[columns];
        @Nullable Object[] values = new @Nullable Object[columns];
        for (int i = 0; i < columns; i++) {
            names[i] = String.valueOf(namesAndValues[2 * i]);
            Object value = namesAndValues[2 * i + 1];
            values[i] = value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value;
        }
        database.jdbc()
                .update(
                        "INSERT INTO " + table + " (" + String.join(", ", names) + ") VALUES ("
                                + Arrays.stream(names).map(n -> "?").collect(Collectors.joining(", ")) + ")",
                        values);
    }
}
