package io.payroutes.payment;

import io.payroutes.inbox.StripeEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Body;
import org.jspecify.annotations.Nullable;

/** Records what {@code setup_intent.*} events tell: cards kept for later, apart from payments. */
public final class SetupIntents {
    private final Ledger ledger;

    public SetupIntents(Ledger ledger) {
        this.ledger = ledger;
    }

    /** @throws io.payroutes.inbox.ContradictionException if the object is no SetupIntent */
    public ObjectChange record(@Body StripeEvent event) {
        ledger.mustTake(event);
        StripeObject setup = StripeObject.of(event, "setup_intent");
        // The states are a PaymentIntent's, without those of money.
        PaymentIntentStatus status =
                PaymentIntentStatus.of(setup.json().path("status").textValue());
        StripeObject error = setup.at("last_setup_error");
        Instant created = setup.time("created");
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("setup_intent_id", setup.id());
        columns.put("status", status.wireName());
        columns.put("customer_id", setup.reference("customer"));
        columns.put("payment_method_id", setup.reference("payment_method"));
        columns.put("setup_usage", setup.text("usage", 32));
        columns.put(
                "next_action_type",
                new StripeObject(setup.first("next_action", "next_source_action")).text("type", 64));
        columns.put("cancellation_reason", setup.text("cancellation_reason", 64));
        columns.put("failure_code", error.text("code", 128));
        columns.put("decline_code", error.text("decline_code", 128));
        columns.put("livemode", setup.optionalFlag("livemode"));
        columns.put("created_at", created == null ? event.created() : created);
        ledger.keepLatest(
                ledger.setupIntents(),
                setup.id(),
                new Version(status.isFinal() ? 1 : 0, event.created().getEpochSecond(), rank(event.type()), event.id()),
                columns);
        return new ObjectChange(event, setup.id(), null, null);
    }

    private static int rank(String type) {
        return switch (Objects.requireNonNullElse(type, "")) {
            case "setup_intent.created" -> 0;
            case "setup_intent.requires_action" -> 1;
            case "setup_intent.setup_failed" -> 2;
            default -> 3;
        };
    }
}
