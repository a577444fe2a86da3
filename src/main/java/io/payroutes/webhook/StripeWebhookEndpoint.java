package io.payroutes.webhook;

import org.apache.camel.Category;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Receive Stripe's webhook events on the main HTTP server. */
@UriEndpoint(
        firstVersion = "4.18.0",
        scheme = "stripe-webhook",
        title = "Stripe Webhook",
        syntax = "stripe-webhook:path",
        category = {Category.HTTP, Category.SAAS},
        consumerOnly = true)
public class StripeWebhookEndpoint extends DefaultEndpoint {
    @UriPath(description = "The path that Stripe posts its events to, such as /webhook")
    @Metadata(required = true)
    private String path = "";

    StripeWebhookEndpoint(String uri, Component component) {
        super(uri, component);
    }

    public String getPath() {
        return path;
    }

    public void setPath(String path) {
        this.path = path;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("Stripe posts events here; nothing can be sent");
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        StripeWebhookConsumer consumer = new StripeWebhookConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }
}
