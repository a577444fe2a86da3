package io.payroutes.reconciliation;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a run is within a step of many lists.
 *
 * @param subject whose list it is; with {@code page} null the last one whose list is complete
 * @param page the last object of the last page
 */
record RunCursor(@Nullable String subject, @Nullable String page) {

    static RunCursor of(ReconciliationRun run) {
        String text = run.cursor();
        int bar = text == null ? -1 : text.indexOf('|');
        return bar < 0
                ? new RunCursor(text, null)
                : new RunCursor(Objects.requireNonNull(text).substring(0, bar), text.substring(bar + 1));
    }
}
