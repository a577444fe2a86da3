package io.payroutes.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Whole lives of many payments, drawn from a seed: every path, several attempts, partial captures, refunds, disputes,
 * twin events, equal seconds and all API versions. The same seed gives the same bytes.
 *
 * <p>Inside one second nothing happens that the life cycle could not put in order: a new attempt that does not end the
 * payment begins in a later second than the one in which the last attempt failed.
 */
public record StripeHistories(List<History> histories) {
    private static final long START = 1_767_225_600L; // 2026-01-01T00:00:00Z

    public StripeHistories {
        histories = List.copyOf(histories);
    }

    public static StripeHistories generate(long seed, int payments) {
        SplittableRandom random = new SplittableRandom(seed);
        List<History> histories = new ArrayList<>();
        for (int i = 1; i <= payments; i++) {
            String id = "pi_" + Long.toString(seed & Long.MAX_VALUE, 36) + "x" + i;
            histories.add(HistoryWriter.write(random.split(), id, i, START + random.nextInt(3600)));
        }
        return new StripeHistories(histories);
    }

    public List<Expectation> expectations() {
        return histories.stream().map(History::expectation).toList();
    }

    /** Every event once, as an orderly world would deliver them. */
    public List<StripeEvent> events() {
        // The sort is stable: what happens in one second stays in the order in which it came about.
        return histories.stream()
                .flatMap(history -> history.events().stream())
                .sorted(Comparator.comparingLong(StripeEvent::created))
                .toList();
    }

    /** Every event at least once, some of them up to three times, in no order. */
    public List<StripeEvent> permuted(long seed) {
        Random random = new Random(seed);
        List<StripeEvent> events = new ArrayList<>();
        for (StripeEvent event : events()) {
            int times = random.nextInt(4) == 0 ? 2 + random.nextInt(2) : 1;
            events.addAll(Collections.nCopies(times, event));
        }
        Collections.shuffle(events, random);
        return List.copyOf(events);
    }
}
