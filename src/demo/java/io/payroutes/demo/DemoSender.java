package io.payroutes.demo;

import io.payroutes.demo.stripe.StripeStandIn;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import org.apache.camel.Body;

/** A stand-in for Stripe: signs events and posts them to the webhook, as Stripe does. */
public final class DemoSender {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI webhook;
    private final String secret;
    private final Clock clock;
    private final StripeStandIn stripe;

    /** @param stripe gets to know what the events tell of before they are sent */
    DemoSender(String webhook, String secret, Clock clock, StripeStandIn stripe) {
        this.webhook = URI.create(webhook);
        this.secret = secret;
        this.clock = clock;
        this.stripe = stripe;
    }

    /** @return a line for each event: its type and what the webhook answered */
    public String send(@Body List<StripeEvent> events) throws IOException, InterruptedException {
        StringBuilder answers = new StringBuilder();
        for (StripeEvent event : events) {
            stripe.adopt(event.json());
            HttpResponse<String> answer = http.send(
                    SignedEvent.request(webhook, event, secret, clock.instant()).build(),
                    HttpResponse.BodyHandlers.ofString());
            answers.append("%-45s %s  -> %d%n".formatted(event.type(), event.id(), answer.statusCode()));
        }
        return answers.toString();
    }
}
