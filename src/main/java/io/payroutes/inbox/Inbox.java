package io.payroutes.inbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroutes.retry.BackOff;
import io.payroutes.store.Dialect.Change;
import io.payroutes.store.LastChanges;
import io.payroutes.store.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * The waiting events and their outcomes. An event is claimed by one statement of the route, which leases it and counts
 * the attempt; the number of the attempt is the proof, when the event is finished, that the lease still holds.
 */
public final class Inbox {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final int LONGEST_REASON = 1000;
    /**
     * The event while its worker still holds it. Not simply {@code due_at IS NOT NULL}: with that a database that believes
     * hardly anything to be waiting goes through all that waits, to find the one with this id.
     */
    static final String HELD =
            " WHERE event_id = ? AND attempts = ? AND CASE WHEN due_at IS NULL THEN FALSE ELSE TRUE END";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final JdbcOperations jdbc;
    private final LastChanges lastChanges;
    private final Clock clock;
    private final Duration lease;
    private final int batch;
    private final BackOff backOff;
    private final int maxAttempts;
    private final RandomGenerator random;
    private final MeterRegistry meters;

    /**
     * @param lease how long a claimed event belongs to its worker; longer than any handling takes
     * @param batch most events in one claim
     * @param maxAttempts after so many failed attempts an event is dead
     */
    public Inbox(
            JdbcOperations jdbc,
            LastChanges lastChanges,
            Clock clock,
            Duration lease,
            int batch,
            BackOff backOff,
            int maxAttempts,
            RandomGenerator random,
            MeterRegistry meters) {
        this.jdbc = jdbc;
        this.lastChanges = lastChanges;
        this.clock = clock;
        this.lease = lease;
        this.batch = batch;
        this.backOff = backOff;
        this.maxAttempts = maxAttempts;
        this.random = random;
        this.meters = meters;
    }

    /** The time by which an event must be due to be claimed; a parameter of the claim. */
    public OffsetDateTime now() {
        return at(clock.instant());
    }

    /** When a lease taken now runs out; a parameter of the claim. */
    public OffsetDateTime leaseEnd() {
        return at(clock.instant().plus(lease));
    }

    /** Most events to claim at once; a parameter of the claim. */
    public int batch() {
        return batch;
    }

    /** Reads a claimed row. A payload that is JSON and still cannot be read leaves the event without an object. */
    public StripeEvent read(@Body Map<String, Object> claimed) {
        Row row = Row.of(claimed);
        JsonNode event = tree(row.mustText("payload"));
        Instant receivedAt = row.mustTime("received_at");
        JsonNode created = event.path("created");
        return new StripeEvent(
                row.mustText("event_id"),
                row.mustText("event_type"),
                created.canConvertToLong() && created.longValue() > 0 && created.longValue() < 253_402_300_799L
                        ? Instant.ofEpochSecond(created.longValue())
                        : receivedAt,
                receivedAt,
                event.path("livemode").isBoolean() ? event.path("livemode").booleanValue() : null,
                event.path("api_version").textValue(),
                event.path("account").textValue(),
                event.path("data").path("object"),
                (int) row.mustNumber("attempts"));
    }

    // Whoever fails here has no event yet to park or to try again, and would come back for ever.
    private static JsonNode tree(String payload) {
        try {
            return JSON.readTree(payload);
        } catch (JsonProcessingException | NumberFormatException e) {
            return MissingNode.getInstance(); // a number with more digits or a larger exponent than any number has
        }
    }

    /** Whether the event was leased more often than it may be attempted: whoever had it did not live to say why. */
    public boolean isWornOut(@Body StripeEvent event) {
        return event.attempt() > maxAttempts;
    }

    /**
     * Ends the handling, in the transaction of everything that follows from the event.
     *
     * @throws LeaseLostException if somebody else has the event now; the transaction must be rolled back
     */
    public void handled(@ExchangeProperty("stripeEvent") StripeEvent event) {
        finish(event, EventState.HANDLED, null);
    }

    /** Ends the handling of an event that no route cares for. */
    public void ignored(@ExchangeProperty("stripeEvent") StripeEvent event) {
        finish(event, EventState.IGNORED, "no route handles " + event.type());
    }

    /** Puts a contradiction aside for a person, with the reason. */
    public void park(
            @ExchangeProperty("stripeEvent") StripeEvent event,
            @ExchangeProperty("CamelExceptionCaught") Exception reason) {
        LOG.warn("{} is parked: {}", event, reason.getMessage());
        finish(event, EventState.PARKED, reason.getMessage());
    }

    /** Gives up an event that was leased too often without an outcome. */
    public void giveUp(@ExchangeProperty("stripeEvent") StripeEvent event) {
        LOG.error("{} is dead: {} attempts never came to an end", event, maxAttempts);
        finish(event, EventState.DEAD, maxAttempts + " attempts never came to an end");
    }

    /** After a failure: the event waits for its next attempt, or is dead when it had its last. */
    public void failed(
            @ExchangeProperty("stripeEvent") StripeEvent event,
            @ExchangeProperty("CamelExceptionCaught") Exception failure) {
        if (event.attempt() >= maxAttempts) {
            LOG.error("{} is dead after {} attempts: {}", event, event.attempt(), failure.getClass());
            finish(event, EventState.DEAD, reason(failure));
            return;
        }
        Duration wait = backOff.after(event.attempt(), random);
        // Only what kind of failure: its message may quote the payload. The event's reason has it.
        LOG.warn("{} failed (attempt {}), next in {}: {}", event, event.attempt(), wait, failure.getClass());
        count(event, "failed");
        jdbc.update(
                "UPDATE stripe_event SET due_at = ?, claimed_by = NULL, reason = ?" + HELD,
                at(clock.instant().plus(wait)),
                reason(failure),
                event.id(),
                event.attempt());
    }

    /**
     * Has an event handled again, whatever became of it; the attempts count from zero. What it caused before is not done
     * twice, since all of that is keyed.
     *
     * @return the state it was in; empty if there is no such event
     */
    public Optional<EventState> replay(String eventId) {
        Optional<EventState> before =
                jdbc.queryForList("SELECT state FROM stripe_event WHERE event_id = ?", String.class, eventId).stream()
                        .findFirst()
                        .map(EventState::of);
        before.ifPresent(state -> jdbc.update(
                "UPDATE stripe_event SET state = 'received', due_at = ?, claimed_by = NULL, attempts = 0, done_at = NULL, reason = NULL"
                        + " WHERE event_id = ?",
                now(),
                eventId));
        return before;
    }

    private void finish(StripeEvent event, EventState state, @Nullable String reason) {
        int finished = lastChanges.makeWith(new Change(
                "UPDATE stripe_event SET state = ?, due_at = NULL, claimed_by = NULL, done_at = ?, reason = ?" + HELD,
                Arrays.asList(
                        state.wireName(),
                        now(),
                        reason == null ? null : shortened(reason),
                        event.id(),
                        event.attempt())));
        if (finished == 0) {
            throw new LeaseLostException(event.id());
        }
        count(event, state.wireName());
    }

    private void count(StripeEvent event, String outcome) {
        // Types that no route knows come from outside without end; a metric's tags must not.
        String type = outcome.equals(EventState.IGNORED.wireName()) ? "other" : event.type();
        meters.counter("payroutes.events.handled", "type", type, "outcome", outcome)
                .increment();
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return shortened(root.toString());
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
    }

    private static OffsetDateTime at(Instant instant) {
        return java.util.Objects.requireNonNull(Row.parameter(instant));
    }
}
