package io.payroutes.reconciliation;

import io.payroutes.store.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** What each step of a run has to look at, written down when the step begins. Its cost grows with the span alone. */
final class RunPlan {
    private static final String IN_SPAN = " BETWEEN ? AND ?";

    private final JdbcOperations jdbc;

    RunPlan(JdbcOperations jdbc) {
        this.jdbc = jdbc;
    }

    /** Writes down the work of a step, if it has any that can be known now. */
    void enter(RunStep step, ReconciliationRun run) {
        switch (step) {
            case PAYOUT_LINES -> payoutLines(run);
            case SOURCES -> sources(run);
            case PAYMENT_CHARGES -> {
                payments(run);
                loneCharges(run);
                paymentCharges(run);
            }
            case PAYMENT_REFUNDS -> paymentRefunds(run);
            case MISSING_LINES -> missingLines(run);
            case CHECK_LINES -> linesOfPayouts(run);
            case CHECK_PAYOUTS -> payouts(run);
            case CHARGES, REFUNDS, DISPUTES, BALANCE_TRANSACTIONS, PAYOUTS, CHECK_PAYMENTS, CHECK_CHARGES -> {}
            case DONE -> jdbc.update("DELETE FROM reconciliation_work WHERE run_id = ?", run.id());
        }
    }

    /** The next subjects of the step, in the order of their ids. */
    List<String> next(ReconciliationRun run, RunStep step, @Nullable String after, int atMost) {
        return jdbc.queryForList(
                "SELECT subject_id FROM reconciliation_work WHERE run_id = ? AND step = ? AND subject_id > ?"
                        + " ORDER BY subject_id LIMIT ?",
                String.class,
                run.id(),
                step.wireName(),
                after == null ? "" : after,
                atMost);
    }

    Optional<String> nextOne(ReconciliationRun run, RunStep step, @Nullable String after) {
        return next(run, step, after, 1).stream().findFirst();
    }

    /** How many subjects a step has in all. */
    long size(ReconciliationRun run, RunStep step) {
        Long size = jdbc.queryForObject(
                "SELECT count(*) FROM reconciliation_work WHERE run_id = ? AND step = ?",
                Long.class,
                run.id(),
                step.wireName());
        return size == null ? 0 : size;
    }

    private void payoutLines(ReconciliationRun run) {
        // Only what Stripe pays out by itself can be itemised, and only once it says so; old answers do not say.
        insert(
                run,
                RunStep.PAYOUT_LINES,
                "SELECT payout_id FROM payout WHERE created_at" + IN_SPAN + currency(run, "currency")
                        + " AND automatic = TRUE AND status <> 'canceled'"
                        + " AND (reconciliation_status IS NULL OR reconciliation_status = 'completed')",
                1);
    }

    private void sources(ReconciliationRun run) {
        String unknown = " AND %1$ssource_id IS NOT NULL AND %1$scharge_id IS NULL AND %1$spayment_id IS NULL"
                + " AND %1$sreporting_category IN ('charge', 'charge_failure', 'refund', 'refund_failure', 'dispute',"
                + " 'dispute_reversal', 'partial_capture_reversal')";
        // One without a payment that was read before this run is read again: no list of a payment's shows it.
        String unread =
                " AND %1$s.payment_id IS NULL AND (c.charge_id IS NULL OR (c.payment_id IS NULL AND c.read_at < ?))";
        List<@Nullable Object> parameters = new ArrayList<>();
        parameters.addAll(span(run));
        parameters.addAll(span(run));
        for (int i = 0; i < 3; i++) {
            parameters.addAll(span(run));
            parameters.add(Row.parameter(run.startedAt()));
        }
        insertMore(
                run,
                RunStep.SOURCES,
                "SELECT source_id FROM balance_transaction WHERE created_at" + IN_SPAN + unknown.formatted("")
                        + " UNION SELECT b.source_id FROM balance_transaction b"
                        + " JOIN payout_line l ON l.balance_transaction_id = b.balance_transaction_id"
                        + " JOIN payout o ON o.payout_id = l.payout_id WHERE o.created_at" + IN_SPAN
                        + unknown.formatted("b.")
                        + " UNION SELECT r.charge_id FROM stripe_refund r LEFT JOIN stripe_charge c"
                        + " ON c.charge_id = r.charge_id WHERE r.created_at" + IN_SPAN + unread.formatted("r")
                        + " UNION SELECT d.charge_id FROM stripe_dispute d LEFT JOIN stripe_charge c"
                        + " ON c.charge_id = d.charge_id WHERE d.created_at" + IN_SPAN + unread.formatted("d")
                        + " UNION SELECT l.charge_id FROM charge l LEFT JOIN stripe_charge c"
                        + " ON c.charge_id = l.charge_id WHERE l.created_at" + IN_SPAN + unread.formatted("l")
                        // What is of a connected account is not the platform's to ask for.
                        + " AND l.account IS NULL",
                parameters.toArray());
    }

    private void payments(ReconciliationRun run) {
        String currency = run.span().currency();
        String limit = currency == null
                ? ""
                : " AND (EXISTS (SELECT 1 FROM balance_transaction b WHERE b.payment_id = s.payment_id AND b.currency = '"
                        + currency + "') OR EXISTS (SELECT 1 FROM stripe_charge c WHERE c.payment_id = s.payment_id"
                        + " AND c.currency = '" + currency + "') OR EXISTS (SELECT 1 FROM payment p"
                        + " WHERE p.payment_id = s.payment_id AND p.currency = '" + currency + "'))";
        insert(
                run,
                RunStep.CHECK_PAYMENTS,
                "SELECT s.payment_id FROM (SELECT payment_id FROM stripe_charge WHERE created_at" + IN_SPAN
                        + " UNION SELECT payment_id FROM stripe_refund WHERE created_at" + IN_SPAN
                        + " UNION SELECT payment_id FROM stripe_dispute WHERE created_at" + IN_SPAN
                        + " UNION SELECT payment_id FROM balance_transaction WHERE created_at" + IN_SPAN
                        + " UNION SELECT c.payment_id FROM stripe_refund r JOIN stripe_charge c"
                        + " ON c.charge_id = r.charge_id WHERE r.created_at" + IN_SPAN
                        + " UNION SELECT payment_id FROM payment WHERE paid_at" + IN_SPAN
                        + " UNION SELECT payment_id FROM payment_transition WHERE occurred_at" + IN_SPAN
                        + " UNION SELECT payment_id FROM charge WHERE created_at" + IN_SPAN
                        + ") AS s WHERE s.payment_id IS NOT NULL" + limit,
                8);
    }

    private void paymentCharges(ReconciliationRun run) {
        // A connected account's payments are not the platform's to list.
        String mine = "w.run_id = ? AND w.step = 'check_payments' AND NOT EXISTS (SELECT 1 FROM payment a"
                + " WHERE a.payment_id = w.subject_id AND a.account IS NOT NULL)";
        insertMore(
                run,
                RunStep.PAYMENT_CHARGES,
                "SELECT w.subject_id FROM reconciliation_work w JOIN charge c ON c.payment_id = w.subject_id"
                        + " LEFT JOIN stripe_charge s ON s.charge_id = c.charge_id WHERE " + mine
                        + " AND (s.charge_id IS NULL OR s.read_at < ?)"
                        + " UNION SELECT w.subject_id FROM reconciliation_work w"
                        + " JOIN stripe_charge s ON s.payment_id = w.subject_id WHERE " + mine + " AND s.read_at < ?"
                        + " UNION SELECT w.subject_id FROM reconciliation_work w"
                        + " LEFT JOIN stripe_charge s ON s.payment_id = w.subject_id WHERE " + mine
                        + " AND s.charge_id IS NULL"
                        // Who never tried to pay, has no charge; there may be many of them.
                        + " AND (EXISTS (SELECT 1 FROM payment p WHERE p.payment_id = w.subject_id"
                        + " AND p.status = 'succeeded')"
                        + " OR EXISTS (SELECT 1 FROM stripe_refund r WHERE r.payment_id = w.subject_id)"
                        + " OR EXISTS (SELECT 1 FROM stripe_dispute d WHERE d.payment_id = w.subject_id))",
                run.id(),
                Row.parameter(run.startedAt()),
                run.id(),
                Row.parameter(run.startedAt()),
                run.id());
    }

    /** Payments, and charges without one, whose known refunds are not all that Stripe has counted. */
    private void paymentRefunds(ReconciliationRun run) {
        String incomplete = " AND s.captured = TRUE AND s.amount_refunded <> (SELECT COALESCE(SUM(r.amount), 0)"
                + " FROM stripe_refund r WHERE r.charge_id = s.charge_id"
                + " AND COALESCE(r.status, '') NOT IN ('failed', 'canceled'))";
        insertMore(
                run,
                RunStep.PAYMENT_REFUNDS,
                "SELECT w.subject_id FROM reconciliation_work w JOIN stripe_charge s ON s.payment_id = w.subject_id"
                        + " WHERE w.run_id = ? AND w.step = 'check_payments'" + incomplete
                        + " UNION SELECT w.subject_id FROM reconciliation_work w"
                        + " JOIN stripe_charge s ON s.charge_id = w.subject_id"
                        + " WHERE w.run_id = ? AND w.step = 'check_charges'" + incomplete,
                run.id(),
                run.id());
    }

    private void missingLines(ReconciliationRun run) {
        List<String> selects = new ArrayList<>();
        for (String charges : List.of(
                "stripe_charge s ON s.payment_id = w.subject_id WHERE w.step = 'check_payments'",
                "stripe_charge s ON s.charge_id = w.subject_id WHERE w.step = 'check_charges'")) {
            selects.add("SELECT s.balance_transaction_id AS line_id FROM reconciliation_work w JOIN " + charges
                    + " AND w.run_id = ?");
            selects.add("SELECT r.balance_transaction_id AS line_id FROM reconciliation_work w JOIN "
                    + charges.replace(" WHERE ", " JOIN stripe_refund r ON r.charge_id = s.charge_id WHERE ")
                    + " AND w.run_id = ?");
        }
        insertMore(
                run,
                RunStep.MISSING_LINES,
                "SELECT n.line_id FROM (" + String.join(" UNION ", selects) + ") AS n LEFT JOIN balance_transaction b"
                        + " ON b.balance_transaction_id = n.line_id WHERE b.balance_transaction_id IS NULL",
                Collections.nCopies(selects.size(), run.id()).toArray());
    }

    private void loneCharges(ReconciliationRun run) {
        insert(
                run,
                RunStep.CHECK_CHARGES,
                "SELECT charge_id FROM stripe_charge WHERE created_at" + IN_SPAN + " AND payment_id IS NULL"
                        + currency(run, "currency")
                        + " UNION SELECT charge_id FROM charge WHERE created_at" + IN_SPAN + " AND payment_id IS NULL"
                        + currency(run, "currency")
                        + " UNION SELECT c.charge_id FROM stripe_refund r JOIN stripe_charge c"
                        + " ON c.charge_id = r.charge_id WHERE r.created_at" + IN_SPAN + " AND c.payment_id IS NULL"
                        + currency(run, "c.currency")
                        + " UNION SELECT c.charge_id FROM stripe_dispute d JOIN stripe_charge c"
                        + " ON c.charge_id = d.charge_id WHERE d.created_at" + IN_SPAN + " AND c.payment_id IS NULL"
                        + currency(run, "c.currency"),
                4);
    }

    private void linesOfPayouts(ReconciliationRun run) {
        List<@Nullable Object> parameters = new ArrayList<>(span(run));
        parameters.addAll(span(run));
        insertMore(
                run,
                RunStep.CHECK_LINES,
                "SELECT b.balance_transaction_id FROM payout o JOIN payout_line l ON l.payout_id = o.payout_id"
                        + " JOIN balance_transaction b ON b.balance_transaction_id = l.balance_transaction_id"
                        + " WHERE o.created_at" + IN_SPAN + currency(run, "o.currency") + " AND b.created_at NOT"
                        + IN_SPAN,
                parameters.toArray());
    }

    private void payouts(ReconciliationRun run) {
        insert(
                run,
                RunStep.CHECK_PAYOUTS,
                "SELECT payout_id FROM payout WHERE created_at" + IN_SPAN + currency(run, "currency"),
                1);
    }

    private void insert(ReconciliationRun run, RunStep step, String select, int spans) {
        List<@Nullable Object> parameters = new ArrayList<>();
        for (int i = 0; i < spans; i++) {
            parameters.addAll(span(run));
        }
        insertMore(run, step, select, parameters.toArray());
    }

    private void insertMore(ReconciliationRun run, RunStep step, String select, @Nullable Object... parameters) {
        List<@Nullable Object> all = new ArrayList<>(List.of(run.id(), step.wireName()));
        all.addAll(Arrays.asList(parameters));
        jdbc.update(
                "INSERT INTO reconciliation_work (run_id, step, subject_id)"
                        + " SELECT CAST(? AS VARCHAR), CAST(? AS VARCHAR), x.subject_id FROM ("
                        + select.replaceFirst("^SELECT (\\S+) FROM", "SELECT $1 AS subject_id FROM")
                        + ") AS x WHERE x.subject_id IS NOT NULL ON CONFLICT DO NOTHING",
                all.toArray());
    }

    /** Both ends as BETWEEN takes them: the end of a span is not part of it, and the databases keep microseconds. */
    private static List<@Nullable Object> span(ReconciliationRun run) {
        return Arrays.asList(
                Row.parameter(run.span().from()), Row.parameter(run.span().to().minusNanos(1000)));
    }

    private static String currency(ReconciliationRun run, String column) {
        // A span has a currency of three letters, or none.
        return run.span().currency() == null
                ? ""
                : " AND " + column + " = '" + run.span().currency() + "'";
    }
}
