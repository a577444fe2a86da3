package io.payroutes.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.payroutes.retry.BackOff;
import io.payroutes.store.Dialect;
import io.payroutes.store.Dialect.Change;
import io.payroutes.store.LastChanges;
import io.payroutes.store.Row;
import io.payroutes.store.Table;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The outgoing messages and what becomes of them. A delivery is claimed by one statement of the route, which leases it and
 * counts the attempt; the number of the attempt is the proof, when its outcome is recorded, that the lease still holds.
 */
public final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
    private static final int LONGEST_TEXT = 1000;
    /**
     * The delivery while its worker still holds it. Not simply {@code due_at IS NOT NULL}: with that a database that
     * believes hardly anything to be waiting goes through all that waits, to find the one with this id.
     */
    static final String HELD =
            " WHERE delivery_id = ? AND attempts = ? AND CASE WHEN due_at IS NULL THEN FALSE ELSE TRUE END";

    private final JdbcOperations jdbc;
    private final TransactionOperations transaction;
    private final Table table;
    private final Dialect dialect;
    private final LastChanges lastChanges;
    private final Clock clock;
    private final Rules rules;
    private final RandomGenerator random;
    private final MeterRegistry meters;
    private final Consumer<Destination> news;
    private final Map<Destination, Outbox> outboxes = new EnumMap<>(Destination.class);

    /**
     * How deliveries are claimed and tried again.
     *
     * @param leases by destination, how long a claimed delivery belongs to its worker; at least twice what an attempt may
     *     take
     * @param batch most deliveries in one claim
     * @param backOff the waits between attempts
     * @param longestRetryAfter the longest wait that a destination may ask for
     * @param giveUpAfter after this span since the first attempt the next failure is the last
     * @param rests how long a destination is left alone when its circuit breaker is open
     */
    public record Rules(
            Map<Destination, Duration> leases,
            int batch,
            BackOff backOff,
            Duration longestRetryAfter,
            Duration giveUpAfter,
            Map<Destination, Duration> rests) {

        public Rules {
            leases = Map.copyOf(leases);
            rests = Map.copyOf(rests);
        }
    }

    /** @param news told when a destination has something to be claimed, so that it need not wait until somebody looks */
    public Deliveries(
            JdbcOperations jdbc,
            TransactionOperations transaction,
            Dialect dialect,
            LastChanges lastChanges,
            Clock clock,
            Rules rules,
            RandomGenerator random,
            MeterRegistry meters,
            Consumer<Destination> news) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.table = new Table(jdbc, "delivery", "delivery_id");
        this.dialect = dialect;
        this.lastChanges = lastChanges;
        this.clock = clock;
        this.rules = rules;
        this.random = random;
        this.meters = meters;
        this.news = news;
        for (Destination destination : Destination.values()) {
            Duration rest =
                    rules.rests().getOrDefault(destination, rules.backOff().initial());
            Duration lease = Objects.requireNonNull(rules.leases().get(destination), destination::name);
            outboxes.put(destination, new Outbox(clock, lease, rules.batch(), rest));
        }
        new WaitingGauges(jdbc, clock).register(meters);
    }

    /** The parameters of a destination's claims. */
    public Outbox outbox(Destination destination) {
        return Objects.requireNonNull(outboxes.get(destination));
    }

    /**
     * Puts a message into the outbox, in the caller's transaction. One with the same id, whatever became of it, stays as
     * it is.
     */
    public void enqueue(Outgoing outgoing) {
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put("delivery_id", outgoing.id());
        row.put("destination", outgoing.destination().wireName());
        row.put("kind", outgoing.kind());
        row.put("payment_id", outgoing.paymentId());
        row.put("order_ref", outgoing.orderRef());
        row.put("sequence", outgoing.sequence());
        row.put("state", DeliveryState.PENDING.wireName());
        row.put("due_at", outgoing.dueAt());
        row.put("attempts", 0);
        row.put("created_at", clock.instant());
        row.put("recipient", outgoing.recipient());
        row.put("payload", outgoing.payload());
        lastChanges.add(table.newRow(row));
        if (!outgoing.dueAt().isAfter(clock.instant())) {
            onceCommitted(outgoing.destination());
        }
    }

    private void onceCommitted(Destination destination) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            news.accept(destination);
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                news.accept(destination);
            }
        });
    }

    /** Something became due that nobody here has put there. */
    public void lookAgain() {
        for (Destination destination : Destination.values()) {
            news.accept(destination);
        }
    }

    /** Whether a message with this id was ever put into the outbox. */
    public boolean exists(String id) {
        lastChanges.make();
        return table.find(id).isPresent();
    }

    /** How many messages of this kind about the payment were ever put into the outbox. */
    public int countOf(String paymentId, String kind) {
        lastChanges.make();
        Integer count = jdbc.queryForObject(
                "SELECT COUNT(*) FROM delivery WHERE payment_id = ? AND kind = ?", Integer.class, paymentId, kind);
        return count == null ? 0 : count;
    }

    /** Reads a claimed row when its worker takes it. */
    public ClaimedDelivery begin(@Body Map<String, Object> claimed) {
        return ClaimedDelivery.of(Row.of(claimed), clock.instant());
    }

    /** Whether the delivery waited for its worker so long that the lease might not last. */
    public boolean isStale(@ExchangeProperty("delivery") ClaimedDelivery delivery) {
        return outbox(delivery.destination()).isStale(delivery.leasedUntil());
    }

    /** Gives a delivery back that was not tried; the attempt does not count. */
    public void handBack(@ExchangeProperty("delivery") ClaimedDelivery delivery) {
        postpone(delivery, clock.instant(), "waited too long for a worker");
    }

    /** The circuit breaker is open: the destination is left alone for a while; the attempt does not count. */
    public void postponed(@ExchangeProperty("delivery") ClaimedDelivery delivery) {
        Instant until = outbox(delivery.destination()).pause();
        postpone(delivery, until, "not tried: the circuit breaker is open");
    }

    /** Ends an attempt with what the destination answered; delivered if the transport has no answers. */
    public void finish(
            @ExchangeProperty("delivery") ClaimedDelivery delivery,
            @ExchangeProperty("outcome") @Nullable Outcome outcome) {
        settle(delivery, outcome == null ? new Outcome.Delivered(null, null) : outcome);
    }

    /** Ends a delivery that is not to be sent any more. */
    public void dropped(
            @ExchangeProperty("delivery") ClaimedDelivery delivery, @ExchangeProperty("mail") PreparedMail.Drop drop) {
        settle(delivery, new Outcome.Dropped(drop.reason()));
    }

    /** After a failure: the delivery waits for its next attempt, or is dead when its time is over. */
    public void failed(
            @ExchangeProperty("delivery") ClaimedDelivery delivery,
            @ExchangeProperty("CamelExceptionCaught") Exception failure) {
        settle(
                delivery,
                failure instanceof DeliveryFailedException answer
                        ? answer.outcome()
                        : new Outcome.Failed(null, null, failure.toString()));
    }

    /**
     * Has a delivery sent again, whatever became of it; its attempts and its span count from zero. The destination sees
     * the same id.
     *
     * @return the state it was in; empty if there is no such delivery
     */
    public Optional<DeliveryState> retry(String id) {
        return Objects.requireNonNull(transaction.execute(status -> {
            Optional<DeliveryState> before = table.lock(id).map(row -> DeliveryState.of(row.mustText("state")));
            if (before.isPresent()) {
                Map<String, @Nullable Object> change = new LinkedHashMap<>();
                change.put("state", DeliveryState.PENDING.wireName());
                change.put("due_at", clock.instant());
                change.put("claimed_by", null);
                change.put("attempts", 0);
                change.put("first_attempt_at", null);
                change.put("done_at", null);
                change.put("reason", null);
                table.update(id, change);
            }
            return before;
        }));
    }

    private void settle(ClaimedDelivery delivery, Outcome outcome) {
        Instant now = clock.instant();
        if (outcome instanceof Outcome.Delivered || outcome instanceof Outcome.Refused) {
            outbox(delivery.destination()).resume();
        }
        Next next = next(delivery, outcome, now);
        Change attempt = attempt(delivery, outcome, now);
        Change move = move(delivery, outcome, next, now);
        boolean held = next.dueAt() == null
                ? dialect.together(jdbc, transaction, List.of(attempt), move) == 1
                : Boolean.TRUE.equals(transaction.execute(status -> {
                    boolean ours = dialect.together(jdbc, transaction, List.of(attempt), move) == 1;
                    if (ours) {
                        holdFollowers(delivery, next.dueAt());
                    }
                    return ours;
                }));
        if (held && next.dueAt() == null && delivery.paymentId() != null) {
            news.accept(delivery.destination()); // what follows it may go now
        }
        count(delivery, outcome.wireName());
        if (!held) {
            LOG.warn("{} {} in attempt {}, after its lease", delivery, outcome.wireName(), delivery.attempt());
        } else if (next.state() == DeliveryState.DEAD) {
            LOG.error("{} is dead in attempt {}, status {}", delivery, delivery.attempt(), outcome.status());
        } else if (next.state() == DeliveryState.PENDING) {
            LOG.warn(
                    "{} failed (attempt {}, status {}), next at {}",
                    delivery,
                    delivery.attempt(),
                    outcome.status(),
                    next.dueAt());
        } else {
            LOG.info("{} {}", delivery, outcome.wireName());
        }
    }

    /** Where an outcome leads; {@code dueAt} is null when the delivery has come to an end. */
    private record Next(
            DeliveryState state,
            @Nullable Instant dueAt,
            @Nullable String reason) {}

    private Next next(ClaimedDelivery delivery, Outcome outcome, Instant now) {
        if (outcome instanceof Outcome.Delivered) {
            return new Next(DeliveryState.DELIVERED, null, null);
        }
        if (outcome instanceof Outcome.Dropped) {
            return new Next(DeliveryState.DROPPED, null, outcome.detail());
        }
        if (outcome instanceof Outcome.Failed failed) {
            if (now.isBefore(delivery.firstAttemptAt().plus(rules.giveUpAfter()))) {
                return new Next(DeliveryState.PENDING, nextAttempt(delivery, failed.notBefore(), now), failed.detail());
            }
            return new Next(DeliveryState.DEAD, null, "given up: " + failed.detail());
        }
        return new Next(DeliveryState.DEAD, null, "refused: " + outcome.detail());
    }

    /** Never sooner than the destination asked for, as far as it may ask, and never sooner than our own back-off. */
    private Instant nextAttempt(ClaimedDelivery delivery, @Nullable Instant notBefore, Instant now) {
        Instant own = now.plus(rules.backOff().after(delivery.attempt(), random));
        if (notBefore == null || notBefore.isBefore(own)) {
            return own;
        }
        Instant latest = now.plus(rules.longestRetryAfter());
        return notBefore.isBefore(latest) ? notBefore : latest;
    }

    private static Change move(ClaimedDelivery delivery, Outcome outcome, Next next, Instant now) {
        String recipient = outcome instanceof Outcome.Delivered delivered ? delivered.recipient() : null;
        return new Change(
                "UPDATE delivery SET state = ?, due_at = ?, claimed_by = NULL, done_at = ?, reason = ?, recipient = COALESCE(?, recipient)"
                        + HELD,
                Arrays.asList(
                        next.state().wireName(),
                        Row.parameter(next.dueAt()),
                        next.dueAt() == null ? Row.parameter(now) : null,
                        shortened(next.reason()),
                        recipient,
                        delivery.id(),
                        delivery.attempt()));
    }

    /** What must wait for this delivery anyway need not be looked at by every claim until then. */
    private void holdFollowers(ClaimedDelivery delivery, Instant until) {
        if (delivery.paymentId() != null) {
            jdbc.update(
                    "UPDATE delivery SET due_at = ?"
                            + " WHERE payment_id = ? AND destination = ? AND sequence > ?"
                            + " AND CASE WHEN due_at < ? THEN TRUE ELSE FALSE END",
                    Row.parameter(until),
                    delivery.paymentId(),
                    delivery.destination().wireName(),
                    delivery.sequence(),
                    Row.parameter(until));
        }
    }

    private static Change attempt(ClaimedDelivery delivery, Outcome outcome, Instant now) {
        return new Change(
                "INSERT INTO delivery_attempt (delivery_id, attempted_at, attempt, outcome, status_code, duration_ms, detail)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                Arrays.asList(
                        delivery.id(),
                        Row.parameter(delivery.startedAt()),
                        delivery.attempt(),
                        outcome.wireName(),
                        outcome.status(),
                        Duration.between(delivery.startedAt(), now).toMillis(),
                        shortened(outcome.detail())));
    }

    private void postpone(ClaimedDelivery delivery, Instant until, String reason) {
        transaction.executeWithoutResult(status -> {
            int postponed = jdbc.update(
                    "UPDATE delivery SET due_at = ?, claimed_by = NULL, attempts = attempts - 1, reason = ?,"
                            + " first_attempt_at = CASE WHEN attempts = 1 THEN NULL ELSE first_attempt_at END"
                            + HELD,
                    Row.parameter(until),
                    reason,
                    delivery.id(),
                    delivery.attempt());
            if (postponed == 1) {
                holdFollowers(delivery, until);
            }
        });
        count(delivery, "postponed");
        LOG.debug("{} postponed until {}: {}", delivery, until, reason);
    }

    private void count(ClaimedDelivery delivery, String outcome) {
        meters.counter(
                        "payroutes.deliveries",
                        "destination",
                        delivery.destination().wireName(),
                        "outcome",
                        outcome)
                .increment();
    }

    private static @Nullable String shortened(@Nullable String text) {
        return text == null || text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
    }
}
