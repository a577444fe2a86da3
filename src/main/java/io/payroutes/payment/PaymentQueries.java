package io.payroutes.payment;

import io.payroutes.store.NoSuchRecordException;
import io.payroutes.store.PageQuery;
import io.payroutes.store.PageQuery.Equality;
import io.payroutes.store.PageQuery.Filter;
import io.payroutes.store.Resource;
import io.payroutes.store.Row;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** The payments as the API shows them. What only orders snapshots (the columns version_…) stays inside. */
public final class PaymentQueries {
    private static final String COLUMNS =
            "payment_id, status, payment_status, amount, amount_capturable, amount_received, amount_remaining, currency,"
                    + " capture_method, payment_method_type, next_action_type, cancellation_reason, failure_code,"
                    + " decline_code, attempt_failed, failed_attempts, latest_charge_id, customer_id, receipt_email, order_ref,"
                    + " description, livemode, account, created_at, paid_at";

    private final JdbcOperations jdbc;
    private final PageQuery list;

    public PaymentQueries(JdbcOperations jdbc) {
        this.jdbc = jdbc;
        this.list = new PageQuery(
                jdbc,
                "payment",
                COLUMNS,
                "created_at",
                "payment_id",
                Map.of(
                        "status",
                        Filter.oneOf(
                                "status",
                                Stream.of(PaymentIntentStatus.values())
                                        .map(PaymentIntentStatus::wireName)
                                        .toList()),
                        "payment_status",
                        Filter.oneOf(
                                "payment_status",
                                Stream.of(PaymentStatus.values())
                                        .map(PaymentStatus::label)
                                        .toList()),
                        "order",
                        Filter.equal("order_ref"),
                        "customer",
                        (name, value) ->
                                new Equality(value.indexOf('@') < 0 ? "customer_id" : "receipt_email", value)));
    }

    public Map<String, @Nullable Object> list(@Variable("parameters") Map<String, String> parameters) {
        return list.page(parameters, row -> Resource.of("payment", "payment_id", row));
    }

    /** One payment with its time line and its charges, refunds and disputes. */
    public Map<String, @Nullable Object> one(
            @Variable("id") String id, @Variable("parameters") Map<String, String> parameters) {
        PageQuery.none(parameters);
        Row row = rows("SELECT " + COLUMNS + " FROM payment WHERE payment_id = ?", id).stream()
                .findFirst()
                .orElseThrow(() -> new NoSuchRecordException("payment"));
        Map<String, @Nullable Object> payment = Resource.of("payment", "payment_id", row);
        payment.put(
                "time_line",
                rows(
                                "SELECT occurred_at, event_type, object_id, status, amount, currency, detail"
                                        + " FROM payment_transition WHERE payment_id = ?"
                                        + " ORDER BY occurred_at, change_rank, change_key",
                                id)
                        .stream()
                        .map(Resource::part)
                        .toList());
        payment.put("charges", parts("charge", "charge_id", id));
        payment.put("refunds", parts("refund", "refund_id", id));
        payment.put("disputes", parts("dispute", "dispute_id", id));
        return payment;
    }

    /** A SetupIntent: a payment method that is saved for later. */
    public Map<String, @Nullable Object> setupIntent(
            @Variable("id") String id, @Variable("parameters") Map<String, String> parameters) {
        PageQuery.none(parameters);
        return rows("SELECT * FROM setup_intent WHERE setup_intent_id = ?", id).stream()
                .findFirst()
                .map(row -> visible(Resource.of("setup_intent", "setup_intent_id", row)))
                .orElseThrow(() -> new NoSuchRecordException("setup intent"));
    }

    private List<Map<String, @Nullable Object>> parts(String table, String key, String paymentId) {
        return rows("SELECT * FROM " + table + " WHERE payment_id = ? ORDER BY created_at, " + key, paymentId).stream()
                .map(row -> visible(Resource.of(table, key, row)))
                .toList();
    }

    private static Map<String, @Nullable Object> visible(Map<String, @Nullable Object> resource) {
        resource.keySet().removeIf(name -> name.startsWith("version_"));
        return resource;
    }

    private List<Row> rows(String sql, String id) {
        return jdbc.queryForList(sql, id).stream().map(Row::of).toList();
    }
}
