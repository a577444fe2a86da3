package io.payroutes.reconciliation;

import io.payroutes.store.NoSuchRecordException;
import io.payroutes.store.PageQuery;
import io.payroutes.store.PageQuery.Filter;
import io.payroutes.store.Resource;
import io.payroutes.store.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** The reconciliation as the API shows it. */
public final class FindingQueries {
    static final String FINDING = "finding_id, code, severity, state, payment_id, charge_id, order_ref, expected,"
            + " actual, currency, other, first_seen, last_seen, resolved_at, explained_by, explained_at, explanation";
    static final String RUN =
            "run_id, trigger_by, started_at, finished_at, span_from, span_to, currency, step, payments,"
                    + " charges, refunds, disputes, lines, payouts, findings, outcome, reason";

    private final JdbcOperations jdbc;
    private final PageQuery findings;
    private final PageQuery runs;

    public FindingQueries(JdbcOperations jdbc) {
        this.jdbc = jdbc;
        this.findings = new PageQuery(
                jdbc,
                "reconciliation_finding",
                FINDING,
                "first_seen",
                "finding_id",
                Map.of(
                        "state",
                                Filter.oneOf(
                                        "state",
                                        Stream.of(FindingState.values())
                                                .map(FindingState::wireName)
                                                .toList()),
                        "code",
                                Filter.oneOf(
                                        "code",
                                        Stream.of(FindingCode.values())
                                                .map(FindingCode::wireName)
                                                .toList()),
                        "payment", Filter.equal("payment_id"),
                        "severity", Filter.oneOf("severity", List.of("error", "warning"))));
        this.runs = new PageQuery(jdbc, "reconciliation_run", RUN, "started_at", "run_id", Map.of());
    }

    public Map<String, @Nullable Object> list(@Variable("parameters") Map<String, String> parameters) {
        return findings.page(parameters, FindingQueries::finding);
    }

    public Map<String, @Nullable Object> runs(@Variable("parameters") Map<String, String> parameters) {
        return runs.page(parameters, FindingQueries::run);
    }

    /**
     * One finding.
     *
     * @throws NoSuchRecordException if there is none
     */
    public Map<String, @Nullable Object> one(
            @Variable("id") String id, @Variable("parameters") Map<String, String> parameters) {
        PageQuery.none(parameters);
        return jdbc.queryForList("SELECT " + FINDING + " FROM reconciliation_finding WHERE finding_id = ?", id).stream()
                .findFirst()
                .map(row -> finding(Row.of(row)))
                .orElseThrow(() -> new NoSuchRecordException("finding"));
    }

    /** How many findings of each code are in which state, and how the last run went. */
    public Map<String, @Nullable Object> summary(@Variable("parameters") Map<String, String> parameters) {
        PageQuery.none(parameters);
        Map<String, @Nullable Object> summary = new LinkedHashMap<>();
        summary.put("object", "reconciliation");
        summary.put(
                "findings",
                jdbc
                        .queryForList("SELECT code, state, count(*) AS number FROM reconciliation_finding"
                                + " GROUP BY code, state ORDER BY code, state")
                        .stream()
                        .map(row -> Resource.part(Row.of(row)))
                        .toList());
        summary.put(
                "last_run",
                jdbc
                        .queryForList("SELECT " + RUN
                                + " FROM reconciliation_run ORDER BY started_at DESC, run_id DESC LIMIT 1")
                        .stream()
                        .findFirst()
                        .map(row -> run(Row.of(row)))
                        .orElse(null));
        return summary;
    }

    /** Adds to a payment what the reconciliation found about it. */
    public Map<String, @Nullable Object> addTo(@Body Map<String, @Nullable Object> payment) {
        List<Map<String, @Nullable Object>> about = jdbc
                .queryForList(
                        "SELECT " + FINDING
                                + " FROM reconciliation_finding WHERE payment_id = ? ORDER BY first_seen, finding_id",
                        payment.get("id"))
                .stream()
                .map(row -> finding(Row.of(row)))
                .toList();
        payment.put("findings", about);
        return payment;
    }

    static Map<String, @Nullable Object> finding(Row row) {
        Map<String, @Nullable Object> finding = Resource.of("finding", "finding_id", row);
        Finding found = RecordedFinding.of(row).finding();
        finding.put("sentence", found.sentence(Locale.ENGLISH));
        finding.put("sentence_ja", found.sentence(Locale.JAPANESE));
        return finding;
    }

    static Map<String, @Nullable Object> run(Row row) {
        return Resource.of("reconciliation_run", "run_id", row);
    }
}
