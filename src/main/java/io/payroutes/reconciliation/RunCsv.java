package io.payroutes.reconciliation;

import io.payroutes.money.Money;
import io.payroutes.store.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ColumnMapRowMapper;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/**
 * A run as CSV (RFC 4180, UTF-8): the lines of the balance with the columns of Stripe's payout reconciliation report and
 * ours behind them, or the findings. Amounts are decimals in major units, as in Stripe's reports, and times are UTC. It
 * reads row by row, however many there are.
 *
 * @see <a href="https://docs.stripe.com/reports/payout-reconciliation">Stripe: payout reconciliation report</a>
 */
final class RunCsv {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int ROWS_AT_ONCE = 1000;
    private static final String[] LINE_COLUMNS = {
        "balance_transaction_id",
        "created_utc",
        "available_on_utc",
        "currency",
        "gross",
        "fee",
        "net",
        "reporting_category",
        "source_id",
        "description",
        "customer_facing_amount",
        "customer_facing_currency",
        "automatic_payout_id",
        "automatic_payout_effective_at_utc",
        "customer_id",
        "charge_id",
        "payment_intent_id",
        "charge_created_utc",
        "payment_method_type",
        "card_brand",
        "order_id",
        "payment_status",
        "finding_codes"
    };
    private static final String[] FINDING_COLUMNS = {
        "finding_id",
        "code",
        "severity",
        "state",
        "payment_intent_id",
        "charge_id",
        "order_id",
        "expected",
        "actual",
        "currency",
        "sentence",
        "sentence_ja",
        "first_seen_utc",
        "last_seen_utc",
        "explained_by",
        "explanation"
    };

    private final JdbcOperations jdbc;
    private final TransactionOperations transaction;

    RunCsv(JdbcOperations jdbc, TransactionOperations transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    void writeTransactions(ReconciliationRun run, Writer out) throws IOException {
        write(
                out,
                LINE_COLUMNS,
                "SELECT b.*, o.payout_id, o.arrival_date, c.customer_id, c.created_at AS charge_created_at,"
                        + " c.payment_method_type, c.card_brand, COALESCE(p.order_ref, c.order_ref) AS order_ref,"
                        + " p.payment_status, (SELECT STRING_AGG(f.code, ' ') FROM reconciliation_finding f"
                        + " WHERE f.payment_id = b.payment_id AND f.state = 'open') AS codes"
                        + " FROM balance_transaction b"
                        + " LEFT JOIN payout_line l ON l.balance_transaction_id = b.balance_transaction_id"
                        + " LEFT JOIN payout o ON o.payout_id = l.payout_id"
                        + " LEFT JOIN stripe_charge c ON c.charge_id = b.charge_id"
                        + " LEFT JOIN payment p ON p.payment_id = b.payment_id"
                        + " WHERE b.created_at >= ? AND b.created_at < ? AND b.currency = COALESCE(?, b.currency)"
                        + " ORDER BY b.created_at, b.balance_transaction_id",
                RunCsv::line,
                Row.parameter(run.span().from()),
                Row.parameter(run.span().to()),
                run.span().currency());
    }

    void writeFindings(ReconciliationRun run, Writer out) throws IOException {
        write(
                out,
                FINDING_COLUMNS,
                "SELECT f.* FROM reconciliation_run_finding r"
                        + " JOIN reconciliation_finding f ON f.finding_id = r.finding_id WHERE r.run_id = ?"
                        + " ORDER BY f.finding_id",
                RunCsv::finding,
                run.id());
    }

    private interface Cells {
        @Nullable
        Object[] of(Row row);
    }

    private void write(Writer out, String[] columns, String sql, Cells cells, @Nullable Object... parameters)
            throws IOException {
        try (CSVPrinter csv = new CSVPrinter(
                out, CSVFormat.RFC4180.builder().setHeader(columns).get())) {
            // PostgreSQL reads row by row only within a transaction.
            transaction.executeWithoutResult(status -> jdbc.query(
                    connection -> {
                        PreparedStatement select = connection.prepareStatement(
                                sql, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
                        select.setFetchSize(ROWS_AT_ONCE);
                        for (int i = 0; i < parameters.length; i++) {
                            select.setObject(i + 1, parameters[i]);
                        }
                        return select;
                    },
                    (ResultSet row) -> print(csv, cells, new ColumnMapRowMapper().mapRow(row, row.getRow()))));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void print(CSVPrinter csv, Cells cells, Map<String, Object> row) {
        try {
            csv.printRecord(cells.of(Row.of(row)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable Object[] line(Row row) {
        String currency = row.text("currency");
        return new @Nullable Object[] {
            row.text("balance_transaction_id"),
            time(row.time("created_at")),
            time(row.time("available_on")),
            currency,
            money(row.number("amount"), currency),
            money(row.number("fee"), currency),
            money(row.number("net"), currency),
            text(row.text("reporting_category")),
            text(row.text("source_id")),
            text(row.text("description")),
            money(row.number("customer_facing_amount"), row.text("customer_facing_currency")),
            row.text("customer_facing_currency"),
            text(row.text("payout_id")),
            time(row.time("arrival_date")),
            text(row.text("customer_id")),
            text(row.text("charge_id")),
            text(row.text("payment_id")),
            time(row.time("charge_created_at")),
            text(row.text("payment_method_type")),
            text(row.text("card_brand")),
            text(row.text("order_ref")),
            row.text("payment_status"),
            row.text("codes")
        };
    }

    private static @Nullable Object[] finding(Row row) {
        Finding finding = RecordedFinding.of(row).finding();
        return new @Nullable Object[] {
            text(finding.id()),
            finding.code().wireName(),
            finding.code().severity().wireName(),
            row.text("state"),
            text(finding.paymentId()),
            text(finding.chargeId()),
            text(finding.orderRef()),
            money(finding.expected(), finding.currency()),
            money(finding.actual(), finding.currency()),
            finding.currency(),
            text(finding.sentence(Locale.ENGLISH)),
            text(finding.sentence(Locale.JAPANESE)),
            time(row.time("first_seen")),
            time(row.time("last_seen")),
            text(row.text("explained_by")),
            text(row.text("explanation"))
        };
    }

    private static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : TIME.format(time);
    }

    private static @Nullable String money(@Nullable Long amount, @Nullable String currency) {
        if (amount == null) {
            return null;
        }
        return currency != null && currency.matches("[a-z]{3}")
                ? new Money(amount, currency).toDecimal()
                : amount.toString();
    }

    /** Text from outside that a spreadsheet would take for a formula is made a text. */
    private static @Nullable String text(@Nullable String value) {
        return value != null && !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
    }
}
