package io.payroutes.inbox;

import com.stripe.exception.StripeException;
import com.stripe.model.EventCollection;
import io.payroutes.api.JsonRequest;
import io.payroutes.inbox.EventPass.Kind;
import io.payroutes.inbox.EventPass.State;
import io.payroutes.retry.BackOff;
import io.payroutes.retry.FailureReason;
import io.payroutes.store.BadParameterException;
import io.payroutes.store.PageQuery;
import io.payroutes.store.Resource;
import io.payroutes.store.Row;
import io.payroutes.store.Table;
import io.payroutes.stripe.MissingApiKeyException;
import io.payroutes.webhook.EventEnvelope;
import io.payroutes.webhook.WebhookRejectedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Catches up with the events that no webhook brought, from Stripe's own list of them. A page of the list is in the inbox
 * before the pass goes on, so that whoever takes a pass up after a crash or a refusal goes on from there; an event that
 * was there already is left as it is, and one that Stripe delivers later is answered as any duplicate.
 *
 * @see <a href="https://docs.stripe.com/webhooks/process-undelivered-events">Stripe: process undelivered events</a>
 */
public final class MissedEvents {
    private static final Logger LOG = LoggerFactory.getLogger(MissedEvents.class);

    /** Stripe lists the events of the last 30 days. */
    private static final Duration KEPT_BY_STRIPE = Duration.ofDays(30);

    private static final int PAGE = 100;
    private static final String COLUMNS =
            "pass_id, kind, span_from, span_to, gap_from, listed, missed, state, attempts,"
                    + " reason, started_at, finished_at";

    private final JdbcOperations jdbc;
    private final TransactionOperations transaction;
    private final InboxWriter intake;
    private final Clock clock;
    private final RandomGenerator random;
    private final Settings settings;
    private final Table passes;
    private final PageQuery list;

    public MissedEvents(
            JdbcOperations jdbc,
            TransactionOperations transaction,
            InboxWriter intake,
            Clock clock,
            RandomGenerator random,
            Settings settings) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.intake = intake;
        this.clock = clock;
        this.random = random;
        this.settings = settings;
        this.passes = new Table(jdbc, "event_pass", "pass_id");
        this.list = new PageQuery(jdbc, "event_pass", COLUMNS, "started_at", "pass_id", Map.of());
    }

    /**
     * How passes work.
     *
     * @param every how often the list is gone through; zero for only when asked to
     * @param overlap how much of the time before a sweep looks at again
     * @param lag the youngest that a sweep looks at: Stripe's lists do not know everything at once
     * @param lookBack how far back the first sweep of an empty installation looks
     * @param undeliveredLookBack the same, for what Stripe could not deliver
     * @param lease how long a page may take before somebody else may take the pass up
     * @param keep how long the record of a pass is kept
     * @param canAsk whether there is an API key
     */
    public record Settings(
            Duration every,
            Duration overlap,
            Duration lag,
            Duration lookBack,
            Duration undeliveredLookBack,
            Duration lease,
            BackOff backOff,
            Duration keep,
            boolean canAsk) {}

    /** Begins the passes that are due by the clock, what Stripe could not deliver first. */
    public void beginScheduled() {
        if (settings.every().isZero()) {
            return;
        }
        transaction.executeWithoutResult(status -> {
            Instant now = now();
            Instant beginning = beginning(now);
            Instant last = lastSwept();
            if (last.equals(beginning)) {
                begin("undelivered:first", Kind.UNDELIVERED, beginning.minus(settings.undeliveredLookBack()), now);
            }
            if (now.isBefore(last.plus(settings.lag()).plus(settings.every()))) {
                return;
            }
            Instant overlapping = last.minus(settings.overlap());
            begin("undelivered:" + last.toEpochMilli(), Kind.UNDELIVERED, overlapping, now);
            // An installation must not handle what was sold before there was one.
            begin(
                    "sweep:" + last.toEpochMilli(),
                    Kind.SWEEP,
                    overlapping.isBefore(beginning) ? beginning : overlapping,
                    now.minus(settings.lag()));
        });
    }

    /** Before this no sweep looks: the first start, less what the settings say. */
    private Instant beginning(Instant now) {
        Optional<Row> known = passes.find("beginning");
        if (known.isPresent()) {
            return known.get().mustTime("span_to");
        }
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        Instant beginning = now.minus(settings.lookBack());
        row.put("pass_id", "beginning");
        row.put("kind", Kind.SWEEP.wireName());
        row.put("span_from", beginning);
        row.put("span_to", beginning);
        row.put("state", State.FINISHED.wireName());
        row.put("started_at", now);
        row.put("finished_at", now);
        passes.insertNew(row);
        return passes.find("beginning").orElseThrow().mustTime("span_to");
    }

    /** Up to when everything was listed. */
    private Instant lastSwept() {
        return Row.of(jdbc.queryForMap(
                        "SELECT MAX(span_to) AS span_to FROM event_pass WHERE kind = 'sweep' AND state = 'finished'"))
                .mustTime("span_to");
    }

    /** A pass that has failed for good begins again where it was, since what it was to list is still missing. */
    private void begin(String id, Kind kind, Instant from, Instant to) {
        Instant now = now();
        Instant oldest = now.minus(KEPT_BY_STRIPE);
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("pass_id", id);
        row.put("kind", kind.wireName());
        row.put("span_from", from.isBefore(oldest) ? oldest : from);
        row.put("span_to", to.isBefore(oldest) ? oldest : to);
        row.put("gap_from", from.isBefore(oldest) && kind != Kind.UNDELIVERED ? from : null);
        row.put("state", State.RUNNING.wireName());
        row.put("due_at", now);
        row.put("started_at", now);
        if (!passes.insertNew(row)) {
            jdbc.update(
                    "UPDATE event_pass SET state = 'running', due_at = ?, attempts = 0 WHERE pass_id = ?"
                            + " AND state = 'failed' AND finished_at <= ?",
                    Row.parameter(now),
                    id,
                    Row.parameter(now.minus(settings.every())));
        }
    }

    /**
     * Begins the pass that a request asks for: {@code from} and {@code to}.
     *
     * @throws BadParameterException if they make no span
     * @throws MissingApiKeyException without a key
     */
    public Map<String, @Nullable Object> request(Exchange exchange) {
        JsonRequest request = JsonRequest.of(exchange, "from", "to");
        if (!settings.canAsk()) {
            throw new MissingApiKeyException("catching up asks Stripe, and there is no stripe.api-key");
        }
        Instant from = request.mustTime("from");
        Instant to = request.mustTime("to");
        if (!from.isBefore(to)) {
            throw new BadParameterException("to", "must be later than from");
        }
        String id = UUID.randomUUID().toString();
        begin(id, Kind.SPAN, from, to);
        return pass(passes.find(id).orElseThrow());
    }

    /** The passes, the latest first. */
    public Map<String, @Nullable Object> list(@Variable("parameters") Map<String, String> parameters) {
        return list.page(parameters, MissedEvents::pass);
    }

    private static Map<String, @Nullable Object> pass(Row row) {
        Map<String, @Nullable Object> pass = Resource.of("event_pass", "pass_id", row);
        pass.remove("cursor_id");
        pass.remove("due_at");
        return pass;
    }

    /** Takes up a pass that waits for somebody; null if none does. */
    public @Nullable EventPass claim() {
        Instant now = now();
        for (Map<String, Object> found : jdbc.queryForList(
                "SELECT * FROM event_pass WHERE due_at <= ? ORDER BY CASE kind WHEN 'undelivered' THEN 0"
                        + " WHEN 'sweep' THEN 1 ELSE 2 END, started_at LIMIT 10",
                Row.parameter(now))) {
            EventPass pass = EventPass.of(Row.of(found));
            Instant lease = now.plus(settings.lease());
            if (jdbc.update(
                            "UPDATE event_pass SET due_at = ? WHERE pass_id = ? AND due_at = ?",
                            Row.parameter(lease),
                            pass.id(),
                            Row.parameter(pass.leasedUntil()))
                    == 1) {
                return pass.with(pass.cursor(), pass.attempts(), lease, State.RUNNING);
            }
        }
        return null;
    }

    /** Puts the question for the next page on the message. */
    public void ask(@Variable("pass") EventPass pass, Exchange exchange) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("limit", PAGE);
        parameters.put(
                "created",
                Map.of("gte", pass.from().getEpochSecond(), "lte", pass.to().getEpochSecond()));
        if (pass.kind() == Kind.UNDELIVERED) {
            parameters.put("delivery_success", false);
        }
        if (pass.cursor() != null) {
            parameters.put("starting_after", pass.cursor());
        }
        exchange.getMessage().setHeader("CamelStripeMethod", "list");
        exchange.getMessage().setBody(parameters);
    }

    /**
     * Puts a page into the inbox, and then remembers how far the pass is.
     *
     * @return the pass as it stands now
     * @throws IOException if Stripe's answer is no list
     */
    public EventPass keep(@Variable("pass") EventPass pass, @Body EventCollection answer) throws IOException {
        ListedEvents page =
                ListedEvents.of(Objects.requireNonNull(answer.getLastResponse()).body());
        List<EventEnvelope> events = new ArrayList<>();
        String last = null;
        for (String text : page.texts()) {
            EventEnvelope event = envelope(text);
            last = event.id();
            if (isWithin(pass, event.created())) {
                events.add(event);
            }
        }
        if (page.more() && (last == null || last.equals(pass.cursor()))) {
            throw new IOException("Stripe says that there is more, and shows nothing new");
        }
        int missed = events.size() - known(events);
        CompletableFuture.allOf(events.stream().map(intake::accept).toArray(CompletableFuture[]::new))
                .join();
        if (missed > 0) {
            LOG.info("{} events had been missed ({})", missed, pass.kind().wireName());
        }
        EventPass next = pass.with(
                last == null ? pass.cursor() : last,
                0,
                now().plus(settings.lease()),
                page.more() ? State.RUNNING : State.FINISHED);
        return commit(pass, next, events.size(), missed, null);
    }

    /** To the microsecond: the end of the span is not part of it. */
    private static boolean isWithin(EventPass pass, @Nullable Instant created) {
        return created != null
                && !created.isBefore(pass.from().truncatedTo(ChronoUnit.SECONDS))
                && created.isBefore(pass.to());
    }

    private static EventEnvelope envelope(String text) throws IOException {
        try {
            return EventEnvelope.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (WebhookRejectedException e) {
            throw new IOException("Stripe's list has something that is no event", e);
        }
    }

    private int known(List<EventEnvelope> events) {
        if (events.isEmpty()) {
            return 0;
        }
        Integer known = jdbc.queryForObject(
                "SELECT count(*) FROM stripe_event WHERE event_id IN ("
                        + String.join(", ", Collections.nCopies(events.size(), "?")) + ")",
                Integer.class,
                events.stream().map(EventEnvelope::id).toArray());
        return known == null ? 0 : known;
    }

    /**
     * After a failure: what Stripe refuses for good ends the pass; anything else is tried again later, from where it is.
     *
     * @return the pass as it stands now
     */
    public EventPass failed(
            @Variable("pass") EventPass pass, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        int status = failure instanceof StripeException e && e.getStatusCode() != null ? e.getStatusCode() : 0;
        boolean ends = status == 401 || status == 403 || (status >= 400 && status <= 404 && pass.cursor() == null);
        // What could not be delivered may have been meanwhile; then the list no longer has the cursor.
        boolean anew = status == 400 || status == 404;
        int attempts = pass.attempts() + 1;
        EventPass next = pass.with(
                anew ? null : pass.cursor(),
                attempts,
                now().plus(settings.backOff().after(attempts, random)),
                ends ? State.FAILED : State.LEFT);
        String reason = FailureReason.of(failure);
        LOG.warn("Catching up with events ({}) {}: {}", pass.kind().wireName(), ends ? "failed" : "waits", reason);
        return commit(pass, next, 0, 0, reason);
    }

    /** Gives up a pass that somebody else may go on with, because the program stops; nothing if there is no work left. */
    public void leave(@Body EventPass pass) {
        if (pass.goesOn()) {
            jdbc.update(
                    "UPDATE event_pass SET due_at = ? WHERE pass_id = ? AND due_at = ?",
                    Row.parameter(now()),
                    pass.id(),
                    Row.parameter(pass.leasedUntil()));
        }
    }

    private EventPass commit(EventPass before, EventPass next, int listed, int missed, @Nullable String reason) {
        Instant now = now();
        boolean open = next.state() == State.RUNNING || next.state() == State.LEFT;
        int mine = jdbc.update(
                "UPDATE event_pass SET cursor_id = ?, attempts = ?, listed = listed + ?, missed = missed + ?, state = ?,"
                        + " reason = ?, due_at = ?, finished_at = ? WHERE pass_id = ? AND due_at = ?",
                next.cursor(),
                next.attempts(),
                listed,
                missed,
                next.state().wireName(),
                reason,
                open ? Row.parameter(next.leasedUntil()) : null,
                open ? null : Row.parameter(now),
                before.id(),
                Row.parameter(before.leasedUntil()));
        if (mine == 0) {
            LOG.info("Pass {} was taken up by somebody else", before.id());
            return before.with(before.cursor(), before.attempts(), before.leasedUntil(), State.LEFT);
        }
        if (next.state() == State.FINISHED) {
            // The last sweep says where the next one begins: it is kept however old it is.
            jdbc.update(
                    "DELETE FROM event_pass WHERE finished_at < ? AND pass_id <> 'beginning' AND (kind <> 'sweep' OR span_to"
                            + " < (SELECT MAX(span_to) FROM event_pass WHERE kind = 'sweep' AND state = 'finished'))",
                    Row.parameter(now.minus(settings.keep())));
        }
        return next;
    }

    /** To the microsecond, as both databases keep it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
