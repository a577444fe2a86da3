package io.payroutes.delivery;

import io.payroutes.store.NoSuchRecordException;
import io.payroutes.store.PageQuery;
import io.payroutes.store.PageQuery.Filter;
import io.payroutes.store.Resource;
import io.payroutes.store.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** The deliveries as the API shows them. */
public final class DeliveryQueries {
    private static final String COLUMNS =
            "delivery_id, destination, kind, payment_id, order_ref, sequence, state, due_at,"
                    + " attempts, created_at, first_attempt_at, done_at, reason, recipient";

    private final JdbcOperations jdbc;
    private final Map<Destination, String> missing;
    private final PageQuery list;

    /** @param missing by destination: the setting without which its deliveries wait */
    public DeliveryQueries(JdbcOperations jdbc, Map<Destination, String> missing) {
        List<String> destinations =
                Stream.of(Destination.values()).map(Destination::wireName).toList();
        this.jdbc = jdbc;
        this.missing = Map.copyOf(missing);
        this.list = new PageQuery(
                        jdbc,
                        "delivery",
                        COLUMNS,
                        "created_at",
                        "delivery_id",
                        Map.of(
                                "state",
                                        Filter.oneOf(
                                                "state",
                                                Stream.of(DeliveryState.values())
                                                        .map(DeliveryState::wireName)
                                                        .toList()),
                                "destination", Filter.oneOf("destination", destinations),
                                "payment", Filter.equal("payment_id"),
                                "order", Filter.equal("order_ref")))
                .indexedTogether("state", "destination", destinations);
    }

    public Map<String, @Nullable Object> list(@Variable("parameters") Map<String, String> parameters) {
        return list.page(parameters, this::delivery);
    }

    /** One delivery with what it carries and every attempt. */
    public Map<String, @Nullable Object> one(
            @Variable("id") String id, @Variable("parameters") Map<String, String> parameters) {
        PageQuery.none(parameters);
        Row row = rows("SELECT " + COLUMNS + ", payload FROM delivery WHERE delivery_id = ?", id).stream()
                .findFirst()
                .orElseThrow(() -> new NoSuchRecordException("delivery"));
        Map<String, @Nullable Object> delivery = delivery(row);
        delivery.put("payload", Resource.json(row.text("payload")));
        delivery.put("attempt_log", attempts(id));
        return delivery;
    }

    /** Adds to a payment what went out for it, and how. */
    public Map<String, @Nullable Object> addTo(@Body Map<String, @Nullable Object> payment) {
        List<Map<String, @Nullable Object>> deliveries = rows(
                        "SELECT " + COLUMNS
                                + " FROM delivery WHERE payment_id = ? ORDER BY created_at, destination, sequence",
                        String.valueOf(payment.get("id")))
                .stream()
                .map(row -> {
                    Map<String, @Nullable Object> delivery = delivery(row);
                    delivery.put("attempt_log", attempts(row.mustText("delivery_id")));
                    return delivery;
                })
                .toList();
        payment.put("deliveries", deliveries);
        return payment;
    }

    /**
     * Says what a retry did.
     *
     * @param before the state that the delivery was in; empty if there is no such delivery
     */
    public Map<String, @Nullable Object> retried(@Variable("id") String id, @Body Optional<DeliveryState> before) {
        String state =
                before.orElseThrow(() -> new NoSuchRecordException("delivery")).wireName();
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("object", "delivery");
        answer.put("id", id);
        answer.put("previous_state", state);
        answer.put("state", DeliveryState.PENDING.wireName());
        answer.put("attempts", 0);
        return answer;
    }

    private Map<String, @Nullable Object> delivery(Row row) {
        Map<String, @Nullable Object> delivery = Resource.of("delivery", "delivery_id", row);
        String setting = missing.get(Destination.of(row.mustText("destination")));
        // due_at is null when it is done, whatever the state is called.
        delivery.put("waiting_for", setting == null || row.time("due_at") == null ? null : setting + " is not set");
        return delivery;
    }

    private List<Map<String, @Nullable Object>> attempts(String deliveryId) {
        return rows("SELECT * FROM delivery_attempt WHERE delivery_id = ? ORDER BY attempted_at, attempt", deliveryId)
                .stream()
                .map(row -> Resource.part(row, "delivery_id"))
                .toList();
    }

    private List<Row> rows(String sql, String id) {
        return jdbc.queryForList(sql, id).stream().map(Row::of).toList();
    }
}
