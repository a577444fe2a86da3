package io.payroutes.api;

import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Bounds all requests but Stripe's events. What is asked of the API and by customers is short, and read into many times the
 * memory that it has as text, at a time when nobody knows yet who asks. And what waits for one of the few threads has
 * memory, too: without a bound ten thousand at a time have all there is. Thread-safe.
 */
public final class RequestLimits implements StartupListener {
    /** Behind the webhook, which answers what it takes, and before all other paths. */
    private static final int ORDER = Integer.MIN_VALUE + 2;

    private final int port;
    private final int mostBytes;
    private final int mostWaiting;
    private final WorkQueue queue;

    /**
     * @param port the port whose requests these are
     * @param mostBytes of a body; larger ones hear 413
     * @param mostWaiting requests for a thread; beyond it others hear 503
     */
    public RequestLimits(int port, int mostBytes, int mostWaiting, WorkQueue queue) {
        this.port = port;
        this.mostBytes = mostBytes;
        this.mostWaiting = mostWaiting;
        this.queue = queue;
    }

    @Override
    public void onCamelContextStarted(CamelContext camel, boolean alreadyStarted) {
        if (alreadyStarted) {
            return; // Camel tells it again whenever routes are added
        }
        BodyHandler bodies =
                BodyHandler.create(false).setBodyLimit(mostBytes); // whoever reads it afterwards finds it read
        VertxPlatformHttpRouter.lookup(camel, VertxPlatformHttpRouter.getRouterNameFromPort(port))
                .route()
                .order(ORDER)
                .handler(request -> {
                    if (isForm(request)) {
                        request.next();
                    } else {
                        bodies.handle(request);
                    }
                })
                .handler(this::letIn);
    }

    /** No path takes forms, and that is what they are to hear: read here, they would only be malformed ones. */
    private static boolean isForm(RoutingContext request) {
        String type = request.request().getHeader("Content-Type");
        return type != null
                && (type.regionMatches(true, 0, "multipart/", 0, 10)
                        || type.regionMatches(true, 0, "application/x-www-form-urlencoded", 0, 33));
    }

    private void letIn(RoutingContext request) {
        if (queue.waiting() >= mostWaiting) {
            request.fail(503);
        } else {
            request.next();
        }
    }
}
