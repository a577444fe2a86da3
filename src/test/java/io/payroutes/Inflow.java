package io.payroutes;

import static org.awaitility.Awaitility.await;

import io.payroutes.demo.StripeEvent;
import io.payroutes.inbox.InboxWriter;
import io.payroutes.store.Row;
import io.payroutes.webhook.EventEnvelope;
import io.payroutes.webhook.WebhookRejectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Hands events to a running program, past the signature, and waits for what becomes of them. */
public final class Inflow {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RunningPayroutes payroutes;
    private final TestDatabase database;

    public Inflow(RunningPayroutes payroutes, TestDatabase database) {
        this.payroutes = payroutes;
        this.database = database;
    }

    /** Takes the events one after the other: each when the one before has been tried. */
    public void take(StripeEvent... events) {
        for (StripeEvent event : events) {
            takeTogether(List.of(event));
        }
    }

    /** Takes the events at once, so that they are handled in whatever order, and returns when each has been tried. */
    public void takeTogether(Collection<StripeEvent> events) {
        InboxWriter intake = payroutes.bean("intake", InboxWriter.class);
        List<CompletableFuture<?>> accepted = new ArrayList<>();
        for (StripeEvent event : events) {
            accepted.add(intake.accept(envelope(event)));
        }
        CompletableFuture.allOf(accepted.toArray(CompletableFuture[]::new)).join();
        awaitTried();
    }

    /** Waits until every event has come to its end, or has failed and waits for its next attempt. */
    public void awaitTried() {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> database.jdbc()
                        .queryForList("SELECT event_id FROM stripe_event WHERE due_at IS NOT NULL AND reason IS NULL")
                        .isEmpty());
    }

    /** What the inbox has of an event. */
    public Row event(StripeEvent event) {
        return Row.of(database.jdbc().queryForMap("SELECT * FROM stripe_event WHERE event_id = ?", event.id()));
    }

    /** The messages about a payment, in the order of their sequence. */
    public List<Row> deliveries(String paymentId) {
        return database
                .jdbc()
                .queryForList("SELECT * FROM delivery WHERE payment_id = ? ORDER BY sequence, delivery_id", paymentId)
                .stream()
                .map(Row::of)
                .toList();
    }

    /** The kinds of the messages about a payment to the ERP, in the order of their sequence. */
    public List<String> toldErp(String paymentId) {
        return deliveries(paymentId).stream()
                .filter(row -> row.mustText("destination").equals("erp"))
                .map(row -> row.mustText("kind"))
                .toList();
    }

    private static EventEnvelope envelope(StripeEvent event) {
        try {
            return EventEnvelope.parse(event.body());
        } catch (WebhookRejectedException e) {
            throw new IllegalArgumentException("the intake would refuse " + event.type(), e);
        }
    }
}
