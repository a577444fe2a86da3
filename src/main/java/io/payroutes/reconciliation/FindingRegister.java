package io.payroutes.reconciliation;

import io.payroutes.store.Row;
import io.payroutes.store.Table;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Keeps the findings: one row for a difference, however often it is found. */
final class FindingRegister {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

    private final JdbcOperations jdbc;
    private final Table table;

    FindingRegister(JdbcOperations jdbc) {
        this.jdbc = jdbc;
        this.table = new Table(jdbc, "reconciliation_finding", "finding_id");
    }

    List<RecordedFinding> open() {
        return read("SELECT * FROM reconciliation_finding WHERE state = 'open' ORDER BY first_seen, finding_id");
    }

    /**
     * Brings what is kept about one subject up to date with what was found about it.
     *
     * @param kept everything that is kept about the subject
     * @param found everything that is different about it now
     */
    void keep(List<RecordedFinding> kept, List<Finding> found, Instant now) {
        Map<String, RecordedFinding> gone =
                kept.stream().collect(Collectors.toMap(k -> k.finding().id(), k -> k));
        for (Finding finding : found) {
            keep(finding, Optional.ofNullable(gone.remove(finding.id())), now);
        }
        for (RecordedFinding finding : gone.values()) {
            if (finding.state() == FindingState.OPEN) {
                table.update(
                        finding.finding().id(), Map.of("state", FindingState.RESOLVED.wireName(), "resolved_at", now));
            }
        }
    }

    private void keep(Finding finding, Optional<RecordedFinding> kept, Instant now) {
        Map<String, @Nullable Object> values = values(finding, now);
        if (kept.isEmpty()) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>(values);
            row.put("finding_id", finding.id());
            row.put("first_seen", now);
            if (table.insertNew(row)) {
                announce(finding);
                return;
            }
            // Somebody was faster, or it was kept under another payment.
        }
        RecordedFinding before =
                kept.or(() -> table.lock(finding.id()).map(RecordedFinding::of)).orElseThrow();
        switch (before.state()) {
            case OPEN -> table.update(finding.id(), values);
            case RESOLVED -> {
                values.put("notified_at", null);
                table.update(finding.id(), values);
                announce(finding);
            }
            case EXPLAINED -> {
                if (isSame(before.finding(), finding)) {
                    // What a person explained is theirs; that it is still there is all we say.
                    table.update(finding.id(), Map.of("last_seen", now));
                } else {
                    // Other amounts are another difference than the one that was explained.
                    values.put("notified_at", null);
                    table.update(finding.id(), values);
                    announce(finding);
                }
            }
        }
    }

    private static boolean isSame(Finding one, Finding other) {
        return Objects.equals(one.expected(), other.expected())
                && Objects.equals(one.actual(), other.actual())
                && Objects.equals(one.currency(), other.currency());
    }

    private static Map<String, @Nullable Object> values(Finding finding, Instant now) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("code", finding.code().wireName());
        values.put("severity", finding.code().severity().wireName());
        values.put("state", FindingState.OPEN.wireName());
        values.put("payment_id", finding.paymentId());
        values.put("charge_id", finding.chargeId());
        values.put("order_ref", finding.orderRef());
        values.put("expected", finding.expected());
        values.put("actual", finding.actual());
        values.put("currency", finding.currency());
        values.put("other", finding.other());
        values.put("last_seen", now);
        values.put("resolved_at", null);
        values.put("explained_by", null);
        values.put("explained_at", null);
        values.put("explanation", null);
        return values;
    }

    /** Says it once it is true: a transaction that is undone has found nothing. */
    private static void announce(Finding finding) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            LOG.warn("{}", finding);
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                LOG.warn("{}", finding);
            }
        });
    }

    private List<RecordedFinding> read(String sql, Object... parameters) {
        return jdbc.queryForList(sql, parameters).stream()
                .map(Row::of)
                .map(RecordedFinding::of)
                .toList();
    }
}
