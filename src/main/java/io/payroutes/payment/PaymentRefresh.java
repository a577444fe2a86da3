package io.payroutes.payment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.stripe.model.PaymentIntent;
import io.payroutes.inbox.StripeEvent;
import io.payroutes.store.BadParameterException;
import io.payroutes.store.NoSuchRecordException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/** Re-reads payments from Stripe, where what its events have told is not enough. */
public final class PaymentRefresh {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String API_VERSION = com.stripe.Stripe.API_VERSION;

    private final Payments payments;
    private final Clock clock;

    public PaymentRefresh(Payments payments, Clock clock) {
        this.payments = payments;
        this.clock = clock;
    }

    /**
     * Whether a request for a payment wants it re-read. Takes the parameter off, since nobody else knows it.
     *
     * @throws BadParameterException if it is neither true nor false
     */
    public boolean isWanted(@Variable("parameters") Map<String, String> parameters) {
        String refresh = parameters.remove("refresh");
        if (refresh != null && !List.of("true", "false").contains(refresh)) {
            throw new BadParameterException("refresh", "must be true or false");
        }
        return "true".equals(refresh);
    }

    /** What to ask Stripe for: the payment with its latest charge. */
    public void ask(@Variable("id") String id, Exchange exchange) {
        if (!id.matches("[A-Za-z0-9_]{1,255}")) {
            throw new NoSuchRecordException("payment");
        }
        exchange.getMessage().setHeader("CamelStripeObjectId", id);
        exchange.getMessage().setBody(Map.of("expand", List.of("latest_charge")));
    }

    /** Keeps what Stripe has answered, in the caller's transaction. */
    public void keep(
            @Body PaymentIntent intent, @ExchangeProperty("CamelStripeResponseDate") @Nullable Instant answeredAt) {
        Instant now = clock.instant();
        payments.refresh(new StripeEvent(
                "reread_" + intent.getId(),
                "payment_intent.reread",
                answeredAt == null ? now : answeredAt,
                now,
                intent.getLivemode(),
                API_VERSION,
                null,
                json(intent),
                1));
    }

    private static JsonNode json(PaymentIntent intent) {
        try {
            return JSON.readTree(
                    Objects.requireNonNull(intent.getLastResponse()).body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Stripe's answer was JSON when it was read", e);
        }
    }
}
