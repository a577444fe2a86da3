package io.payroutes.reconciliation;

import io.payroutes.payment.PayoutChange;
import io.payroutes.store.Row;
import io.payroutes.store.Table;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** The payouts as they are known, by events and by asking, and whether each adds up. */
final class PayoutBooks {
    /** How far along a payout is; what is final for all we know comes last. */
    private static final List<String> LIFE = List.of("pending", "in_transit", "paid", "canceled", "failed");

    private final JdbcOperations jdbc;
    private final Table payouts;
    private final KeptFindings kept;
    private final FindingRegister register;

    PayoutBooks(JdbcOperations jdbc) {
        this.jdbc = jdbc;
        this.payouts = new Table(jdbc, "payout", "payout_id");
        this.kept = new KeptFindings(jdbc);
        this.register = new FindingRegister(jdbc);
    }

    /** Keeps what an event tells, in whatever order events come: a payout goes forward only. */
    void keep(PayoutChange change, Instant now) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("payout_id", change.payoutId());
        row.put("amount", change.amount());
        row.put("currency", change.currency());
        row.put("status", change.status());
        row.put("automatic", change.automatic());
        row.put("reconciliation_status", change.reconciliationStatus());
        row.put("failure_code", change.failureCode());
        row.put("created_at", change.createdAt());
        row.put("read_at", now);
        if (!payouts.insertNew(row)) {
            Row before = payouts.lock(change.payoutId()).orElseThrow();
            Map<String, @Nullable Object> newer = new LinkedHashMap<>();
            if (rank(change.status()) > rank(before.text("status"))) {
                newer.put("status", change.status());
                newer.put("failure_code", change.failureCode());
            }
            if ("completed".equals(change.reconciliationStatus())) {
                newer.put("reconciliation_status", "completed");
            }
            if (!newer.isEmpty()) {
                payouts.update(change.payoutId(), newer);
            }
        }
        if ("paid".equals(change.status())) {
            sawPaid(jdbc, change.payoutId(), now);
        }
    }

    /** Remembers the first time that Stripe called it paid. */
    static void sawPaid(JdbcOperations jdbc, String payoutId, Instant at) {
        jdbc.update(
                "UPDATE payout SET paid_seen_at = ? WHERE payout_id = ? AND paid_seen_at IS NULL",
                Row.parameter(at),
                payoutId);
    }

    private static int rank(@Nullable String status) {
        return status == null ? -1 : LIFE.indexOf(status);
    }

    /** Checks one payout as far as it is known, in the transaction of the caller. */
    List<Finding> check(String payoutId, Instant now) {
        List<Finding> found = payouts.find(payoutId)
                .map(PayoutCheck.Payout::of)
                .map(known -> PayoutCheck.of(known, sum(known)))
                .orElse(List.of());
        List<String> ids = PayoutCheck.idsOf(payoutId);
        Map<String, RecordedFinding> before = kept.ofIds(ids);
        register.keep(ids.stream().map(before::get).filter(Objects::nonNull).toList(), found, now);
        return found;
    }

    private PayoutCheck.Sum sum(PayoutCheck.Payout payout) {
        Row row = Row.of(jdbc.queryForMap(
                "SELECT COALESCE(SUM(b.net), 0) AS net, COALESCE(SUM(b.amount - b.fee), 0) AS meant,"
                        + " COUNT(CASE WHEN b.currency <> ? THEN 1 END) AS others FROM payout_line l"
                        + " JOIN balance_transaction b ON b.balance_transaction_id = l.balance_transaction_id"
                        // The line that takes the payout itself from the balance, or puts it back, is no part of it.
                        + " WHERE l.payout_id = ? AND (b.source_id <> ? OR (b.source_id IS NULL"
                        + " AND b.reporting_category NOT IN ('payout', 'payout_reversal')))",
                payout.currency(),
                payout.id(),
                payout.id()));
        return new PayoutCheck.Sum(row.mustNumber("net"), row.mustNumber("meant"), row.mustNumber("others"));
    }
}
