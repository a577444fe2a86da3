package io.payroutes.reconciliation;

import io.payroutes.store.Row;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run that asks Stripe, as it stands. Immutable; each committed page makes another one.
 *
 * @param cursor how far within the step, null at its beginning
 * @param attempts how often in a row it could not go on
 * @param leasedUntil until when it belongs to whoever works on it; proves, at each commit, that it still does
 * @param outcome running, finished or failed
 * @param released whether whoever worked on it has left it, to be taken up later
 */
public record ReconciliationRun(
        String id,
        Span span,
        RunStep step,
        @Nullable String cursor,
        Counts counts,
        int attempts,
        Instant startedAt,
        Instant leasedUntil,
        String outcome,
        boolean released) {

    static final String RUNNING = "running";
    static final String FINISHED = "finished";
    static final String FAILED = "failed";

    /** How much it has looked at. */
    public record Counts(
            long payments, long charges, long refunds, long disputes, long lines, long payouts, long findings) {

        static final Counts NOTHING = new Counts(0, 0, 0, 0, 0, 0, 0);

        Counts plus(Counts more) {
            return new Counts(
                    payments + more.payments,
                    charges + more.charges,
                    refunds + more.refunds,
                    disputes + more.disputes,
                    lines + more.lines,
                    payouts + more.payouts,
                    findings + more.findings);
        }
    }

    /** Whether there is another page, or another batch, for whoever works on it. */
    public boolean goesOn() {
        return outcome.equals(RUNNING) && !released;
    }

    public boolean isRunning() {
        return outcome.equals(RUNNING);
    }

    /** What it does now, in words that a log may have. */
    public String stepName() {
        return step.wireName();
    }

    /**
     * How far it is, in hundredths; of lists nobody knows how long they are.
     *
     * @param size how many payments there are to compare, 0 if that is not known yet
     */
    public int progress(long size) {
        int steps = RunStep.values().length - 1;
        long within = step == RunStep.CHECK_PAYMENTS && size > 0 ? 100 * Math.min(size, counts.payments()) / size : 0;
        return (int) Math.min(100, (100L * List.of(RunStep.values()).indexOf(step) + within) / steps);
    }

    public boolean isFinished() {
        return outcome.equals(FINISHED);
    }

    public boolean hasFailed() {
        return outcome.equals(FAILED);
    }

    static ReconciliationRun of(Row row) {
        return new ReconciliationRun(
                row.mustText("run_id"),
                new Span(row.mustTime("span_from"), row.mustTime("span_to"), row.text("currency")),
                RunStep.of(row.mustText("step")),
                row.text("step_cursor"),
                new Counts(
                        row.mustNumber("payments"),
                        row.mustNumber("charges"),
                        row.mustNumber("refunds"),
                        row.mustNumber("disputes"),
                        row.mustNumber("lines"),
                        row.mustNumber("payouts"),
                        row.mustNumber("findings")),
                (int) row.mustNumber("attempts"),
                row.mustTime("started_at"),
                Objects.requireNonNullElse(row.time("due_at"), Instant.EPOCH),
                row.mustText("outcome"),
                false);
    }

    ReconciliationRun leased(Instant newLease) {
        return new ReconciliationRun(id, span, step, cursor, counts, attempts, startedAt, newLease, outcome, false);
    }

    ReconciliationRun at(RunStep newStep, @Nullable String newCursor, Counts more, Instant newLease) {
        return new ReconciliationRun(
                id,
                span,
                newStep,
                newCursor,
                counts.plus(more),
                0,
                startedAt,
                newLease,
                newStep == RunStep.DONE ? FINISHED : RUNNING,
                false);
    }

    ReconciliationRun leftUntil(Instant dueAt, int newAttempts, boolean failed) {
        return new ReconciliationRun(
                id, span, step, cursor, counts, newAttempts, startedAt, dueAt, failed ? FAILED : RUNNING, true);
    }
}
