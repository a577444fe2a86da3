package io.payroutes.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** All events of one payment in the order in which they came about, and what they amount to. */
public record History(StripePayment payment, List<StripeEvent> events, Expectation expectation) {
    public History {
        events = List.copyOf(events);
    }

    /** The PaymentIntent as Stripe would answer it now, in the shape of the endpoint's version. */
    public String paymentIntent() {
        JsonNode latest = null;
        for (StripeEvent event : events) {
            if (event.type().startsWith("payment_intent.")) {
                latest = Json.tree(event.json()).at("/data/object");
            }
        }
        if (latest == null) {
            throw new IllegalStateException("A history without its PaymentIntent: " + payment.id());
        }
        return Json.write(latest);
    }
}
