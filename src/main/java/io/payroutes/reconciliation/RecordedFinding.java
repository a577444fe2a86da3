package io.payroutes.reconciliation;

import io.payroutes.store.Row;
import java.time.Instant;

/** A finding as it is kept. */
public record RecordedFinding(Finding finding, FindingState state, Instant firstSeen, Instant lastSeen) {

    /** Reads a row of {@code reconciliation_finding}. */
    public static RecordedFinding of(Row row) {
        return new RecordedFinding(
                new Finding(
                        row.mustText("finding_id"),
                        FindingCode.of(row.mustText("code")),
                        row.text("payment_id"),
                        row.text("charge_id"),
                        row.text("order_ref"),
                        row.number("expected"),
                        row.number("actual"),
                        row.text("currency"),
                        row.text("other")),
                FindingState.of(row.mustText("state")),
                row.mustTime("first_seen"),
                row.mustTime("last_seen"));
    }
}
