package io.payroutes.node;

import io.payroutes.store.Row;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionOperations;

/**
 * This node among those on the same database. Each one counts in its row; one that stops counting is gone, and what it had claimed is
 * due again, long before its leases run out. No clock is compared with another: a node counts its own looks at the others, those that
 * the database answered, so that neither clocks that differ nor a database that was away make anybody look gone.
 *
 * <p>A node that was only cut off, or stood still, may go on with what others have by then: what it did with an event is
 * undone, and what it sent was sent twice, under one id. Mails have nobody who would notice, so they wait for their leases, unless the
 * node's process was seen to have ended. Thread-safe.
 */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final JdbcOperations jdbc;
    private final TransactionOperations transaction;
    private final Clock clock;
    private final int patience;
    private final Runnable news;
    private final ProcessMark process = ProcessMark.own();
    private final Map<Integer, Watched> others = new HashMap<>();
    private volatile @Nullable Integer id;
    private boolean closed;

    /** How far another node had counted, and how often it was seen to stand there. */
    private record Watched(long beats, int looks) {}

    private record Other(int id, long beats, String process) {}

    /**
     * @param patience how many looks another node may stand still for
     * @param news told when something became due
     */
    public Node(JdbcOperations jdbc, TransactionOperations transaction, Clock clock, int patience, Runnable news) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.clock = clock;
        this.patience = patience;
        this.news = news;
    }

    /** The number of this node; a parameter of claims. Null until it has counted for the first time. */
    public @Nullable Integer id() {
        return id;
    }

    /** Counts on, and looks at the others. What cannot be done at the moment is left for the next time. */
    public synchronized void beat() {
        if (closed) {
            return;
        }
        try {
            countOn();
            List<Other> seen = others();
            others.keySet().retainAll(seen.stream().map(Other::id).toList());
            seen.forEach(this::lookAt);
        } catch (DataAccessException | TransactionException e) {
            LOG.debug("Not now", e); // the pool says when the database is away
        }
    }

    private void countOn() {
        Integer known = id;
        if (known != null && jdbc.update("UPDATE node SET beats = beats + 1 WHERE node_id = ?", known) == 1) {
            return;
        }
        GeneratedKeyHolder key = new GeneratedKeyHolder();
        jdbc.update(
                connection -> {
                    var insert = connection.prepareStatement(
                            "INSERT INTO node (process, beats, started_at) VALUES (?, 1, ?)", new String[] {"node_id"});
                    insert.setString(1, process.text());
                    insert.setObject(2, Row.parameter(clock.instant()));
                    return insert;
                },
                key);
        id = Objects.requireNonNull(key.getKey()).intValue();
        if (known != null) {
            LOG.warn("Others have taken over what this node had, as node {}: it is node {} now", known, id);
        }
    }

    private List<Other> others() {
        return jdbc.query(
                "SELECT node_id, beats, process FROM node WHERE node_id <> ?",
                (row, number) -> new Other(row.getInt("node_id"), row.getLong("beats"), row.getString("process")),
                id);
    }

    private void lookAt(Other other) {
        if (process.sawTheEndOf(other.process())) {
            takeOver(other, true);
            return;
        }
        Watched before = others.get(other.id());
        int looks = before == null || before.beats() != other.beats() ? 1 : before.looks() + 1;
        others.put(other.id(), new Watched(other.beats(), looks));
        if (looks > patience) {
            takeOver(other, false);
        }
    }

    /** @param ended whether its process has ended for certain */
    private void takeOver(Other other, boolean ended) {
        Integer due = transaction.execute(status ->
                // Of two who take over, one does; and nobody does when it has counted meanwhile.
                jdbc.update("DELETE FROM node WHERE node_id = ? AND beats = ?", other.id(), other.beats()) == 1
                        ? release(other.id(), ended)
                        : null);
        others.remove(other.id());
        if (due != null) {
            LOG.warn(
                    "Node {} {}: {} events and deliveries that it had are due again",
                    other.id(),
                    ended ? "has ended" : "does not count any more",
                    due);
            news.run();
        }
    }

    private int release(int node, boolean mailsToo) {
        int due = release("stripe_event", "event_id", "due_at > ? AND claimed_by = ?", node);
        for (String destination : mailsToo ? List.of("erp", "stripe", "mail") : List.of("erp", "stripe")) {
            due += release(
                    "delivery",
                    "delivery_id",
                    "destination = '" + destination + "' AND due_at > ? AND claimed_by = ?",
                    node);
        }
        return due;
    }

    /**
     * But for rows that somebody is changing: of a node that was cut off in the middle of a transaction the database may not know
     * for hours that it is gone, and whoever waited for it would soon look gone, too.
     */
    private int release(String table, String key, String condition, int node) {
        var now = Row.parameter(clock.instant());
        List<Object[]> rows = jdbc
                .queryForList(
                        "SELECT " + key + " FROM " + table + " WHERE " + condition + " FOR UPDATE SKIP LOCKED",
                        String.class,
                        now,
                        node)
                .stream()
                .map(id -> new Object[] {now, id})
                .toList();
        jdbc.batchUpdate("UPDATE " + table + " SET due_at = ?, claimed_by = NULL WHERE " + key + " = ?", rows);
        return rows.size();
    }

    /** What this node still has is due for others: nobody here works on it any more. */
    @Override
    public synchronized void close() {
        closed = true;
        Integer own = id;
        if (own == null) {
            return;
        }
        try {
            transaction.executeWithoutResult(status -> {
                jdbc.update("DELETE FROM node WHERE node_id = ?", own);
                release(own, true);
            });
        } catch (DataAccessException | TransactionException e) {
            LOG.debug("Whoever comes next will see that this process has ended", e);
        }
    }
}
