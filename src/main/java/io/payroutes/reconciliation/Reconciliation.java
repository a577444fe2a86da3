package io.payroutes.reconciliation;

import io.payroutes.inbox.EventPass;
import io.payroutes.payment.LedgerChange;
import io.payroutes.payment.ObjectChange;
import io.payroutes.payment.PayoutChange;
import io.payroutes.reconciliation.Run.Check;
import io.payroutes.store.Row;
import io.payroutes.store.Table;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Holds what was paid against what was charged, refunded and fulfilled, and keeps every difference as a finding. A
 * payment that an event has changed is checked soon afterwards; a sweep finds what only time tells.
 */
public final class Reconciliation {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);
    private static final Set<FindingCode.Check> LEDGER = Set.of(FindingCode.Check.LEDGER);
    private static final int FORGOTTEN_AT_ONCE = 1000;
    private static final int TRANSACTIONS_AT_ONCE = 5;
    /** In batches: a page of the worklist looks at all that the sweep is about, whatever its length. */
    private static final int LISTED_AT_ONCE = 50;

    private final JdbcOperations jdbc;
    private final TransactionOperations transaction;
    private final Clock clock;
    private final Settings settings;
    private final Findings findings;
    private final BooksReader books;
    private final FindingRegister register;
    private final KeptFindings kept;
    private final PayoutBooks payouts;
    private final Table payments;
    private final Table charges;
    private final Table runs;

    /** @param transaction for what is checked after its event */
    public Reconciliation(JdbcOperations jdbc, TransactionOperations transaction, Clock clock, Settings settings) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.clock = clock;
        this.settings = settings;
        this.findings = new Findings(settings.graces());
        this.books = new BooksReader(jdbc);
        this.register = new FindingRegister(jdbc);
        this.kept = new KeptFindings(jdbc);
        this.payouts = new PayoutBooks(jdbc);
        this.payments = new Table(jdbc, "payment", "payment_id");
        this.charges = new Table(jdbc, "charge", "charge_id");
        this.runs = new Table(jdbc, "reconciliation_run", "run_id");
    }

    /**
     * How the books are checked.
     *
     * @param lookBack how far the very first sweep looks back
     * @param batch how many payments a sweep looks up at once
     * @param keepRuns how long a run is kept
     */
    public record Settings(Graces graces, Duration lookBack, int batch, Duration keepRuns) {}

    /** Most changed payments to look up at once: a few transactions' worth, so that a backlog is kept up with. */
    public int changedAtOnce() {
        return TRANSACTIONS_AT_ONCE * settings.batch();
    }

    /**
     * Checks the payments that events have changed, together: their books are read in as many statements as those of one.
     * What an event writes and that its payment is to be checked is committed together, and a payment stays on the list
     * until what was found is committed, so none is left out whatever fails.
     *
     * @param changed rows with a {@code payment_id}
     */
    public void checkChanged(@Body List<Map<String, Object>> changed) {
        List<String> ids = changed.stream()
                .map(row -> Row.of(row).mustText("payment_id"))
                .sorted() // in one order everywhere, so that nobody waits in a circle
                .toList();
        parts(ids).forEach(this::checkTogether);
    }

    /** As many as are checked in one transaction. */
    private List<List<String>> parts(List<String> ids) {
        List<List<String>> parts = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += settings.batch()) {
            parts.add(ids.subList(from, Math.min(from + settings.batch(), ids.size())));
        }
        return parts;
    }

    private void checkTogether(List<String> ids) {
        try {
            transaction.executeWithoutResult(status -> checkChangedPayments(ids));
        } catch (RuntimeException e) {
            if (isOutage(e)) {
                throw e;
            }
            ids.forEach(this::checkChangedPayment);
        }
    }

    private void checkChangedPayments(List<String> ids) {
        List<String> waiting = lock(ids, " AND CASE WHEN check_at IS NULL THEN FALSE ELSE TRUE END");
        keepPayments(waiting);
        ManyIds.update(jdbc, "UPDATE payment SET check_at = NULL WHERE payment_id IN (%s)", waiting);
    }

    /** One that cannot be checked does not keep the others from it, nor comes back at every turn; a sweep tries again. */
    private void checkChangedPayment(String id) {
        try {
            transaction.executeWithoutResult(status -> checkChangedPayments(List.of(id)));
        } catch (RuntimeException e) {
            if (isOutage(e)) {
                throw e;
            }
            LOG.error("{} could not be checked", id, e);
            payments.update(id, Collections.singletonMap("check_at", null));
        }
    }

    /**
     * Checks a charge that names no payment, in the transaction of the event. All other changes are about a payment, which
     * the ledger has put on the list of those to check. Call it last: it is about what the other steps have written.
     */
    public void checkLoneCharge(@Body LedgerChange change) {
        if (change.payment() == null && change instanceof ObjectChange of && of.chargeId() != null) {
            checkCharge(of.chargeId());
        }
    }

    /** Checks a charge, in the transaction of the caller: with its payment, or alone if it names none. */
    void checkCharge(String chargeId) {
        books.paymentOfCharge(chargeId).ifPresentOrElse(this::keepPayment, () -> keepLoneCharge(chargeId));
    }

    /** Keeps what an event tells of a payout, and a failed one as a finding, in the transaction of the event. */
    public void checkPayout(@Body PayoutChange change) {
        Instant now = now();
        payouts.keep(change, now);
        payouts.check(change.payoutId(), now);
    }

    /** Keeps the time of which events are missing for good as a finding. */
    public void keepGap(@Body EventPass pass) {
        String gap = pass.gapFrom() + " – " + pass.from();
        Finding finding = new Finding(
                Finding.id(FindingCode.EVENT_GAP, gap), FindingCode.EVENT_GAP, null, null, null, null, null, null, gap);
        transaction.executeWithoutResult(status -> register.keep(List.of(), List.of(finding), now()));
    }

    /** Every difference that nobody has explained yet, the oldest first. */
    public List<RecordedFinding> openFindings() {
        return register.open();
    }

    /** The sweep that the timer starts. */
    public Run sweep() {
        return sweepFor("timer");
    }

    /**
     * Checks again what has an open finding, what has changed since the last sweep, and what has come of age since then.
     * A sweep that does not finish is repeated by the next one, from the same time on; checking twice does no harm.
     *
     * @param trigger who or what asked for it
     */
    public Run sweepFor(String trigger) {
        Instant startedAt = now();
        Instant since = lastFinished().orElse(startedAt.minus(settings.lookBack()));
        String runId = UUID.randomUUID().toString();
        runs.insertNew(Map.of("run_id", runId, "trigger_by", trigger, "started_at", startedAt, "outcome", "running"));
        Worklist worklist =
                new Worklist(jdbc, settings.graces().lengths(), since, startedAt, LISTED_AT_ONCE * settings.batch());
        Run run = Run.nothing();
        run = each(worklist::paymentsAfter, run, this::sweepPayments);
        run = each(worklist::chargesAfter, run, this::sweepCharges);
        runs.update(
                runId,
                Map.of(
                        "finished_at", now(),
                        "payments", run.payments(),
                        "charges", run.charges(),
                        "findings", run.findings(),
                        "outcome", run.outcome()));
        forgetRunsBefore(startedAt.minus(settings.keepRuns()), since);
        LOG.debug("{}", run);
        return run;
    }

    private Run each(Function<String, List<String>> next, Run before, Step<List<String>> step) {
        Run run = before;
        String last = "";
        List<String> ids;
        do {
            ids = next.apply(last);
            for (List<String> together : parts(ids)) {
                run = step.check(together, run);
                last = together.get(together.size() - 1);
            }
        } while (ids.size() == LISTED_AT_ONCE * settings.batch());
        return run;
    }

    private Run oneByOne(List<String> ids, Run before, Step<String> step) {
        Run run = before;
        for (String id : ids) {
            run = checked(id, run, step);
        }
        return run;
    }

    /** One that cannot be checked does not keep the others from it; a database that is away ends the sweep. */
    private static Run checked(String id, Run run, Step<String> step) {
        try {
            return step.check(id, run);
        } catch (RuntimeException e) {
            if (isOutage(e)) {
                throw e;
            }
            LOG.error("{} could not be checked", id, e);
            return run.plusFailure();
        }
    }

    private static boolean isOutage(RuntimeException failure) {
        return failure instanceof DataAccessResourceFailureException
                || failure instanceof CannotCreateTransactionException;
    }

    /** Together, or one by one if one of them cannot be checked. */
    private Run sweepPayments(List<String> ids, Run run) {
        try {
            return inTransaction(() -> {
                lock(ids, "");
                Run after = run;
                for (Check check : keepPayments(ids)) {
                    after = after.plusPayment(check);
                }
                return after;
            });
        } catch (RuntimeException e) {
            if (isOutage(e)) {
                throw e;
            }
            return oneByOne(ids, run, this::sweepPayment);
        }
    }

    private Run sweepPayment(String paymentId, Run run) {
        return run.plusPayment(inTransaction(() -> {
            payments.lock(paymentId);
            return keepPayment(paymentId);
        }));
    }

    private Run sweepCharges(List<String> ids, Run run) {
        return oneByOne(ids, run, this::sweepCharge);
    }

    private Run sweepCharge(String chargeId, Run run) {
        return run.plusCharge(inTransaction(() -> {
            charges.lock(chargeId);
            return keepLoneCharge(chargeId);
        }));
    }

    private <T> T inTransaction(Supplier<T> check) {
        return Objects.requireNonNull(transaction.execute(status -> check.get()));
    }

    private Check keepPayment(String paymentId) {
        return keepPayments(List.of(paymentId)).get(0);
    }

    private List<Check> keepPayments(List<String> ids) {
        Map<String, List<RecordedFinding>> before = kept.ofPayments(ids, LEDGER);
        return books.ofPayments(ids).entrySet().stream()
                .map(read -> keep(read.getValue(), before.getOrDefault(read.getKey(), List.of())))
                .toList();
    }

    /** Locks those that there are; in one order everywhere, so that nobody waits in a circle. */
    private List<String> lock(List<String> ids, String condition) {
        return ManyIds.rows(
                        jdbc,
                        "SELECT payment_id FROM payment WHERE payment_id IN (%s)" + condition
                                + " ORDER BY payment_id FOR UPDATE",
                        ids)
                .stream()
                .map(row -> row.mustText("payment_id"))
                .toList();
    }

    private Check keepLoneCharge(String chargeId) {
        return keep(books.ofLoneCharge(chargeId), kept.ofLoneCharge(chargeId, LEDGER));
    }

    private Check keep(PaymentBooks read, List<RecordedFinding> before) {
        Instant now = now();
        List<Finding> found = findings.of(read, now);
        register.keep(before, found, now);
        return new Check(read.charges().size(), found.size());
    }

    private Optional<Instant> lastFinished() {
        return jdbc
                .queryForList("SELECT started_at FROM reconciliation_run WHERE outcome = 'finished' AND step IS NULL"
                        + " ORDER BY started_at DESC LIMIT 1")
                .stream()
                .findFirst()
                .map(row -> Row.of(row).mustTime("started_at"));
    }

    private void forgetRunsBefore(Instant tooOld, Instant lastFinished) {
        // The last finished sweep says where the next one begins, and so does the last finished run by the clock: both
        // are
        // kept however old they are.
        Instant before = tooOld.isBefore(lastFinished) ? tooOld : lastFinished;
        transaction.executeWithoutResult(status -> {
            List<String> old = jdbc.queryForList(
                    "SELECT run_id FROM reconciliation_run WHERE started_at < ? AND (step IS NULL OR finished_at < ?)"
                            + " AND NOT (trigger_by = 'timer' AND outcome = 'finished' AND step IS NOT NULL"
                            + " AND span_to = (SELECT MAX(span_to) FROM reconciliation_run WHERE trigger_by = 'timer'"
                            + " AND outcome = 'finished')) ORDER BY started_at LIMIT " + FORGOTTEN_AT_ONCE,
                    String.class,
                    Row.parameter(before),
                    Row.parameter(before));
            for (String table : List.of("reconciliation_run_finding", "reconciliation_work", "reconciliation_run")) {
                ManyIds.update(jdbc, "DELETE FROM " + table + " WHERE run_id IN (%s)", old);
            }
        });
    }

    /** To the microsecond, as both databases keep it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private interface Step<T> {
        Run check(T what, Run run);
    }
}
