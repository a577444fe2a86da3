package io.payroutes.stripe;

import com.stripe.Stripe;
import java.util.Objects;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.support.DefaultEndpoint;

/** Interact with the Stripe payment platform. */
@UriEndpoint(
        firstVersion = "4.17.0",
        scheme = "stripe",
        title = "Stripe",
        syntax = "stripe:operation",
        category = {Category.SAAS},
        producerOnly = true,
        headersClass = StripeConstants.class)
public class StripeEndpoint extends DefaultEndpoint implements EndpointServiceLocation {
    @UriParam
    private final StripeConfiguration configuration;

    StripeEndpoint(String uri, StripeComponent component, StripeConfiguration configuration) {
        super(uri, component);
        this.configuration = configuration;
    }

    public StripeConfiguration getConfiguration() {
        return configuration;
    }

    @Override
    public StripeComponent getComponent() {
        return (StripeComponent) super.getComponent();
    }

    @Override
    public Producer createProducer() {
        return new StripeProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("Stripe component does not support consumers");
    }

    /** For tracing: where the calls go. */
    @Override
    public String getServiceUrl() {
        return Objects.requireNonNullElse(configuration.getApiBase(), Stripe.LIVE_API_BASE);
    }

    @Override
    public String getServiceProtocol() {
        return "rest";
    }
}
