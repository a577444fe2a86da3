package io.payroutes.stripe;

/**
 * A {@code stripe:} endpoint has no API key, neither its own nor the component's. It comes when the route starts, or with
 * {@code lazyStartProducer} at the first message. To the world it is camel-stripe's {@code IllegalArgumentException}.
 */
public final class MissingApiKeyException extends IllegalArgumentException {

    MissingApiKeyException(StripeOperation operation) {
        this("stripe:" + operation + " needs an apiKey, its own or the component's");
    }

    /** @param message what cannot be done without a key */
    public MissingApiKeyException(String message) {
        super(message);
    }
}
