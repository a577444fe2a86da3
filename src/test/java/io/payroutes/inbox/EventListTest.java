package io.payroutes.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.OnEachDatabase;
import io.payroutes.TestDatabase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The API's list of events, of one type and in one state. */
@OnEachDatabase
class EventListTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    private final TestDatabase database;

    EventListTest(TestDatabase database) {
        this.database = database;
        database.clear();
    }

    @Test
    void allOfATypeComeNewestFirstAndOnceWhateverTheirStates() {
        EventState[] states = EventState.values();
        for (int i = 0; i < 23; i++) {
            event("evt_%02d".formatted(i), "charge.updated", states[i % states.length], i / 2);
            event("evt_other_%02d".formatted(i), "payout.paid", states[i % states.length], i / 2);
        }
        List<String> expected = IntStream.range(0, 23)
                .mapToObj(i -> "evt_%02d".formatted(22 - i))
                .toList();
        for (int limit : List.of(1, 4, 23, 100)) {
            assertThat(allPages(Map.of("type", "charge.updated", "limit", Integer.toString(limit))))
                    .isEqualTo(expected);
        }
        assertThat(allPages(Map.of("type", "charge.updated", "state", "parked", "limit", "2")))
                .containsExactly("evt_18", "evt_13", "evt_08", "evt_03");
        assertThat(allPages(Map.of("type", "charge.updated", "object", "obj_18")))
                .containsExactly("evt_18");
        assertThat(allPages(Map.of(
                        "type",
                        "charge.updated",
                        "from",
                        START.plusSeconds(3).toString(),
                        "to",
                        START.plusSeconds(5).toString())))
                .containsExactly("evt_09", "evt_08", "evt_07", "evt_06");
        assertThat(allPages(Map.of("type", "nothing.of_the_kind"))).isEmpty();
    }

    @Test
    void whatWaitsAndWhatIsDoneComeTogetherInOneOrder() {
        EventState[] states = EventState.values();
        for (int i = 0; i < 17; i++) {
            event("evt_%02d".formatted(i), "charge.updated", states[i % states.length], i / 3);
        }
        List<String> expected = IntStream.range(0, 17)
                .mapToObj(i -> "evt_%02d".formatted(16 - i))
                .toList();
        for (int limit : List.of(1, 3, 17, 100)) {
            assertThat(allPages(Map.of("limit", Integer.toString(limit)))).isEqualTo(expected);
        }
        for (EventState state : states) {
            assertThat(allPages(Map.of("state", state.wireName(), "limit", "2")))
                    .isEqualTo(expected.stream()
                            .filter(id -> states[Integer.parseInt(id.substring(4)) % states.length] == state)
                            .toList());
        }
        assertThat(allPages(Map.of("object", "obj_05"))).containsExactly("evt_05");
        assertThat(allPages(Map.of("object", "obj_06", "state", states[6 % states.length].wireName())))
                .containsExactly("evt_06");
        assertThat(allPages(Map.of("object", "obj_06", "state", states[7 % states.length].wireName())))
                .isEmpty();
    }

    private void event(String id, String type, EventState state, int second) {
        database.jdbc()
                .update(
                        "INSERT INTO stripe_event (event_id, event_type, object_id, received_at, state, due_at, attempts, payload)"
                                + " VALUES (?, ?, ?, ?, ?, ?, 1, '{}')",
                        id,
                        type,
                        "obj_" + id.replaceAll("\\D", ""),
                        START.plusSeconds(second).atOffset(ZoneOffset.UTC),
                        state.wireName(),
                        state == EventState.RECEIVED ? START.atOffset(ZoneOffset.UTC) : null);
    }

    private List<String> allPages(Map<String, String> parameters) {
        EventQueries queries = new EventQueries(database.jdbc());
        List<String> ids = new ArrayList<>();
        Map<String, String> asked = new TreeMap<>(parameters);
        while (true) {
            Map<String, ?> page = queries.list(asked);
            for (Object event : (List<?>) page.get("data")) {
                ids.add((String) ((Map<?, ?>) event).get("id"));
            }
            Object next = page.get("next");
            if (next == null) {
                return ids;
            }
            asked.put("after", (String) next);
        }
    }
}
