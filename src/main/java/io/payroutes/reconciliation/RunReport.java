package io.payroutes.reconciliation;

import io.payroutes.store.Row;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * What a run has looked at, in figures. All amounts are signed minor units of the settlement currency; days are those of
 * UTC, as in Stripe's reports.
 *
 * @param totals by currency and reporting category
 * @param days by currency, day and reporting category
 * @param payouts the payouts of the span
 * @param findings what the run found, the open ones first
 */
public record RunReport(
        ReconciliationRun run,
        List<Total> totals,
        List<Day> days,
        List<PaidOut> payouts,
        List<RecordedFinding> findings) {

    public record Total(String currency, String category, long number, long gross, long fee, long net) {}

    public record Day(String currency, LocalDate day, String category, long gross) {}

    /**
     * @param amount minor units; negative if it takes money from the bank
     * @param automatic whether Stripe pays it out by itself, and so can say what it is made of
     * @param method standard or instant, null if Stripe does not say
     * @param failureCode why it failed, null if it did not
     * @param reverses the payout that this one takes back, null if none
     * @param reversedBy the payout that takes this one back, null if none
     * @param itemised whether Stripe has said what it is made of
     * @param parts what it is made of, by reporting category; its own line left out
     */
    public record PaidOut(
            String id,
            String currency,
            long amount,
            String status,
            boolean automatic,
            @Nullable String method,
            @Nullable String failureCode,
            @Nullable String reverses,
            @Nullable String reversedBy,
            boolean itemised,
            @Nullable String arrival,
            List<Total> parts) {

        /** What none of its lines explains, minor units; null if Stripe has not said what it is made of. */
        public @Nullable Long unexplained() {
            return itemised ? amount - parts.stream().mapToLong(Total::net).sum() : null;
        }
    }

    /** How many differences nobody has explained yet. */
    public long open() {
        return findings.stream()
                .filter(finding -> finding.state() == FindingState.OPEN)
                .count();
    }

    static RunReport of(ReconciliationRun run, JdbcOperations jdbc) {
        return new RunReport(run, totals(run, jdbc), days(run, jdbc), payouts(run, jdbc), findings(run, jdbc));
    }

    private static List<Total> totals(ReconciliationRun run, JdbcOperations jdbc) {
        return rows(
                        jdbc,
                        "SELECT currency, reporting_category, count(*) AS number, SUM(amount) AS gross, SUM(fee) AS fee,"
                                + " SUM(net) AS net FROM balance_transaction WHERE created_at >= ? AND created_at < ?"
                                + " AND currency = COALESCE(?, currency) GROUP BY currency, reporting_category"
                                + " ORDER BY currency, reporting_category",
                        span(run))
                .stream()
                .map(RunReport::total)
                .toList();
    }

    private static Total total(Row row) {
        return new Total(
                row.mustText("currency"),
                row.mustText("reporting_category"),
                row.mustNumber("number"),
                row.mustNumber("gross"),
                row.mustNumber("fee"),
                row.mustNumber("net"));
    }

    private static List<Day> days(ReconciliationRun run, JdbcOperations jdbc) {
        // Both databases cut a time to its day only in the session's zone; hours are the same in all of them, but few.
        Map<List<Object>, Long> days = new LinkedHashMap<>();
        rows(
                        jdbc,
                        "SELECT currency, reporting_category, FLOOR(EXTRACT(EPOCH FROM created_at) / 86400) AS epoch_day,"
                                + " SUM(amount) AS gross FROM balance_transaction WHERE created_at >= ?"
                                + " AND created_at < ? AND currency = COALESCE(?, currency)"
                                + " GROUP BY currency, reporting_category, FLOOR(EXTRACT(EPOCH FROM created_at) / 86400)",
                        span(run))
                .forEach(row -> days.merge(
                        List.of(
                                row.mustText("currency"),
                                row.mustNumber("epoch_day"),
                                row.mustText("reporting_category")),
                        row.mustNumber("gross"),
                        Long::sum));
        List<Day> sorted = new ArrayList<>();
        days.forEach((key, gross) -> sorted.add(
                new Day((String) key.get(0), LocalDate.ofEpochDay((Long) key.get(1)), (String) key.get(2), gross)));
        sorted.sort(Comparator.comparing(Day::currency).thenComparing(Day::day).thenComparing(Day::category));
        return sorted;
    }

    private static List<PaidOut> payouts(ReconciliationRun run, JdbcOperations jdbc) {
        Map<String, List<Total>> parts = new LinkedHashMap<>();
        rows(
                        jdbc,
                        "SELECT o.payout_id, b.currency, b.reporting_category, count(*) AS number,"
                                + " SUM(b.amount) AS gross, SUM(b.fee) AS fee, SUM(b.net) AS net FROM payout o"
                                + " JOIN payout_line l ON l.payout_id = o.payout_id"
                                + " JOIN balance_transaction b ON b.balance_transaction_id = l.balance_transaction_id"
                                + " WHERE o.created_at >= ? AND o.created_at < ? AND o.currency = COALESCE(?, o.currency)"
                                + " AND (b.source_id IS NULL OR b.source_id <> o.payout_id)"
                                + " GROUP BY o.payout_id, b.currency, b.reporting_category"
                                + " ORDER BY o.payout_id, b.currency, b.reporting_category",
                        span(run))
                .forEach(row -> parts.computeIfAbsent(row.mustText("payout_id"), id -> new ArrayList<>())
                        .add(total(row)));
        return rows(
                        jdbc,
                        "SELECT * FROM payout WHERE created_at >= ? AND created_at < ?"
                                + " AND currency = COALESCE(?, currency) ORDER BY created_at, payout_id",
                        span(run))
                .stream()
                .map(row -> new PaidOut(
                        row.mustText("payout_id"),
                        row.mustText("currency"),
                        row.mustNumber("amount"),
                        Objects.requireNonNullElse(row.text("status"), ""),
                        row.isSet("automatic"),
                        row.text("method"),
                        row.text("failure_code"),
                        row.text("original_payout_id"),
                        row.text("reversed_by_id"),
                        row.time("itemised_at") != null,
                        row.time("arrival_date") == null
                                ? null
                                : row.mustTime("arrival_date")
                                        .atZone(ZoneOffset.UTC)
                                        .toLocalDate()
                                        .toString(),
                        parts.getOrDefault(row.mustText("payout_id"), List.of())))
                .toList();
    }

    private static List<RecordedFinding> findings(ReconciliationRun run, JdbcOperations jdbc) {
        return rows(
                        jdbc,
                        "SELECT f.* FROM reconciliation_run_finding r"
                                + " JOIN reconciliation_finding f ON f.finding_id = r.finding_id WHERE r.run_id = ?"
                                + " ORDER BY CASE f.state WHEN 'open' THEN 0 WHEN 'explained' THEN 1 ELSE 2 END,"
                                + " f.severity, f.code, f.finding_id",
                        run.id())
                .stream()
                .map(RecordedFinding::of)
                .toList();
    }

    private static @Nullable Object[] span(ReconciliationRun run) {
        return new @Nullable Object[] {
            Row.parameter(run.span().from()),
            Row.parameter(run.span().to()),
            run.span().currency()
        };
    }

    private static List<Row> rows(JdbcOperations jdbc, String sql, @Nullable Object... parameters) {
        return jdbc.queryForList(sql, Arrays.copyOf(parameters, parameters.length)).stream()
                .map(Row::of)
                .toList();
    }
}
