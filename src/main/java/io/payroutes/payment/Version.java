package io.payroutes.payment;

import io.payroutes.store.Row;
import java.util.Comparator;
import java.util.Map;

/**
 * Which of two snapshots of one object is the later one. Stripe's {@code created} has whole seconds and proves nothing
 * inside one, so equal seconds are settled by the life cycle; a final status is later than any other, whatever the clock
 * says. The order is total, so the latest of a set of snapshots is the same in whatever order they arrive.
 *
 * @param isFinal 1 for a status that nothing follows, otherwise 0
 * @param at Stripe's time of the event, epoch seconds
 * @param rank how far along the life cycle
 * @param tie settles the rest
 */
record Version(int isFinal, long at, long rank, String tie) implements Comparable<Version> {
    private static final Comparator<Version> ORDER = Comparator.comparingInt(Version::isFinal)
            .thenComparingLong(Version::at)
            .thenComparingLong(Version::rank)
            .thenComparing(Version::tie);

    /** Before every snapshot. */
    static final Version NONE = new Version(-1, 0, 0, "");

    static Version of(Row row) {
        return new Version(
                (int) row.mustNumber("version_final"),
                row.mustNumber("version_at"),
                row.mustNumber("version_rank"),
                row.mustText("version_tie"));
    }

    void writeTo(Map<String, ? super Object> columns) {
        columns.put("version_final", isFinal);
        columns.put("version_at", at);
        columns.put("version_rank", rank);
        columns.put("version_tie", tie);
    }

    @Override
    public int compareTo(Version other) {
        return ORDER.compare(this, other);
    }
}
