package io.payroutes.reconciliation;

import io.payroutes.reconciliation.FindingCode.Check;
import io.payroutes.reconciliation.Statement.Line;
import io.payroutes.store.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** The comparisons of a run, a batch of subjects at a time, in the transaction of the caller. */
final class RunChecks {
    private static final Set<Check> PAYMENT = EnumSet.of(Check.LEDGER, Check.STATEMENT);

    private final JdbcOperations jdbc;
    private final StatementTables statements;
    private final BooksReader books;
    private final KeptFindings kept;
    private final PayoutBooks payouts;
    private final FindingRegister register;
    private final Findings ledger;
    private final StatementCheck statement;
    private final LineCheck line;
    private final @Nullable Boolean livemode;

    RunChecks(
            JdbcOperations jdbc,
            StatementTables statements,
            Graces graces,
            LineCheck line,
            @Nullable Boolean livemode) {
        this.jdbc = jdbc;
        this.statements = statements;
        this.books = new BooksReader(jdbc);
        this.kept = new KeptFindings(jdbc);
        this.payouts = new PayoutBooks(jdbc);
        this.register = new FindingRegister(jdbc);
        this.ledger = new Findings(graces);
        this.statement = new StatementCheck(graces);
        this.line = line;
        this.livemode = livemode;
    }

    void payments(ReconciliationRun run, List<String> paymentIds, Instant now) {
        // The same lock as an event about the payment takes; in the order of the ids, so that nobody waits in a circle.
        ManyIds.rows(
                jdbc,
                "SELECT payment_id FROM payment WHERE payment_id IN (%s) ORDER BY payment_id FOR UPDATE",
                paymentIds);
        Map<String, PaymentBooks> book = books.ofPayments(paymentIds);
        Map<String, Statement> answers = statements.ofPayments(paymentIds);
        Map<String, List<RecordedFinding>> before = kept.ofPayments(paymentIds, PAYMENT);
        List<Finding> all = new ArrayList<>();
        for (String id : paymentIds) {
            List<Finding> found =
                    of(run, Objects.requireNonNull(book.get(id)), answers.getOrDefault(id, Statement.NOTHING), now);
            register.keep(before.getOrDefault(id, List.of()), found, now);
            all.addAll(found);
        }
        record(run, all);
    }

    void loneCharge(ReconciliationRun run, String chargeId, Instant now) {
        List<Finding> found = of(run, books.ofLoneCharge(chargeId), statements.ofLoneCharge(chargeId), now);
        register.keep(kept.ofLoneCharge(chargeId, PAYMENT), found, now);
        record(run, found);
    }

    private List<Finding> of(ReconciliationRun run, PaymentBooks book, Statement answer, Instant now) {
        List<Finding> found = new ArrayList<>(ledger.of(book, now));
        Set<String> told = found.stream()
                .filter(finding -> finding.code() == FindingCode.AMOUNT_MISMATCH
                        || finding.code() == FindingCode.CURRENCY_MISMATCH)
                .map(finding -> String.valueOf(finding.chargeId()))
                .collect(Collectors.toSet());
        for (Finding finding : statement.of(book, answer, run.span(), livemode, now)) {
            // What the ledger contradicts by itself is not told a second time.
            if (finding.code() != FindingCode.RECORDED_AMOUNT_MISMATCH
                    || !told.contains(String.valueOf(finding.chargeId()))) {
                found.add(finding);
            }
        }
        return found;
    }

    void lines(ReconciliationRun run, Collection<Row> rows, Instant now) {
        List<Line> lines = rows.stream().map(StatementTables::line).toList();
        Map<String, String> orders = orders(lines.stream()
                .filter(each -> each.paymentId() != null && !line.of(each, null).isEmpty())
                .map(each -> String.valueOf(each.paymentId()))
                .toList());
        Map<String, RecordedFinding> before = kept.ofIds(
                lines.stream().flatMap(l -> LineCheck.idsOf(l).stream()).toList());
        List<Finding> all = new ArrayList<>();
        for (Line each : lines) {
            List<Finding> found = Stream.concat(
                            line.of(each, orders.get(String.valueOf(each.paymentId()))).stream(),
                            LineCheck.ofUnlinked(each).stream())
                    .toList();
            register.keep(present(before, LineCheck.idsOf(each)), found, now);
            all.addAll(found);
        }
        record(run, all);
    }

    private Map<String, String> orders(Collection<String> paymentIds) {
        Map<String, String> orders = new HashMap<>();
        for (Row row : ManyIds.rows(
                jdbc,
                "SELECT payment_id, order_ref FROM payment WHERE payment_id IN (%s) AND order_ref IS NOT NULL",
                paymentIds)) {
            orders.put(row.mustText("payment_id"), row.mustText("order_ref"));
        }
        return orders;
    }

    void payouts(ReconciliationRun run, List<String> payoutIds, Instant now) {
        for (String id : payoutIds) {
            record(run, payouts.check(id, now));
        }
    }

    private static List<RecordedFinding> present(Map<String, RecordedFinding> before, List<String> ids) {
        return ids.stream().map(before::get).filter(Objects::nonNull).toList();
    }

    /** Writes down that a run has found these, so that its report can be read again. */
    private void record(ReconciliationRun run, List<Finding> found) {
        if (!found.isEmpty()) {
            jdbc.batchUpdate(
                    "INSERT INTO reconciliation_run_finding (run_id, finding_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    found.stream()
                            .map(finding -> new Object[] {run.id(), finding.id()})
                            .toList());
        }
    }
}
