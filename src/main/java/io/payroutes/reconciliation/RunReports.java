package io.payroutes.reconciliation;

import io.payroutes.store.BadParameterException;
import io.payroutes.store.PageQuery;
import io.payroutes.store.Row;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.camel.converter.stream.CachedOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/** Runs to read: as JSON, as CSV and as a page. */
public final class RunReports {
    private final JdbcOperations jdbc;
    private final ReconciliationRuns runs;
    private final RunCsv csv;
    private final RunPage page = new RunPage();

    public RunReports(JdbcOperations jdbc, TransactionOperations transaction, ReconciliationRuns runs) {
        this.jdbc = jdbc;
        this.runs = runs;
        this.csv = new RunCsv(jdbc, transaction);
    }

    /**
     * What a run has looked at.
     *
     * @throws io.payroutes.store.NoSuchRecordException if there is no such run
     */
    public RunReport of(String runId) {
        return RunReport.of(runs.get(runId), jdbc);
    }

    /** A run with its totals and findings. */
    public Map<String, @Nullable Object> one(
            @Variable("id") String id, @Variable("parameters") Map<String, String> parameters) {
        PageQuery.none(parameters);
        RunReport report = of(id);
        Map<String, @Nullable Object> run = FindingQueries.run(Row.of(
                jdbc.queryForMap("SELECT " + FindingQueries.RUN + " FROM reconciliation_run WHERE run_id = ?", id)));
        run.put("totals", report.totals().stream().map(RunReports::total).toList());
        run.put(
                "payouts_of_the_span",
                report.payouts().stream()
                        .map(paid -> {
                            Map<String, @Nullable Object> row = new LinkedHashMap<>();
                            row.put("id", paid.id());
                            row.put("currency", paid.currency());
                            row.put("amount", paid.amount());
                            row.put("status", paid.status());
                            row.put("automatic", paid.automatic());
                            row.put("method", paid.method());
                            row.put("failure_code", paid.failureCode());
                            row.put("reverses", paid.reverses());
                            row.put("reversed_by", paid.reversedBy());
                            row.put("itemised", paid.itemised());
                            row.put("unexplained", paid.unexplained());
                            row.put("arrival_date", paid.arrival());
                            row.put(
                                    "totals",
                                    paid.parts().stream().map(RunReports::total).toList());
                            return row;
                        })
                        .toList());
        run.put(
                "found",
                jdbc
                        .queryForList(
                                "SELECT " + FindingQueries.FINDING + " FROM reconciliation_finding WHERE finding_id IN"
                                        + " (SELECT finding_id FROM reconciliation_run_finding WHERE run_id = ?)"
                                        + " ORDER BY first_seen, finding_id LIMIT 1000",
                                id)
                        .stream()
                        .map(row -> FindingQueries.finding(Row.of(row)))
                        .toList());
        return run;
    }

    private static Map<String, @Nullable Object> total(RunReport.Total total) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("currency", total.currency());
        row.put("reporting_category", total.category());
        row.put("number", total.number());
        row.put("gross", total.gross());
        row.put("fee", total.fee());
        row.put("net", total.net());
        return row;
    }

    /** The lines of the balance as CSV. */
    public void transactions(
            @Variable("id") String id, @Variable("parameters") Map<String, String> parameters, Exchange exchange)
            throws IOException {
        PageQuery.none(parameters);
        ReconciliationRun run = runs.get(id);
        answer(exchange, "text/csv; charset=utf-8; header=present", out -> csv.writeTransactions(run, out));
    }

    /** The findings as CSV. */
    public void findings(
            @Variable("id") String id, @Variable("parameters") Map<String, String> parameters, Exchange exchange)
            throws IOException {
        PageQuery.none(parameters);
        ReconciliationRun run = runs.get(id);
        answer(exchange, "text/csv; charset=utf-8; header=present", out -> csv.writeFindings(run, out));
    }

    /**
     * A page to look at, in English or, with {@code ?language=ja}, in Japanese.
     *
     * @throws BadParameterException if it is to be in another language
     */
    public void page(
            @Variable("id") String id, @Variable("parameters") Map<String, String> parameters, Exchange exchange)
            throws IOException {
        String language = Objects.requireNonNullElse(parameters.remove("language"), "en");
        if (!List.of("en", "ja").contains(language)) {
            throw new BadParameterException("language", "must be en or ja");
        }
        PageQuery.none(parameters);
        RunReport report = of(id);
        answer(
                exchange,
                "text/html; charset=utf-8",
                out -> page.write(report, Locale.forLanguageTag(language), "/api/payments/", out));
        exchange.getMessage()
                .setHeader(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'");
    }

    /** Writes the page into a file that is looked at elsewhere: payments are linked to Stripe's Dashboard. */
    public void writePage(RunReport report, Locale language, Writer out) throws IOException {
        String mode = Boolean.TRUE.equals(runs.livemode()) ? "" : "test/";
        page.write(report, language, "https://dashboard.stripe.com/" + mode + "payments/", out);
    }

    public void writeTransactions(ReconciliationRun run, Writer out) throws IOException {
        csv.writeTransactions(run, out);
    }

    private interface Content {
        void writeTo(Writer out) throws IOException;
    }

    /** Spooled to a file where it is large; nothing of a failed answer has been sent yet. */
    private static void answer(Exchange exchange, String type, Content content) throws IOException {
        CachedOutputStream spool = new CachedOutputStream(exchange);
        try (Writer out = new OutputStreamWriter(spool, StandardCharsets.UTF_8)) {
            content.writeTo(out);
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, type);
        exchange.getMessage().setBody(spool.newStreamCache());
    }
}
