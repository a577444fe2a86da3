package io.payroutes.inbox;

import io.payroutes.store.NoSuchRecordException;
import io.payroutes.store.PageQuery;
import io.payroutes.store.PageQuery.Equality;
import io.payroutes.store.PageQuery.Filter;
import io.payroutes.store.PageQuery.Part;
import io.payroutes.store.Resource;
import io.payroutes.store.Row;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** The events as the API shows them. */
public final class EventQueries {
    private static final String COLUMNS = "event_id, event_type AS type, api_version, account, object_id, livemode,"
            + " created_at, received_at, state, due_at, attempts, done_at, reason";

    /** Word for word as the indexes have it that only what is done is in. */
    static final String DONE = "state <> 'received'";

    private static final String WAITING = "state = 'received' AND due_at IS NOT NULL";
    private static final Equality WAITS = new Equality("state", EventState.RECEIVED.wireName());

    private final JdbcOperations jdbc;
    private final PageQuery list;

    public EventQueries(JdbcOperations jdbc) {
        List<String> states =
                Arrays.stream(EventState.values()).map(EventState::wireName).toList();
        this.jdbc = jdbc;
        this.list = new PageQuery(
                        jdbc,
                        "stripe_event",
                        COLUMNS,
                        "received_at",
                        "event_id",
                        Map.of(
                                "state",
                                Filter.oneOf("state", states),
                                "type",
                                Filter.equal("event_type"),
                                "object",
                                Filter.equal("object_id")))
                .indexedTogether("type", "state", states)
                .inParts(List.of(
                        new Part(DONE, equalities -> !equalities.contains(WAITS)),
                        new Part(
                                WAITING,
                                equalities -> equalities.stream()
                                        .filter(e -> e.column().equals(WAITS.column()))
                                        .allMatch(WAITS::equals))));
    }

    public Map<String, @Nullable Object> list(@Variable("parameters") Map<String, String> parameters) {
        return list.page(parameters, EventQueries::event);
    }

    /** One event with its payload, as Stripe sent it. */
    public Map<String, @Nullable Object> one(
            @Variable("id") String id, @Variable("parameters") Map<String, String> parameters) {
        PageQuery.none(parameters);
        Row row = jdbc.queryForList("SELECT " + COLUMNS + ", payload FROM stripe_event WHERE event_id = ?", id).stream()
                .findFirst()
                .map(Row::of)
                .orElseThrow(() -> new NoSuchRecordException("event"));
        Map<String, @Nullable Object> event = event(row);
        event.put("payload", Resource.json(row.text("payload")));
        return event;
    }

    /**
     * Says what a replay did.
     *
     * @param before what {@link Inbox#replay} answered
     */
    public Map<String, @Nullable Object> replayed(@Variable("id") String id, @Body Optional<EventState> before) {
        EventState state = before.orElseThrow(() -> new NoSuchRecordException("event"));
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("object", "event");
        answer.put("id", id);
        answer.put("previous_state", state.wireName());
        answer.put("state", EventState.RECEIVED.wireName());
        answer.put("attempts", 0);
        return answer;
    }

    private static Map<String, @Nullable Object> event(Row row) {
        return Resource.of("event", "event_id", row);
    }
}
