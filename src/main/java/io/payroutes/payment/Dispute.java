package io.payroutes.payment;

import io.payroutes.store.Row;
import org.jspecify.annotations.Nullable;

/**
 * A dispute as the ledger has it.
 *
 * @param amount disputed, minor units; may differ from the charge's
 */
public record Dispute(String id, @Nullable String status, long amount, String currency, boolean fundsWithdrawn) {

    static Dispute of(Row row) {
        return new Dispute(
                row.mustText("dispute_id"),
                row.text("status"),
                row.mustNumber("amount"),
                row.mustText("currency"),
                row.isSet("funds_withdrawn"));
    }

    /** Open or lost; an inquiry that was closed and a dispute that was won or prevented no longer count. */
    boolean standsAgainstUs() {
        return switch (status == null ? "" : status) {
            case "won", "warning_closed", "prevented" -> false;
            default -> true;
        };
    }
}
