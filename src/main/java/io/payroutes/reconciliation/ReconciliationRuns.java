package io.payroutes.reconciliation;

import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import io.payroutes.api.JsonRequest;
import io.payroutes.payment.PayoutChange;
import io.payroutes.reconciliation.ReconciliationRun.Counts;
import io.payroutes.retry.BackOff;
import io.payroutes.retry.FailureReason;
import io.payroutes.store.BadParameterException;
import io.payroutes.store.NoSuchRecordException;
import io.payroutes.store.Row;
import io.payroutes.store.Table;
import io.payroutes.stripe.MissingApiKeyException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Runs that hold what Stripe lists against what was recorded. A run is a row: each page of Stripe's and each batch of
 * comparisons is committed together with how far it got, so that whoever takes the run up after a crash, a refusal or a
 * restart goes on from there. While somebody works on a run, the run is leased to them; a lease that runs out is anybody's,
 * and whoever has lost it can commit nothing.
 */
public final class ReconciliationRuns {
    private static final Logger LOG = LoggerFactory.getLogger(ReconciliationRuns.class);

    private final JdbcOperations jdbc;
    private final TransactionOperations transaction;
    private final Clock clock;
    private final RandomGenerator random;
    private final Settings settings;
    private final RunPlan plan;
    private final RunQuestions questions;
    private final RunSteps steps;
    private final Table runs;

    public ReconciliationRuns(
            JdbcOperations jdbc,
            TransactionOperations transaction,
            Clock clock,
            RandomGenerator random,
            Settings settings) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.clock = clock;
        this.random = random;
        this.settings = settings;
        this.plan = new RunPlan(jdbc);
        this.questions = new RunQuestions(plan);
        StatementTables statements = new StatementTables(jdbc, settings.orderKeys());
        RunChecks checks = new RunChecks(
                jdbc,
                statements,
                settings.graces(),
                new LineCheck(
                        new LineCheck.FeeLimits(settings.feeBasisPoints(), settings.feeFixed()),
                        new TransactionTypes(settings.knownTypes())),
                settings.livemode());
        this.steps = new RunSteps(jdbc, plan, questions, statements, checks, settings.batch());
        this.runs = new Table(jdbc, "reconciliation_run", "run_id");
    }

    /**
     * How runs work.
     *
     * @param orderKeys keys of Stripe's metadata that may hold the order reference
     * @param livemode the mode of the API key, null if it does not say
     * @param knownTypes types and categories of balance transactions that are known besides Stripe's own
     * @param feeBasisPoints most of a charge that is an ordinary fee, hundredths of a percent
     * @param feeFixed what a small charge costs all the same, minor units
     * @param batch how many payments are compared in one transaction
     * @param lease how long a page may take before somebody else may take the run up
     * @param backOff how long a run waits that could not go on
     * @param attempts after so many failures in a row a run has failed
     * @param every how often a run begins by itself, zero for never; each looks at what came since the one before
     * @param overlap how much of the time before it looks at again
     * @param lag the youngest that it looks at
     * @param canAsk whether there is an API key
     */
    public record Settings(
            Graces graces,
            List<String> orderKeys,
            @Nullable Boolean livemode,
            List<String> knownTypes,
            long feeBasisPoints,
            long feeFixed,
            int batch,
            Duration lease,
            BackOff backOff,
            int attempts,
            Duration every,
            Duration overlap,
            Duration lag,
            boolean canAsk) {}

    /** The mode of the API key, null if it does not say. */
    @Nullable
    Boolean livemode() {
        return settings.livemode();
    }

    /** Begins a run over a span, or goes on with the one over the same span that has not ended. */
    public String begin(Span span, String trigger) {
        return Objects.requireNonNull(transaction.execute(
                status -> unfinished(span).orElseGet(() -> {
                    String id = UUID.randomUUID().toString();
                    insert(id, span, trigger);
                    return id;
                })));
    }

    private Optional<String> unfinished(Span span) {
        return jdbc
                .queryForList(
                        "SELECT run_id FROM reconciliation_run WHERE outcome = 'running' AND step IS NOT NULL"
                                + " AND span_from = ? AND span_to = ? AND COALESCE(currency, '') = ?"
                                + " ORDER BY started_at LIMIT 1",
                        String.class,
                        Row.parameter(span.from()),
                        Row.parameter(span.to()),
                        Objects.requireNonNullElse(span.currency(), ""))
                .stream()
                .findFirst();
    }

    private boolean insert(String id, Span span, String trigger) {
        Instant now = now();
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("run_id", id);
        row.put("trigger_by", trigger);
        row.put("started_at", now);
        row.put("outcome", ReconciliationRun.RUNNING);
        row.put("span_from", span.from());
        row.put("span_to", span.to());
        row.put("currency", span.currency());
        row.put("step", RunStep.CHARGES.wireName());
        row.put("due_at", now);
        return runs.insertNew(row);
    }

    /**
     * Begins the run that a request asks for: {@code from}, {@code to} and, if wanted, {@code currency}.
     *
     * @throws BadParameterException if they make no span
     * @throws MissingApiKeyException without a key
     */
    public Map<String, @Nullable Object> request(Exchange exchange) {
        JsonRequest request = JsonRequest.of(exchange, "from", "to", "currency");
        if (!settings.canAsk()) {
            throw new MissingApiKeyException("a run asks Stripe, and there is no stripe.api-key");
        }
        Span span = new Span(request.mustTime("from"), request.mustTime("to"), request.text("currency", 16));
        String id = begin(span, "api");
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("object", "reconciliation_run");
        answer.put("id", id);
        return answer;
    }

    /**
     * Begins the run that is due by the clock: from the end of the last one that finished, less the overlap. One that has
     * failed goes on after a while, so that no time is left out; whatever came meanwhile is the next one's.
     */
    public void beginScheduled() {
        if (settings.every().isZero()) {
            return;
        }
        transaction.executeWithoutResult(status -> {
            Instant now = now();
            Instant to = now.minus(settings.lag());
            Optional<Instant> last = lastScheduled();
            Instant since = last.orElse(to.minus(settings.every()));
            if (to.isBefore(since.plus(settings.every()))) {
                return;
            }
            // One id for all nodes that find it due, so that one of them begins it.
            String id = "timer-"
                    + last.map(Instant::toEpochMilli).map(String::valueOf).orElse("first");
            if (!insert(id, new Span(since.minus(settings.overlap()), to, null), "timer")) {
                jdbc.update(
                        "UPDATE reconciliation_run SET outcome = ?, due_at = ?, attempts = 0, finished_at = NULL"
                                + " WHERE run_id = ? AND outcome = ? AND finished_at <= ?",
                        ReconciliationRun.RUNNING,
                        Row.parameter(now),
                        id,
                        ReconciliationRun.FAILED,
                        Row.parameter(now.minus(settings.every())));
            }
        });
    }

    private Optional<Instant> lastScheduled() {
        return Optional.ofNullable(Row.of(jdbc.queryForMap("SELECT MAX(span_to) AS span_to FROM reconciliation_run"
                        + " WHERE trigger_by = 'timer' AND outcome = 'finished' AND span_to IS NOT NULL"))
                .time("span_to"));
    }

    /** Begins the run that itemises a payout, in the transaction of the event that says that it can be. */
    public void itemise(@Body PayoutChange payout) {
        if (settings.canAsk() && payout.event().type().equals("payout.reconciliation_completed")) {
            begin(new Span(payout.createdAt(), payout.createdAt().plusSeconds(1), null), "payout");
        }
    }

    /** Takes up a run that waits for somebody; null if none does. */
    public @Nullable ReconciliationRun claim() {
        return jdbc
                .queryForList(
                        "SELECT run_id FROM reconciliation_run WHERE outcome = 'running' AND due_at <= ?"
                                + " ORDER BY due_at LIMIT 1",
                        String.class,
                        Row.parameter(now()))
                .stream()
                .findFirst()
                .flatMap(this::claim)
                .orElse(null);
    }

    /** Takes up this run, unless it has ended or somebody else works on it. */
    public Optional<ReconciliationRun> claim(String runId) {
        ReconciliationRun run = get(runId);
        Instant lease = leaseEnd();
        boolean mine = run.goesOn()
                && !run.leasedUntil().isAfter(now())
                && jdbc.update(
                                "UPDATE reconciliation_run SET due_at = ? WHERE run_id = ? AND due_at = ?"
                                        + " AND outcome = 'running'",
                                Row.parameter(lease),
                                runId,
                                Row.parameter(run.leasedUntil()))
                        == 1;
        return mine ? Optional.of(run.leased(lease)) : Optional.empty();
    }

    /** @throws NoSuchRecordException if there is no such run */
    public ReconciliationRun get(String runId) {
        return runs.find(runId)
                .filter(row -> row.text("step") != null)
                .map(ReconciliationRun::of)
                .orElseThrow(() -> new NoSuchRecordException("run"));
    }

    /** Why the run waits or has failed; empty if it does not. */
    public Optional<String> reason(String runId) {
        return runs.find(runId).map(row -> row.text("reason"));
    }

    /** How many subjects a step of the run has in all, as far as that is known; 0 for the lists of Stripe. */
    public long size(ReconciliationRun run) {
        return plan.size(run, run.step());
    }

    /**
     * Puts the next question to Stripe on the message. The variable {@code asks} says of which kind of object, or that
     * there is nothing to ask.
     */
    public void ask(@Variable("run") ReconciliationRun run, Exchange exchange) {
        RunQuestions.Question question = questions.next(run);
        exchange.setVariable("asks", question.resource());
        if (question.objectId() == null) {
            exchange.getMessage().setHeader("CamelStripeMethod", "list");
        } else {
            exchange.getMessage().setHeader("CamelStripeMethod", "retrieve");
            exchange.getMessage().setHeader("CamelStripeObjectId", question.objectId());
        }
        exchange.getMessage().setBody(question.parameters());
    }

    /**
     * Keeps what Stripe has answered, or compares the next batch where nothing was asked, and commits it together with how
     * far the run is.
     *
     * @return the run as it stands now
     */
    public ReconciliationRun keep(@Variable("run") ReconciliationRun run, @Body @Nullable Object answer) {
        return Objects.requireNonNull(transaction.execute(status -> {
            Instant now = now();
            RunSteps.Progress progress = steps.round(run, answer, now);
            RunStep step = progress.done() ? run.step().next() : run.step();
            ReconciliationRun next =
                    run.at(step, progress.done() ? null : progress.cursor(), progress.more(), leaseEnd());
            if (progress.done()) {
                plan.enter(step, next);
            }
            return commit(run, next, now);
        }));
    }

    /** Gives up a run that somebody else may go on with, because the program stops; nothing if there is no work left. */
    public void leave(@Body ReconciliationRun run) {
        if (run.goesOn()) {
            jdbc.update(
                    "UPDATE reconciliation_run SET due_at = ? WHERE run_id = ? AND due_at = ?",
                    Row.parameter(now()),
                    run.id(),
                    Row.parameter(run.leasedUntil()));
        }
    }

    private ReconciliationRun commit(ReconciliationRun run, ReconciliationRun next, Instant now) {
        boolean ends = next.step() == RunStep.DONE;
        Counts counts = ends ? next.counts().plus(new Counts(0, 0, 0, 0, 0, 0, openFindings(run))) : next.counts();
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("step", next.step().wireName());
        columns.put("step_cursor", next.cursor());
        columns.put("payments", counts.payments());
        columns.put("charges", counts.charges());
        columns.put("refunds", counts.refunds());
        columns.put("disputes", counts.disputes());
        columns.put("lines", counts.lines());
        columns.put("payouts", counts.payouts());
        columns.put("findings", counts.findings());
        columns.put("attempts", 0);
        columns.put("reason", null);
        columns.put("due_at", ends ? null : next.leasedUntil());
        columns.put("outcome", next.outcome());
        columns.put("finished_at", ends ? now : null);
        mustBeMine(run, columns);
        return next;
    }

    private long openFindings(ReconciliationRun run) {
        Long open = jdbc.queryForObject(
                "SELECT count(*) FROM reconciliation_run_finding r JOIN reconciliation_finding f"
                        + " ON f.finding_id = r.finding_id WHERE r.run_id = ? AND f.state = 'open'",
                Long.class,
                run.id());
        return open == null ? 0 : open;
    }

    private void mustBeMine(ReconciliationRun run, Map<String, @Nullable Object> columns) {
        Row row = runs.lock(run.id()).orElseThrow(() -> new RunLostException(run.id()));
        if (!run.leasedUntil().equals(row.time("due_at")) || !ReconciliationRun.RUNNING.equals(row.text("outcome"))) {
            throw new RunLostException(run.id());
        }
        runs.update(run.id(), columns);
    }

    /**
     * After a failure: what Stripe does not have is no failure where a single object, or what belongs to one, was asked for;
     * what Stripe refuses for good ends the run; anything else is tried again later, from where the run is.
     *
     * @return the run as it stands now
     */
    public ReconciliationRun failed(
            @Variable("run") ReconciliationRun run, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        if (failure instanceof RunLostException) {
            LOG.info("{}", failure.getMessage());
            return run.leftUntil(run.leasedUntil(), run.attempts(), false);
        }
        int status = failure instanceof StripeException e && e.getStatusCode() != null ? e.getStatusCode() : 0;
        boolean single = run.step() == RunStep.SOURCES || run.step() == RunStep.MISSING_LINES;
        boolean itemising = run.step() == RunStep.PAYOUT_LINES;
        if ((status == 404 && (single || itemising)) || (status == 400 && itemising) || isAboutUnknown(run, failure)) {
            return keep(run, null);
        }
        int attempts = run.attempts() + 1;
        boolean ends = status == 400 || status == 401 || status == 403 || attempts >= settings.attempts();
        Instant dueAt = now().plus(settings.backOff().after(attempts, random));
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("attempts", attempts);
        columns.put("reason", FailureReason.of(failure));
        columns.put("due_at", ends ? null : dueAt);
        if (ends) {
            columns.put("outcome", ReconciliationRun.FAILED);
            columns.put("finished_at", now());
        }
        LOG.warn(
                "Reconciliation run {} at {} {}: {}",
                run.id(),
                run.step().wireName(),
                ends ? "failed" : "waits",
                FailureReason.of(failure));
        try {
            transaction.executeWithoutResult(done -> mustBeMine(run, columns));
        } catch (RunLostException e) {
            LOG.info("{}", e.getMessage());
        }
        return run.leftUntil(dueAt, attempts, ends);
    }

    /** Of a payment or charge that the account does not have there is nothing to list: that is for the books to answer. */
    private static boolean isAboutUnknown(ReconciliationRun run, Exception failure) {
        return (run.step() == RunStep.PAYMENT_CHARGES || run.step() == RunStep.PAYMENT_REFUNDS)
                && RunCursor.of(run).page() == null
                && failure instanceof InvalidRequestException refused
                && "resource_missing".equals(refused.getCode());
    }

    private Instant leaseEnd() {
        return now().plus(settings.lease());
    }

    /** To the microsecond, as both databases keep it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
