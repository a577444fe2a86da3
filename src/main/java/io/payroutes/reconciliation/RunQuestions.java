package io.payroutes.reconciliation;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a run asks Stripe, one question after the other. */
final class RunQuestions {
    private static final int PAGE = 100;
    private static final String NOTHING = "nothing";

    private final RunPlan plan;

    RunQuestions(RunPlan plan) {
        this.plan = plan;
    }

    /**
     * What to ask Stripe.
     *
     * @param resource the name of the operation of the stripe component, {@code nothing} if there is nothing to ask
     * @param objectId the one object that is asked for, null for a list
     */
    record Question(String resource, @Nullable String objectId, Map<String, Object> parameters) {
        static final Question NONE = new Question(NOTHING, null, Map.of());

        static Question object(String resource, String id) {
            return new Question(resource, id, Map.of());
        }
    }

    /** The question that is next where the run is now. */
    Question next(ReconciliationRun run) {
        return switch (run.step()) {
            case CHARGES -> listOf("charges", run);
            case REFUNDS -> listOf("refunds", run);
            case DISPUTES -> listOf("disputes", run);
            case BALANCE_TRANSACTIONS -> listOf("balanceTransactions", run);
            case PAYOUTS -> listOf("payouts", run);
            case PAYOUT_LINES ->
                about(run)
                        .map(payout -> page(
                                "balanceTransactions",
                                Map.of("payout", payout, "expand", List.of("data.source")),
                                RunCursor.of(run).page()))
                        .orElse(Question.NONE);
            case PAYMENT_CHARGES -> about("charges", run);
            case PAYMENT_REFUNDS -> about("refunds", run);
            case SOURCES ->
                plan.nextOne(run, RunStep.SOURCES, run.cursor())
                        .map(id -> Question.object(resourceOf(id), id))
                        .orElse(Question.NONE);
            case MISSING_LINES ->
                plan.nextOne(run, RunStep.MISSING_LINES, run.cursor())
                        .map(id -> Question.object("balanceTransactions", id))
                        .orElse(Question.NONE);
            case CHECK_PAYMENTS, CHECK_CHARGES, CHECK_LINES, CHECK_PAYOUTS, DONE -> Question.NONE;
        };
    }

    /** By the prefix of its id, as Stripe gives them. */
    private static String resourceOf(String id) {
        if (id.startsWith("re_") || id.startsWith("pyr_")) {
            return "refunds";
        }
        return id.startsWith("du_") || id.startsWith("dp_") ? "disputes" : "charges";
    }

    private static Question listOf(String resource, ReconciliationRun run) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        // Stripe's times have whole seconds: what is created in the second of the end is left out when the answer is
        // kept.
        parameters.put(
                "created",
                Map.of(
                        "gte", run.span().from().getEpochSecond(),
                        "lt", ceiling(run.span().to())));
        if (resource.equals("balanceTransactions") && run.span().currency() != null) {
            parameters.put("currency", run.span().currency());
        }
        return page(resource, parameters, run.cursor());
    }

    private Question about(String resource, ReconciliationRun run) {
        return about(run)
                .map(subject -> page(
                        resource,
                        Map.of(subject.startsWith("pi_") ? "payment_intent" : "charge", subject),
                        RunCursor.of(run).page()))
                .orElse(Question.NONE);
    }

    /** The payout, payment or charge whose list the run is in the middle of, or the next one. */
    Optional<String> about(ReconciliationRun run) {
        RunCursor cursor = RunCursor.of(run);
        return cursor.page() != null
                ? Optional.ofNullable(cursor.subject())
                : plan.nextOne(run, run.step(), cursor.subject());
    }

    private static Question page(String resource, Map<String, Object> parameters, @Nullable String after) {
        Map<String, Object> all = new LinkedHashMap<>(parameters);
        all.put("limit", PAGE);
        if (after != null) {
            all.put("starting_after", after);
        }
        return new Question(resource, null, all);
    }

    private static long ceiling(Instant time) {
        return time.getNano() == 0 ? time.getEpochSecond() : time.getEpochSecond() + 1;
    }
}
