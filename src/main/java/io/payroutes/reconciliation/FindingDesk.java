package io.payroutes.reconciliation;

import io.payroutes.api.JsonRequest;
import io.payroutes.store.BadParameterException;
import io.payroutes.store.NoSuchRecordException;
import io.payroutes.store.Row;
import io.payroutes.store.Table;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/** What people say of findings. */
public final class FindingDesk {
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_REASON = 2000;

    private final TransactionOperations transaction;
    private final Clock clock;
    private final Table findings;

    public FindingDesk(JdbcOperations jdbc, TransactionOperations transaction, Clock clock) {
        this.transaction = transaction;
        this.clock = clock;
        this.findings = new Table(jdbc, "reconciliation_finding", "finding_id");
    }

    /**
     * Keeps that a difference is right as it is: {@code by} whom and {@code why}. It opens again when its amounts change.
     *
     * @throws NoSuchRecordException if there is no such finding
     * @throws BadParameterException if it does not say who and why, or the difference is gone
     */
    public void explain(@Variable("id") String id, Exchange exchange) {
        JsonRequest request = JsonRequest.of(exchange, "by", "why");
        String by = request.mustText("by", LONGEST_NAME);
        String why = request.mustText("why", LONGEST_REASON);
        change(id, FindingState.EXPLAINED, by, why);
    }

    /**
     * Takes an explanation back.
     *
     * @throws NoSuchRecordException if there is no such finding
     * @throws BadParameterException if the difference is gone
     */
    public void reopen(@Variable("id") String id) {
        change(id, FindingState.OPEN, null, null);
    }

    private void change(String id, FindingState state, @Nullable String by, @Nullable String why) {
        transaction.executeWithoutResult(status -> {
            Row row = findings.lock(id).orElseThrow(() -> new NoSuchRecordException("finding"));
            if (FindingState.of(row.mustText("state")) == FindingState.RESOLVED) {
                throw new BadParameterException("The finding", "is resolved: the difference is gone");
            }
            Map<String, @Nullable Object> columns = new LinkedHashMap<>();
            columns.put("state", state.wireName());
            columns.put("explained_by", by);
            columns.put("explanation", why);
            columns.put("explained_at", by == null ? null : clock.instant().truncatedTo(ChronoUnit.MICROS));
            findings.update(id, columns);
        });
    }
}
