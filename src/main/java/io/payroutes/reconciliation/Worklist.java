package io.payroutes.reconciliation;

import io.payroutes.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * What a sweep has to check again: what has an open finding, what the ERP has refused for good, and what changed since
 * the last sweep or whose grace ran out since then. All of it is found by index, so that the history costs nothing.
 */
final class Worklist {
    private static final String DELIVERED_ABOUT = "SELECT payment_id FROM delivery WHERE payment_id > ?"
            + " AND destination = 'erp' AND kind IN ('fulfillment.requested', 'fulfillment.canceled')";
    private static final List<String> PAYMENTS_AT_ANY_TIME = List.of(
            "SELECT payment_id FROM reconciliation_finding WHERE payment_id > ? AND state = 'open'",
            DELIVERED_ABOUT + " AND state = 'dead'");
    private static final List<String> PAYMENTS_OF_A_TIME = List.of(
            "SELECT payment_id FROM payment WHERE payment_id > ? AND paid_at > ? AND paid_at <= ?",
            "SELECT payment_id FROM payment_transition WHERE payment_id > ? AND occurred_at > ? AND occurred_at <= ?",
            "SELECT payment_id FROM charge WHERE payment_id > ? AND created_at > ? AND created_at <= ?",
            DELIVERED_ABOUT + " AND created_at > ? AND created_at <= ?");
    private static final List<String> CHARGES_AT_ANY_TIME =
            List.of("SELECT charge_id FROM reconciliation_finding WHERE charge_id > ? AND state = 'open'"
                    + " AND payment_id IS NULL");
    private static final List<String> CHARGES_OF_A_TIME = List.of("SELECT charge_id FROM charge WHERE charge_id > ?"
            + " AND payment_id IS NULL AND created_at > ? AND created_at <= ?");

    private final JdbcOperations jdbc;
    private final List<Times> times;
    private final int atOnce;

    /**
     * @param graces the ages at which a check may find what it did not find before
     * @param since when the last sweep looked
     * @param until when this one does
     * @param atOnce most ids in one answer
     */
    Worklist(JdbcOperations jdbc, Collection<Duration> graces, Instant since, Instant until, int atOnce) {
        this.jdbc = jdbc;
        this.times = Stream.concat(Stream.of(Duration.ZERO), graces.stream())
                .distinct()
                .map(grace -> new Times(Row.parameter(since.minus(grace)), Row.parameter(until.minus(grace))))
                .toList();
        this.atOnce = atOnce;
    }

    /** The next payments, by id. */
    List<String> paymentsAfter(String paymentId) {
        return next(PAYMENTS_AT_ANY_TIME, PAYMENTS_OF_A_TIME, paymentId);
    }

    /** The next charges that name no payment, by id. */
    List<String> chargesAfter(String chargeId) {
        return next(CHARGES_AT_ANY_TIME, CHARGES_OF_A_TIME, chargeId);
    }

    private List<String> next(List<String> atAnyTime, List<String> ofATime, String after) {
        List<String> selects = new ArrayList<>();
        List<@Nullable Object> parameters = new ArrayList<>();
        for (String select : atAnyTime) {
            selects.add(select);
            parameters.add(after);
        }
        for (Times time : times) {
            for (String select : ofATime) {
                selects.add(select);
                parameters.add(after);
                parameters.add(time.since());
                parameters.add(time.until());
            }
        }
        parameters.add(atOnce);
        String sql = selects.stream().collect(Collectors.joining(" UNION ", "SELECT * FROM (", ") AS due ORDER BY 1"));
        return jdbc.queryForList(sql + " LIMIT ?", String.class, parameters.toArray());
    }

    /** After {@code since}, and no later than {@code until}. */
    private record Times(
            @Nullable OffsetDateTime since, @Nullable OffsetDateTime until) {}
}
