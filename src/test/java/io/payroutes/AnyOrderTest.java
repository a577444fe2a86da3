package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.payroutes.demo.Expectation;
import io.payroutes.demo.History;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripeHistories;
import io.payroutes.inbox.InboxWriter;
import io.payroutes.webhook.EventEnvelope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Law 2: whatever the order, however often and by however many workers and nodes, the same set of events ends in the same
 * ledger, the same fulfilments and the same mails.
 */
@OnEachDatabase
class AnyOrderTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PAYMENTS = Integer.getInteger("order.payments", 40);
    private static final int ORDERS = Integer.getInteger("order.orders", 2);
    private static final long FIRST_SEED = Long.getLong("order.seed", 1);
    private static final int SEEDS = Integer.getInteger("order.seeds", 3);
    private static final int WORKERS = 6;

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(Instant.parse("2027-01-01T00:00:00Z"));

    AnyOrderTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void endsInTheSameStateWhateverTheOrder() throws Exception {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            StripeHistories histories = StripeHistories.generate(seed, PAYMENTS);
            Map<String, List<String>> orderly = endState(histories.events(), 1);
            for (Expectation expected : histories.expectations()) {
                isMet(expected);
            }
            for (long order = 1; order <= ORDERS; order++) {
                List<StripeEvent> permuted = histories.permuted(order);
                String difference = difference(orderly, endState(permuted, WORKERS));
                assertThat(difference.isEmpty() ? "" : difference + shortest(histories, permuted))
                        .as("seed %d in order %d", seed, order)
                        .isEmpty();
            }
        }
    }

    @Test
    void aFailureIsTracedToThePaymentThatFailsByItself() throws Exception {
        StripeHistories histories = StripeHistories.generate(3, 6);
        String culprit = histories.histories().get(4).expectation().payment();
        List<History> left = shrunk(
                histories.histories(),
                some -> some.stream().anyMatch(h -> h.expectation().payment().equals(culprit)));
        assertThat(left).hasSize(1);
        assertThat(left.get(0).expectation().payment()).isEqualTo(culprit);
    }

    private static String difference(Map<String, List<String>> orderly, Map<String, List<String>> permuted) {
        StringBuilder difference = new StringBuilder();
        orderly.forEach((what, rows) -> {
            List<String> missing = new ArrayList<>(rows);
            permuted.get(what).forEach(missing::remove);
            List<String> added = new ArrayList<>(permuted.get(what));
            rows.forEach(added::remove);
            if (!missing.isEmpty() || !added.isEmpty()) {
                difference.append("%n%s: missing %s, instead %s".formatted(what, missing, added));
            }
        });
        return difference.toString();
    }

    /** The fewest payments that still end differently in this order, and the events that they take. */
    private String shortest(StripeHistories histories, List<StripeEvent> permuted) throws Exception {
        List<History> left = shrunk(histories.histories(), some -> {
            StripeHistories fewer = new StripeHistories(some);
            return !difference(endState(fewer.events(), 1), endState(of(some, permuted), WORKERS))
                    .isEmpty();
        });
        return of(left, permuted).stream()
                .map(event -> event.created() + " " + event.type() + " "
                        + event.json().replaceAll("\\s*\n\\s*", " "))
                .collect(Collectors.joining("\n", "\nThis is enough, in this order:\n", ""));
    }

    private static List<StripeEvent> of(List<History> some, List<StripeEvent> events) {
        Set<String> ids = some.stream()
                .flatMap(history -> history.events().stream())
                .map(StripeEvent::id)
                .collect(Collectors.toSet());
        return events.stream().filter(event -> ids.contains(event.id())).toList();
    }

    /** Leaves out what is not needed to fail, first much and then little at a time. */
    private static <T> List<T> shrunk(List<T> all, Failing<T> failing) throws Exception {
        List<T> left = all;
        for (int chunk = Math.max(1, all.size() / 2); chunk >= 1; chunk /= 2) {
            int from = 0;
            while (from < left.size() && left.size() > 1) {
                List<T> fewer = new ArrayList<>(left);
                fewer.subList(from, Math.min(from + chunk, fewer.size())).clear();
                if (!fewer.isEmpty() && failing.test(fewer)) {
                    left = fewer;
                } else {
                    from += chunk;
                }
            }
        }
        return left;
    }

    private interface Failing<T> {
        boolean test(List<T> some) throws Exception;
    }

    private Map<String, List<String>> endState(List<StripeEvent> events, int workers) throws Exception {
        database.clear();
        // Several nodes need PostgreSQL.
        boolean isShared = workers > 1 && database.kind() == TestDatabase.Kind.POSTGRESQL;
        try (RunningPayroutes node = node(workers);
                RunningPayroutes other = isShared ? node(workers) : null) {
            List<CompletableFuture<?>> accepted = new ArrayList<>();
            for (StripeEvent event : events) {
                RunningPayroutes one = other == null || accepted.size() % 2 == 0 ? node : other;
                accepted.add(one.bean("intake", InboxWriter.class).accept(EventEnvelope.parse(event.body())));
                if (workers == 1) {
                    accepted.get(accepted.size() - 1).join();
                }
            }
            CompletableFuture.allOf(accepted.toArray(CompletableFuture[]::new)).join();
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                clock.advance(Duration.ofMillis(100)); // what is tried again need not wait for real
                return database.jdbc()
                        .queryForList("SELECT event_id FROM stripe_event WHERE due_at IS NOT NULL"
                                + " UNION ALL SELECT payment_id FROM payment WHERE check_at IS NOT NULL")
                        .isEmpty();
            });
            assertThat(rows("SELECT event_type, state, reason FROM stripe_event WHERE state IN ('parked', 'dead')"))
                    .isEmpty();
            Map<String, List<String>> state = new TreeMap<>();
            state.put("payments", rows("SELECT * FROM payment"));
            state.put("time lines", rows("SELECT * FROM payment_transition"));
            state.put("charges", rows("SELECT * FROM charge"));
            state.put("refunds", rows("SELECT * FROM refund"));
            state.put("disputes", rows("SELECT * FROM dispute"));
            // Not what is capturable: that is told only while it is true.
            state.put(
                    "messages",
                    database
                            .jdbc()
                            .queryForList("SELECT delivery_id, payload FROM delivery WHERE kind <> 'payment.capturable'"
                                    + " AND delivery_id NOT LIKE '%_payment_canceled'")
                            .stream()
                            .map(row -> row.get("delivery_id") + " " + withoutTime(String.valueOf(row.get("payload"))))
                            .toList());
            return state;
        }
    }

    private RunningPayroutes node(int workers) {
        return RunningPayroutes.on(database)
                .bind("clock", clock)
                .with("inbox.workers", workers)
                .with("reconciliation.first-sweep", "1h")
                .start();
    }

    private void isMet(Expectation expected) {
        Map<String, Object> payment = database.jdbc()
                .queryForMap("SELECT status, failed_attempts FROM payment WHERE payment_id = ?", expected.payment());
        assertThat(payment.get("status")).as(expected.payment()).isEqualTo(expected.status());
        assertThat(payment.get("failed_attempts")).as(expected.payment()).isEqualTo(expected.failedAttempts());
        assertThat(messages(expected.payment(), "fulfillment.requested")).isEqualTo(expected.paid() ? 1 : 0);
        assertThat(messages(expected.payment(), "payment-confirmed")).isEqualTo(expected.paid() ? 1 : 0);
        assertThat(messages(expected.payment(), "payment-failed")).isEqualTo(expected.failedAttempts());
        if (expected.fullyRefunded()) {
            assertThat(messages(expected.payment(), "fulfillment.canceled")).isPositive();
        }
    }

    private int messages(String payment, String kind) {
        Integer count = database.jdbc()
                .queryForObject(
                        "SELECT COUNT(*) FROM delivery WHERE payment_id = ? AND kind = ?",
                        Integer.class,
                        payment,
                        kind);
        return count == null ? 0 : count;
    }

    /** When a follow-up happened is told by the first event of it that came. */
    private static String withoutTime(String payload) {
        try {
            ObjectNode message = (ObjectNode) JSON.readTree(payload);
            message.remove("time");
            return message.toString();
        } catch (java.io.IOException e) {
            throw new IllegalStateException(payload, e);
        }
    }

    private List<String> rows(String sql) {
        return database.jdbc().queryForList(sql).stream().map(Object::toString).toList();
    }
}
