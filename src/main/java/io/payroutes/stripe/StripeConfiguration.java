package io.payroutes.stripe;

import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/** What an endpoint is set to: camel-stripe's options, and no other, so that either can take the other's place. */
@UriParams
public class StripeConfiguration {
    @UriPath(description = "The Stripe operation to perform")
    @Metadata(required = true)
    private @Nullable StripeOperation operation;

    @UriParam(label = "security", secret = true, description = "The Stripe API key for authentication")
    private @Nullable String apiKey;

    @UriParam(label = "advanced", description = "Override the default Stripe API base URL (for testing purposes)")
    private @Nullable String apiBase;

    public @Nullable StripeOperation getOperation() {
        return operation;
    }

    public void setOperation(@Nullable StripeOperation operation) {
        this.operation = operation;
    }

    public @Nullable String getApiKey() {
        return apiKey;
    }

    public void setApiKey(@Nullable String apiKey) {
        this.apiKey = apiKey;
    }

    public @Nullable String getApiBase() {
        return apiBase;
    }

    public void setApiBase(@Nullable String apiBase) {
        this.apiBase = apiBase;
    }
}
