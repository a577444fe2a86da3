package io.payroutes.reconciliation;

import com.stripe.model.BalanceTransaction;
import com.stripe.model.Charge;
import com.stripe.model.Dispute;
import com.stripe.model.Payout;
import com.stripe.model.Refund;
import com.stripe.model.StripeCollection;
import io.payroutes.reconciliation.ReconciliationRun.Counts;
import io.payroutes.store.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** What a run does with an answer of Stripe's, and with the next batch where nothing was asked. */
final class RunSteps {
    private static final int LINES_AT_ONCE = 1000;

    private final JdbcOperations jdbc;
    private final RunPlan plan;
    private final RunQuestions questions;
    private final StatementTables statements;
    private final RunChecks checks;
    private final int batch;

    /** @param batch how many payments are compared in one round */
    RunSteps(
            JdbcOperations jdbc,
            RunPlan plan,
            RunQuestions questions,
            StatementTables statements,
            RunChecks checks,
            int batch) {
        this.jdbc = jdbc;
        this.plan = plan;
        this.questions = questions;
        this.statements = statements;
        this.checks = checks;
        this.batch = batch;
    }

    /**
     * How far a round has come.
     *
     * @param cursor where to go on, if the step is not done
     * @param more what it has looked at
     */
    record Progress(boolean done, @Nullable String cursor, Counts more) {
        static Progress done(Counts more) {
            return new Progress(true, null, more);
        }
    }

    /** One round of the run's step, in the transaction of the caller. */
    Progress round(ReconciliationRun run, @Nullable Object answer, Instant now) {
        return switch (run.step()) {
            case CHARGES ->
                listed(run, answer, Charge.class, charges -> {
                    List<Charge> ours = within(run, charges, Charge::getCreated);
                    statements.keepCharges(ours, now);
                    return new Counts(0, ours.size(), 0, 0, 0, 0, 0);
                });
            case REFUNDS ->
                listed(run, answer, Refund.class, refunds -> {
                    List<Refund> ours = within(run, refunds, Refund::getCreated);
                    statements.keepRefunds(ours, now);
                    return new Counts(0, 0, ours.size(), 0, 0, 0, 0);
                });
            case DISPUTES ->
                listed(run, answer, Dispute.class, disputes -> {
                    List<Dispute> ours = within(run, disputes, Dispute::getCreated);
                    statements.keepDisputes(ours, now);
                    return new Counts(0, 0, 0, ours.size(), 0, 0, 0);
                });
            case BALANCE_TRANSACTIONS ->
                listed(run, answer, BalanceTransaction.class, lines -> {
                    List<BalanceTransaction> ours = within(run, lines, BalanceTransaction::getCreated);
                    statements.keepLines(ours, now);
                    return new Counts(0, 0, 0, 0, ours.size(), 0, 0);
                });
            case PAYOUTS ->
                listed(run, answer, Payout.class, payouts -> {
                    List<Payout> ours = within(run, payouts, Payout::getCreated);
                    statements.keepPayouts(ours, now);
                    return new Counts(0, 0, 0, 0, 0, ours.size(), 0);
                });
            case PAYOUT_LINES ->
                listedOf(run, answer, BalanceTransaction.class, (payout, lines, first, last) -> {
                    if (first) {
                        statements.forgetPayoutLines(payout);
                    }
                    statements.keepLines(lines, now);
                    statements.keepPayoutLines(payout, lines);
                    if (last) {
                        statements.itemised(payout, now);
                    }
                });
            case PAYMENT_CHARGES ->
                listedOf(
                        run,
                        answer,
                        Charge.class,
                        (payment, charges, first, last) -> statements.keepCharges(charges, now));
            case PAYMENT_REFUNDS ->
                listedOf(
                        run,
                        answer,
                        Refund.class,
                        (payment, refunds, first, last) -> statements.keepRefunds(refunds, now));
            case SOURCES -> retrieved(run, answer, now);
            case MISSING_LINES -> retrieved(run, answer, now);
            case CHECK_PAYMENTS ->
                batch(run, batch, ids -> {
                    checks.payments(run, ids, now);
                    return new Counts(ids.size(), 0, 0, 0, 0, 0, 0);
                });
            case CHECK_CHARGES ->
                batch(run, batch, ids -> {
                    ids.forEach(id -> checks.loneCharge(run, id, now));
                    return Counts.NOTHING;
                });
            case CHECK_LINES -> lines(run, now);
            case CHECK_PAYOUTS ->
                batch(run, batch, ids -> {
                    checks.payouts(run, ids, now);
                    return Counts.NOTHING;
                });
            case DONE -> throw new IllegalStateException("run " + run.id() + " has ended");
        };
    }

    private interface Seconds<T> {
        @Nullable
        Long of(T object);
    }

    /** Whatever a list holds: the span decides. */
    private static <T> List<T> within(ReconciliationRun run, List<T> objects, Seconds<T> created) {
        return objects.stream()
                .filter(object -> {
                    Long seconds = created.of(object);
                    return seconds != null && run.span().contains(Instant.ofEpochSecond(seconds));
                })
                .toList();
    }

    private interface Keeper<T> {
        Counts keep(List<T> objects);
    }

    private static <T> Progress listed(
            ReconciliationRun run, @Nullable Object answer, Class<T> type, Keeper<T> keeper) {
        Page<T> page = Page.of(answer, type, run.cursor());
        return new Progress(!page.more(), page.last(), keeper.keep(page.objects()));
    }

    private interface ListKeeper<T> {
        void keep(String subject, List<T> objects, boolean first, boolean last);
    }

    private <T> Progress listedOf(ReconciliationRun run, @Nullable Object answer, Class<T> type, ListKeeper<T> keeper) {
        Optional<String> about = questions.about(run);
        if (about.isEmpty()) {
            return Progress.done(Counts.NOTHING);
        }
        String subject = about.get();
        String before = RunCursor.of(run).page();
        Page<T> page = answer == null ? Page.nothing() : Page.of(answer, type, before);
        keeper.keep(subject, page.objects(), before == null, answer != null && !page.more());
        return new Progress(false, page.more() ? subject + "|" + page.last() : subject, Counts.NOTHING);
    }

    private Progress retrieved(ReconciliationRun run, @Nullable Object answer, Instant now) {
        Optional<String> subject = plan.nextOne(run, run.step(), run.cursor());
        if (subject.isEmpty()) {
            return Progress.done(Counts.NOTHING);
        }
        if (answer instanceof Charge charge) {
            statements.keepCharges(List.of(charge), now);
        } else if (answer instanceof Refund refund) {
            statements.keepRefunds(List.of(refund), now);
        } else if (answer instanceof Dispute dispute) {
            statements.keepDisputes(List.of(dispute), now);
        } else if (answer instanceof BalanceTransaction line) {
            statements.keepLines(List.of(line), now);
        }
        if (run.step() == RunStep.SOURCES) {
            statements.tieLines(List.of(subject.get()));
        }
        return new Progress(false, subject.get(), Counts.NOTHING);
    }

    private Progress batch(ReconciliationRun run, int size, Keeper<String> keeper) {
        List<String> ids = plan.next(run, run.step(), run.cursor(), size);
        Counts more = ids.isEmpty() ? Counts.NOTHING : keeper.keep(ids);
        return ids.size() < size ? Progress.done(more) : new Progress(false, ids.get(ids.size() - 1), more);
    }

    /** First the lines of the span by their time, then what the payouts of the span have brought from before it. */
    private Progress lines(ReconciliationRun run, Instant now) {
        String cursor = Objects.requireNonNullElse(run.cursor(), "@");
        if (cursor.startsWith("@")) {
            int bar = cursor.indexOf('|');
            Instant after = bar < 0 ? run.span().from() : Instant.parse(cursor.substring(1, bar));
            String afterId = bar < 0 ? "" : cursor.substring(bar + 1);
            List<Row> rows = jdbc
                    .queryForList(
                            "SELECT * FROM balance_transaction WHERE created_at < ?"
                                    + " AND (created_at, balance_transaction_id) > (?, ?)"
                                    + " AND currency = COALESCE(?, currency)"
                                    + " ORDER BY created_at, balance_transaction_id LIMIT " + LINES_AT_ONCE,
                            Row.parameter(run.span().to()),
                            Row.parameter(after),
                            afterId,
                            run.span().currency())
                    .stream()
                    .map(Row::of)
                    .toList();
            checks.lines(run, rows, now);
            if (rows.size() < LINES_AT_ONCE) {
                return new Progress(false, "+", Counts.NOTHING);
            }
            Row last = rows.get(rows.size() - 1);
            return new Progress(
                    false,
                    "@" + last.mustTime("created_at") + "|" + last.mustText("balance_transaction_id"),
                    Counts.NOTHING);
        }
        List<String> ids = plan.next(run, RunStep.CHECK_LINES, cursor.substring(1), LINES_AT_ONCE);
        checks.lines(
                run,
                ManyIds.rows(jdbc, "SELECT * FROM balance_transaction WHERE balance_transaction_id IN (%s)", ids),
                now);
        return ids.size() < LINES_AT_ONCE
                ? Progress.done(Counts.NOTHING)
                : new Progress(false, "+" + ids.get(ids.size() - 1), Counts.NOTHING);
    }

    /**
     * One page of a list.
     *
     * @param last id of its last object, where the next page begins
     */
    private record Page<T>(
            List<T> objects, boolean more, @Nullable String last) {

        static <T> Page<T> nothing() {
            return new Page<>(List.of(), false, null);
        }

        /** @throws IllegalStateException if it says that there is more and gives no way to get it */
        static <T> Page<T> of(@Nullable Object answer, Class<T> type, @Nullable String before) {
            if (!(answer instanceof StripeCollection<?> collection) || collection.getData() == null) {
                throw new IllegalStateException("Stripe has answered with no list");
            }
            List<T> objects = new ArrayList<>();
            String last = null;
            for (Object object : collection.getData()) {
                objects.add(type.cast(object));
                last = ((com.stripe.model.HasId) object).getId();
            }
            boolean more = Boolean.TRUE.equals(collection.getHasMore());
            if (more && (last == null || last.equals(before))) {
                throw new IllegalStateException("Stripe says that there is more, and shows nothing new");
            }
            return new Page<>(objects, more, last);
        }
    }
}
