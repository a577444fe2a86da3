package io.payroutes.store;

import io.payroutes.store.Dialect.Change;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.ResourceHolderSynchronization;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Changes of which nobody asks what came of them: they wait for the end of the transaction at hand, and go with its last
 * statement, as each trip to the database costs more than most changes do. Whoever reads what may be waiting has it made
 * first. Thread-safe; what waits belongs to its transaction, and is gone when that is rolled back.
 */
public final class LastChanges {
    private final JdbcOperations jdbc;
    private final TransactionOperations transaction;
    private final Dialect dialect;

    public LastChanges(JdbcOperations jdbc, TransactionOperations transaction, Dialect dialect) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.dialect = dialect;
    }

    /**
     * Has a change made before the transaction at hand commits; at once, if there is none.
     *
     * @param change an insert or an update that sees nothing of the others, nor they of it
     */
    public void add(Change change) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            jdbc.update(change.sql(), change.parameters().toArray());
            return;
        }
        Waiting waiting = waiting();
        if (waiting == null) {
            waiting = new Waiting();
            TransactionSynchronizationManager.bindResource(this, waiting);
            TransactionSynchronizationManager.registerSynchronization(new Synchronization(waiting));
        }
        waiting.changes.add(change);
    }

    /** Makes what waits. */
    public void make() {
        Waiting waiting = waiting();
        if (waiting != null && !waiting.changes.isEmpty()) {
            List<Change> changes = waiting.take();
            int last = changes.size() - 1;
            dialect.together(jdbc, transaction, changes.subList(0, last), changes.get(last));
        }
    }

    /**
     * Makes a change, and with it what waits.
     *
     * @param change an insert or an update that sees nothing of what waits, nor that of it
     * @return how many rows it changed
     */
    public int makeWith(Change change) {
        Waiting waiting = waiting();
        return dialect.together(jdbc, transaction, waiting == null ? List.of() : waiting.take(), change);
    }

    private @Nullable Waiting waiting() {
        return (Waiting) TransactionSynchronizationManager.getResource(this);
    }

    private static final class Waiting extends ResourceHolderSupport {
        private final List<Change> changes = new ArrayList<>();

        private List<Change> take() {
            List<Change> taken = List.copyOf(changes);
            changes.clear();
            return taken;
        }
    }

    private final class Synchronization extends ResourceHolderSynchronization<Waiting, LastChanges> {

        Synchronization(Waiting waiting) {
            super(waiting, LastChanges.this);
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            make();
        }
    }
}
