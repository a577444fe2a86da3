package io.payroutes.api;

import io.vertx.ext.web.handler.BodyHandler;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Bounds the bodies of all requests but Stripe's events: what is asked of the API and by customers is short, and read into
 * many times the memory that it has as text, at a time when nobody knows yet who asks.
 */
public final class SmallBodies implements StartupListener {
    /** Behind the webhook, which answers what it takes, and before all other paths. */
    private static final int ORDER = Integer.MIN_VALUE + 2;

    private final int port;
    private final int most;

    /**
     * @param port the port whose requests these are
     * @param most bytes of a body; larger ones hear 413
     */
    public SmallBodies(int port, int most) {
        this.port = port;
        this.most = most;
    }

    @Override
    public void onCamelContextStarted(CamelContext camel, boolean alreadyStarted) {
        if (alreadyStarted) {
            return; // Camel tells it again whenever routes are added
        }
        VertxPlatformHttpRouter.lookup(camel, VertxPlatformHttpRouter.getRouterNameFromPort(port))
                .route()
                .order(ORDER)
                .handler(BodyHandler.create(false).setBodyLimit(most)); // whoever reads it afterwards finds it read
    }
}
