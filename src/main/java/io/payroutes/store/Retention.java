package io.payroutes.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How long what is done is kept: the parameters of the statements that delete it. */
public final class Retention {
    private final Clock clock;
    private final Duration settled;
    private final Duration unsettled;

    /**
     * @param settled age from which on is deleted what ended well
     * @param unsettled age from which on is deleted what a person should have looked at
     */
    public Retention(Clock clock, Duration settled, Duration unsettled) {
        this.clock = clock;
        this.settled = settled;
        this.unsettled = unsettled;
    }

    /** What ended well before this time is deleted. */
    public OffsetDateTime settledBefore() {
        return before(settled);
    }

    /** What ended otherwise before this time is deleted. */
    public OffsetDateTime unsettledBefore() {
        return before(unsettled);
    }

    /** Before all that is kept: where the first search begins. */
    public OffsetDateTime beginning() {
        return Instant.EPOCH.atOffset(ZoneOffset.UTC);
    }

    /**
     * @param found rows of an identifier and the time by which they are in order
     * @return the time of the last, where the next search begins; null if nothing was found
     */
    public @Nullable Object end(List<Map<String, Object>> found) {
        return found.isEmpty()
                ? null
                : List.copyOf(found.get(found.size() - 1).values()).get(1);
    }

    /**
     * @param found rows that begin with an identifier
     * @param size identifiers in a batch, at least 1
     * @return the identifiers in batches, each as a database takes it for an array
     */
    public List<String[]> batches(List<Map<String, Object>> found, int size) {
        return IntStream.iterate(0, from -> from < found.size(), from -> from + size)
                .mapToObj(from -> found.subList(from, Math.min(from + size, found.size())))
                .map(batch -> batch.stream()
                        .map(row -> (String) row.values().iterator().next())
                        .toArray(String[]::new))
                .toList();
    }

    private OffsetDateTime before(Duration age) {
        return clock.instant().minus(age).atOffset(ZoneOffset.UTC);
    }
}
