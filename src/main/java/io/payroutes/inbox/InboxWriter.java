package io.payroutes.inbox;

import io.payroutes.store.Database;
import io.payroutes.store.Dialect.Cell;
import io.payroutes.store.Dialect.Column;
import io.payroutes.store.Row;
import io.payroutes.webhook.EventEnvelope;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts events: what arrives together is committed together, so that the cost of a commit is shared and the intake's
 * cost does not grow with load. Answers when the event is durable, and not before. Thread-safe.
 */
public final class InboxWriter extends ServiceSupport {
    private static final Logger LOG = LoggerFactory.getLogger(InboxWriter.class);
    private static final List<Column> COLUMNS = List.of(
            Column.text("event_id"),
            Column.text("event_type"),
            Column.text("api_version"),
            Column.text("account"),
            Column.text("object_id"),
            Column.flag("livemode"),
            Column.time("created_at"),
            Column.text("payload"));

    private static final Duration TOLD_EVERY = Duration.ofSeconds(5);

    private final Database database;
    private final Clock clock;
    private final Settings settings;
    private final AtomicLong held = new AtomicLong();
    private final CommitQueue<Waiting> queue;
    /** In the queue behind all that is still to be written. */
    private final Waiting end = new Waiting(
            new EventEnvelope("", "", null, null, null, null, null, ""), new CompletableFuture<@Nullable Void>());

    private final List<Thread> writers = new ArrayList<>();
    private final BooleanSupplier backlogFull;
    private final IntakeMetrics metrics;
    private final Runnable onStored;
    private final AtomicLong untold = new AtomicLong();
    private final AtomicReference<Instant> toldAt = new AtomicReference<>(Instant.MIN);
    private final int answerTimeout;
    private volatile long lastBusy;

    /**
     * What the intake may take, and when it commits.
     *
     * @param capacity how many events may wait for their commit; beyond it the intake says that it is full
     * @param memory how many characters of payloads may wait for their commit; beyond it the intake says that it is full
     * @param batch most events in one commit
     * @param writers how many commits may be under way at the same time
     * @param gathering how long after the one before a commit begins at the earliest, unless enough events wait
     * @param enough so many events are worth a commit, however soon after the one before
     * @param patience how long events wait for the end of the commit before, to share the next
     * @param answerTimeout how long a commit may take over a network; then the events of it fail, and the connection is given up
     * @param busy how many events have to be committed together for the intake to be busy
     * @param precedence how long everything else makes room for a busy intake
     */
    public record Settings(
            int capacity,
            long memory,
            int batch,
            int writers,
            Duration gathering,
            int enough,
            Duration patience,
            Duration answerTimeout,
            int busy,
            Duration precedence) {}

    /**
     * @param backlogFull whether more events wait to be handled than may
     * @param onStored told of each commit, so that the events need not wait until somebody looks for them
     */
    public InboxWriter(
            Database database,
            Clock clock,
            Settings settings,
            BooleanSupplier backlogFull,
            IntakeMetrics metrics,
            Runnable onStored) {
        this.database = database;
        this.clock = clock;
        this.settings = settings;
        this.queue = new CommitQueue<>(
                settings.capacity, new CommitQueue.Pace(settings.gathering, settings.enough, settings.patience));
        this.answerTimeout = Math.toIntExact(settings.answerTimeout.toMillis());
        this.lastBusy = System.nanoTime() - settings.precedence.toNanos();
        this.backlogFull = backlogFull;
        this.metrics = metrics;
        this.onStored = onStored;
    }

    /**
     * Takes an event in, once: one that is there already is left as it is.
     *
     * @return completes when the event is committed; fails with {@link InboxFullException} or the database's exception,
     *     and then the event may be sent again
     */
    public CompletableFuture<@Nullable Void> accept(EventEnvelope event) {
        Waiting waiting = new Waiting(event, new CompletableFuture<>());
        if (backlogFull.getAsBoolean()) {
            waiting.done.completeExceptionally(new InboxFullException("the backlog of events is full"));
        } else if (!isRunAllowed() || !holds(waiting) || !queue.offer(waiting)) {
            waiting.done.completeExceptionally(new InboxFullException("too many events wait for their commit"));
        } else if (!isRunAllowed() && queue.remove(waiting)) { // nobody may be left to write it
            waiting.done.completeExceptionally(new InboxFullException("the intake is being stopped"));
        }
        return waiting.done;
    }

    /**
     * How long what can wait has to make room for the intake, which cannot: Stripe waits for the answer.
     *
     * @return milliseconds; 0 when no commit of a busy intake was as short ago as that
     */
    public long roomToMake() {
        return System.nanoTime() - lastBusy < settings.precedence.toNanos() ? settings.precedence.toMillis() : 0;
    }

    /** Counts the event among those that wait, until it is done, if there is room for it; one alone always has it. */
    private boolean holds(Waiting waiting) {
        long size = waiting.event.payload().length();
        if (held.addAndGet(size) > Math.max(settings.memory, size)) {
            held.addAndGet(-size);
            return false;
        }
        CompletableFuture<?> unused = waiting.done.whenComplete((any, failure) -> held.addAndGet(-size));
        return true;
    }

    @Override
    protected void doStart() {
        for (int i = 1; i <= settings.writers; i++) {
            Thread writer = new Thread(this::write, "inbox-writer-" + i);
            writer.start();
            writers.add(writer);
        }
    }

    /** What was queued is still written: somebody waits for the answer. */
    @Override
    protected void doStop() throws InterruptedException {
        if (!writers.isEmpty()) {
            queue.put(end);
        }
        for (Thread writer : writers) {
            writer.join();
        }
        writers.clear();
        queue.remove(end);
    }

    private void write() {
        List<Waiting> together = new ArrayList<>(settings.batch);
        try {
            while (true) {
                queue.take(together, settings.batch);
                Runnable answers;
                boolean isLast;
                try {
                    isLast = together.remove(end);
                    answers = commit(together);
                } finally {
                    queue.ended(); // the next commit need not wait until all of this one have their answers
                }
                answers.run();
                together.clear();
                if (isLast) {
                    queue.put(end); // for the other writers
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return tells everybody what came of it */
    private Runnable commit(List<Waiting> together) {
        if (together.isEmpty()) {
            return () -> {};
        }
        if (together.size() >= settings.busy) {
            lastBusy = System.nanoTime();
        }
        try {
            insert(together);
            onStored.run();
            return () -> together.forEach(w -> w.done.complete(null));
        } catch (SQLException | RuntimeException e) {
            if (together.size() > 1 && isAboutData(e)) {
                // One of them is at fault: it must not take the others with it.
                together.forEach(w -> commit(List.of(w)).run());
                return () -> {};
            }
            tell(together.size(), e);
            return () -> together.forEach(w -> w.done.completeExceptionally(e));
        }
    }

    /** Not each of the thousands of commits that fail while the database is away or full: that would fill the log's disk, too. */
    private void tell(int events, Exception failure) {
        long notStored = untold.addAndGet(events);
        Instant now = clock.instant();
        Instant last = toldAt.get();
        boolean isClockSetBack = now.isBefore(last);
        if ((isClockSetBack || now.isAfter(last.plus(TOLD_EVERY))) && toldAt.compareAndSet(last, now)) {
            untold.addAndGet(-notStored);
            LOG.warn(
                    "{} events could not be stored: {}",
                    notStored,
                    // What the database says of data quotes it.
                    isAboutData(failure) ? "SQL state " + ((SQLException) failure).getSQLState() : failure.toString());
        }
    }

    private void insert(List<Waiting> together) throws SQLException {
        OffsetDateTime now = Objects.requireNonNull(Row.parameter(clock.instant()));
        List<Cell> alike = List.of(
                new Cell(Column.time("received_at"), now),
                new Cell(Column.text("state"), EventState.RECEIVED.wireName()),
                new Cell(Column.time("due_at"), now),
                new Cell(Column.count("attempts"), 0));
        List<@Nullable Object[]> rows = new ArrayList<>(together.size());
        // All writers insert in the same order: two that hold the same events in opposite orders wait for each other.
        List<Waiting> inOrder = new ArrayList<>(together);
        inOrder.sort(Comparator.comparing(waiting -> waiting.event.id()));
        for (Waiting waiting : inOrder) {
            EventEnvelope e = waiting.event;
            rows.add(new @Nullable Object[] {
                e.id(),
                e.type(),
                e.apiVersion(),
                e.account(),
                e.objectId(),
                e.livemode(),
                Row.parameter(e.created()),
                e.payload()
            });
        }
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setNetworkTimeout(Runnable::run, answerTimeout);
            int inserted = database.dialect().insertNew(connection, "stripe_event", alike, COLUMNS, rows);
            metrics.accepted(inserted, rows.size() - inserted);
        }
    }

    /** SQL state classes 22 and 23: a value that cannot be, or that a constraint forbids. */
    private static boolean isAboutData(Exception e) {
        return e instanceof SQLException sql
                && sql.getSQLState() != null
                && (sql.getSQLState().startsWith("22") || sql.getSQLState().startsWith("23"));
    }

    private record Waiting(EventEnvelope event, CompletableFuture<@Nullable Void> done) {}
}
