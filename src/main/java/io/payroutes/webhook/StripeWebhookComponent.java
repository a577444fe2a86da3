package io.payroutes.webhook;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code stripe-webhook:/path}: where Stripe's events come in. It is to {@code platform-http} what an intake needs and no
 * more: the exact bytes and the signature reach the route, nothing else of the request does, and no thread waits while the
 * route does. So the intake takes as many events at a time as come, and none of them queues for the threads on which the
 * customers' payments wait for Stripe.
 */
@Component("stripe-webhook")
public class StripeWebhookComponent extends DefaultComponent {

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        StripeWebhookEndpoint endpoint = new StripeWebhookEndpoint(uri, this);
        endpoint.setPath(remaining.startsWith("/") ? remaining : "/" + remaining);
        return endpoint;
    }
}
