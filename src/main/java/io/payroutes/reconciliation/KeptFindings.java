package io.payroutes.reconciliation;

import io.payroutes.reconciliation.FindingCode.Check;
import io.payroutes.store.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcOperations;

/** What is kept about many subjects, as far as a check that looks at them now can say that it is gone. */
final class KeptFindings {
    private final JdbcOperations jdbc;

    KeptFindings(JdbcOperations jdbc) {
        this.jdbc = jdbc;
    }

    /** By payment; findings about a charge from before it named its payment belong to the payment, too. */
    Map<String, List<RecordedFinding>> ofPayments(Collection<String> paymentIds, Set<Check> checks) {
        Map<String, List<RecordedFinding>> kept = new HashMap<>();
        for (Row row : ManyIds.rows(
                jdbc,
                "SELECT f.*, f.payment_id AS owner FROM reconciliation_finding f WHERE f.payment_id IN (%s)"
                        + " UNION ALL SELECT f.*, c.payment_id FROM reconciliation_finding f"
                        + " JOIN charge c ON c.charge_id = f.charge_id"
                        + " WHERE c.payment_id IN (%s) AND f.payment_id IS NULL",
                paymentIds)) {
            RecordedFinding finding = RecordedFinding.of(row);
            if (checks.contains(finding.finding().code().check())) {
                kept.computeIfAbsent(row.mustText("owner"), owner -> new ArrayList<>())
                        .add(finding);
            }
        }
        return kept;
    }

    /** About a charge that names no payment. */
    List<RecordedFinding> ofLoneCharge(String chargeId, Set<Check> checks) {
        return of(
                "SELECT * FROM reconciliation_finding WHERE charge_id IN (%s) AND payment_id IS NULL",
                List.of(chargeId), checks);
    }

    /** Those that are kept under one of these ids. */
    Map<String, RecordedFinding> ofIds(Collection<String> findingIds) {
        Map<String, RecordedFinding> kept = new HashMap<>();
        of("SELECT * FROM reconciliation_finding WHERE finding_id IN (%s)", findingIds, Set.of(Check.values()))
                .forEach(finding -> kept.put(finding.finding().id(), finding));
        return kept;
    }

    private List<RecordedFinding> of(String sql, Collection<String> ids, Set<Check> checks) {
        return ManyIds.rows(jdbc, sql, ids).stream()
                .map(RecordedFinding::of)
                .filter(finding -> checks.contains(finding.finding().code().check()))
                .toList();
    }
}
