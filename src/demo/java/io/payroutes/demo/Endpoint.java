package io.payroutes.demo;

import org.jspecify.annotations.Nullable;

/** How the webhook endpoint that an event is sent to is set up: version, mode, and whose account it listens to. */
public record Endpoint(
        ApiVersion version, boolean livemode, @Nullable String account) {
    /** A test-mode endpoint for the account's own events. */
    public static Endpoint of(ApiVersion version) {
        return new Endpoint(version, false, null);
    }

    public Endpoint version(ApiVersion version) {
        return new Endpoint(version, livemode, account);
    }

    public Endpoint livemode(boolean livemode) {
        return new Endpoint(version, livemode, account);
    }

    /** A Connect endpoint, receiving an event of the connected {@code account}. */
    public Endpoint account(@Nullable String account) {
        return new Endpoint(version, livemode, account);
    }
}
