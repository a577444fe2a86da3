package io.payroutes.api;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends requests whose bodies do not come to their end: Vert.x would wait for ever.
 * Thread-safe.
 */
public final class UnfinishedRequests implements StartupListener {
    private static final Logger LOG = LoggerFactory.getLogger(UnfinishedRequests.class);
    private static final long SWEEP_MILLIS = 500;

    private final Set<Unfinished> unfinished = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isSweepComing = new AtomicBoolean();
    private final int port;
    private final Duration patience;

    /**
     * @param port the port whose requests these are
     * @param patience how long a body may take to come in
     */
    public UnfinishedRequests(int port, Duration patience) {
        this.port = port;
        this.patience = patience;
    }

    @Override
    public void onCamelContextStarted(CamelContext camel, boolean alreadyStarted) {
        if (alreadyStarted) {
            return; // Camel tells it again whenever routes are added
        }
        VertxPlatformHttpRouter router =
                VertxPlatformHttpRouter.lookup(camel, VertxPlatformHttpRouter.getRouterNameFromPort(port));
        router.route().order(Integer.MIN_VALUE).handler(this::watch);
    }

    private void watch(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (!request.isEnded()) {
            Unfinished body = new Unfinished(request, Vertx.currentContext(), System.nanoTime());
            unfinished.add(body);
            routing.addEndHandler(ended -> unfinished.remove(body));
            sweepSoon(routing.vertx());
        }
        routing.next();
    }

    /** Only while there is something to sweep: an idle program is not to be woken for it. */
    private void sweepSoon(Vertx vertx) {
        if (isSweepComing.compareAndSet(false, true)) {
            vertx.setTimer(SWEEP_MILLIS, timer -> {
                isSweepComing.set(false); // first: what is added from now on has one coming, or is found below
                try {
                    sweep();
                } finally {
                    if (!unfinished.isEmpty()) {
                        sweepSoon(vertx);
                    }
                }
            });
        }
    }

    private void sweep() {
        unfinished.removeIf(body -> body.request.isEnded());
        long now = System.nanoTime();
        List<Unfinished> late = unfinished.stream()
                .filter(body -> now - body.since >= patience.toNanos())
                .toList();
        late.forEach(this::end);
        if (!late.isEmpty()) {
            LOG.warn("{} requests were ended whose bodies did not come to their end", late.size());
        }
    }

    private void end(Unfinished body) {
        unfinished.remove(body);
        body.context.runOnContext(any -> {
            if (!body.request.isEnded() && !body.request.response().headWritten()) {
                body.request
                        .response()
                        .setStatusCode(408)
                        .putHeader("Connection", "close")
                        .end()
                        .onComplete(sent -> body.request.connection().close());
            }
        });
    }

    /** By identity: no two are the same. */
    private static final class Unfinished {
        private final HttpServerRequest request;
        private final Context context;
        private final long since;

        Unfinished(HttpServerRequest request, Context context, long since) {
            this.request = request;
            this.context = context;
            this.since = since;
        }
    }
}
