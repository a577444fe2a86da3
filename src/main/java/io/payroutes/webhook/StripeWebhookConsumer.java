package io.payroutes.webhook;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests on the event loop, and has the route go through there, too, as far as it goes without waiting: what waits for its
 * commit waits without a thread. While the route is not swift, it is handed to a few threads of the intake's own instead, so that
 * nothing else that comes in waits for it.
 *
 * <p>The route says what is answered, as with {@code platform-http}: {@code CamelHttpResponseCode}, headers and body. Without a
 * word of it that is 200, and a body is JSON. If the route fails, the answer is 500 without a word of why. When too much
 * waits for a thread, it is 503.
 */
final class StripeWebhookConsumer extends DefaultConsumer implements Suspendable {
    private static final String SIGNATURE = "Stripe-Signature";
    /** That wait for a thread or are with one: thousands of common events. */
    private static final long MOST_BYTES = 8 * 1024 * 1024;

    private static final int THREADS = 8;
    /** Of what is handed over together: up to 8,000 events, about what is taken in a second at full speed. */
    private static final int MOST_WAITING = 1000;

    private static final String JSON = "application/json";

    private final AtomicLong handedOver = new AtomicLong();
    private final Swiftness swiftness = new Swiftness();

    private @Nullable Route route;
    private volatile @Nullable Threads threads;

    StripeWebhookConsumer(StripeWebhookEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
    }

    @Override
    public StripeWebhookEndpoint getEndpoint() {
        return (StripeWebhookEndpoint) super.getEndpoint();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        VertxPlatformHttpRouter router = mainRouter();
        threads = new Threads(pool(executors(), this), new ConcurrentHashMap<>());
        route = router.route(getEndpoint().getPath())
                .method(HttpMethod.POST)
                .consumes("application/json")
                .order(Integer.MIN_VALUE + 1) // before all other paths, and what is asked of their bodies
                .handler(bodies())
                .handler(this::take);
    }

    @Override
    protected void doStop() throws Exception {
        if (route != null) {
            route.remove();
            route = null;
        }
        Threads last = threads;
        if (last != null) {
            threads = null;
            executors().shutdownGraceful(last.pool);
        }
        super.doStop();
    }

    /** Says so when it takes no more, where Camel's own would have the event loop do it, or leave it undone when it is shut down. */
    static ExecutorService pool(ExecutorServiceManager executors, Object owner) {
        ThreadPoolProfile profile = new ThreadPoolProfile("stripe-webhook");
        profile.setPoolSize(THREADS);
        profile.setMaxPoolSize(THREADS);
        profile.setMaxQueueSize(MOST_WAITING);
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        return executors.newThreadPool(owner, "stripe-webhook", profile);
    }

    /**
     * Takes memory for what has come in, where the server's own takes it for what is announced: nobody knows yet who announces it.
     */
    private BodyHandler bodies() {
        MainHttpServer server = getEndpoint().getCamelContext().hasService(MainHttpServer.class);
        BodyHandler bodies = BodyHandler.create(false);
        return server == null || server.getMaxBodySize() == null
                ? bodies
                : bodies.setBodyLimit(server.getMaxBodySize());
    }

    private ExecutorServiceManager executors() {
        return getEndpoint().getCamelContext().getExecutorServiceManager();
    }

    private VertxPlatformHttpRouter mainRouter() {
        return getEndpoint().getCamelContext().getRegistry().findByType(VertxPlatformHttpRouter.class).stream()
                .filter(VertxPlatformHttpRouter::isMainServer)
                .findAny()
                .orElseThrow(() -> new IllegalStateException(
                        getEndpoint() + " needs the HTTP server: set camel.server.enabled=true"));
    }

    private void take(RoutingContext request) {
        Threads current = threads;
        if (isSuspended() || current == null) {
            request.response().setStatusCode(503).end();
            return;
        }
        Buffer body = request.body().buffer();
        byte[] bytes = body == null ? new byte[0] : body.getBytes();
        List<String> signatures = request.request().headers().getAll(SIGNATURE);
        Lane lane = current.lanes.computeIfAbsent(
                Thread.currentThread(), eventLoop -> new Lane(request.vertx().getOrCreateContext(), current.pool));
        if (swiftness.isSwift()) {
            try {
                process(bytes, signatures, request, lane, true);
            } catch (Throwable e) { // whatever it was, whoever asked hears of it
                request.fail(e);
            }
            return;
        }
        if (handedOver.addAndGet(bytes.length) > Math.max(MOST_BYTES, bytes.length)) { // one alone always has room
            handedOver.addAndGet(-bytes.length);
            comeAgain(request);
            return;
        }
        lane.handOver(
                () -> {
                    try {
                        process(bytes, signatures, request, lane, false);
                    } catch (Throwable e) { // whatever it was, whoever asked hears of it, and so do those behind
                        lane.handBack(() -> request.fail(e));
                    } finally {
                        handedOver.addAndGet(-bytes.length);
                    }
                },
                () -> {
                    handedOver.addAndGet(-bytes.length);
                    comeAgain(request);
                });
    }

    private static void comeAgain(RoutingContext request) {
        request.response().setStatusCode(503).putHeader("Retry-After", "10").end();
    }

    private void process(
            byte[] body, List<String> signatures, RoutingContext request, Lane lane, boolean isOnEventLoop) {
        long began = System.nanoTime();
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        Message message = exchange.getMessage();
        message.setBody(body);
        if (!signatures.isEmpty()) {
            message.setHeader(SIGNATURE, signatures.size() == 1 ? signatures.get(0) : signatures);
        }
        try {
            getAsyncProcessor().process(exchange, doneSynchronously -> {
                if (doneSynchronously && isOnEventLoop) {
                    answer(request, exchange);
                } else {
                    lane.handBack(() -> answer(request, exchange));
                }
            });
        } finally {
            swiftness.took(System.nanoTime() - began);
        }
    }

    private void answer(RoutingContext request, Exchange exchange) {
        try {
            HttpServerResponse response = request.response();
            if (response.ended() || response.closed()) {
                return; // whoever asked is gone
            }
            if (exchange.getException() != null) {
                getExceptionHandler().handleException("An event could not be answered", exchange.getException());
                response.setStatusCode(500).end();
                return;
            }
            Message message = exchange.getMessage();
            response.setStatusCode(
                    Objects.requireNonNullElse(message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class), 200));
            message.getHeaders().forEach((name, value) -> {
                if (!name.startsWith("Camel") && !name.equalsIgnoreCase(SIGNATURE)) {
                    response.putHeader(name, String.valueOf(value));
                }
            });
            String body = message.getBody(String.class);
            if (body == null) {
                response.end();
                return;
            }
            if (!response.headers().contains(HttpHeaders.CONTENT_TYPE)) {
                response.putHeader(HttpHeaders.CONTENT_TYPE, JSON);
            }
            response.end(body);
        } catch (RuntimeException e) { // an answer that cannot be sent, such as a header with a line break
            getExceptionHandler().handleException("The answer to an event could not be sent", e);
            request.fail(e);
        } finally {
            releaseExchange(exchange, false);
        }
    }

    /** What the consumer has from one start to the next stop: the threads, and the way there from each event loop. */
    private record Threads(ExecutorService pool, Map<Thread, Lane> lanes) {}
}
