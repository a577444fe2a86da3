package io.payroutes.webhook;

import io.vertx.core.Context;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests on the event loop and hands them to the route on a few threads of the intake's own. They must not be kept: what
 * waits for its commit waits without a thread. Several and not the event loop, so that the intake has its share of the processor
 * beside the many threads that work off a backlog.
 *
 * <p>The route says what is answered, as with {@code platform-http}: {@code CamelHttpResponseCode}, headers and body. If it
 * fails, the answer is 500 without a word of why. When many large bodies wait for a thread, it is 503.
 */
final class StripeWebhookConsumer extends DefaultConsumer implements Suspendable {
    private static final String SIGNATURE = "Stripe-Signature";
    /** Some ten times a common event. */
    private static final int LARGE = 32 * 1024;
    /** A megabyte each at the most, with the usual limit of bodies. */
    private static final int MOST_LARGE_AT_A_TIME = 32;

    private static final int THREADS = 8;

    private final AtomicInteger large = new AtomicInteger();

    private @Nullable Route route;
    private @Nullable WorkerExecutor threads;

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
        threads = router.vertx().createSharedWorkerExecutor("stripe-webhook", THREADS);
        route = router.route(getEndpoint().getPath())
                .method(HttpMethod.POST)
                .consumes("application/json")
                .order(-1) // before all paths that are patterns
                .handler(router.bodyHandler())
                .handler(this::take);
    }

    @Override
    protected void doStop() throws Exception {
        if (route != null) {
            route.remove();
            route = null;
        }
        if (threads != null) {
            threads.close();
            threads = null;
        }
        super.doStop();
    }

    private VertxPlatformHttpRouter mainRouter() {
        return getEndpoint().getCamelContext().getRegistry().findByType(VertxPlatformHttpRouter.class).stream()
                .filter(VertxPlatformHttpRouter::isMainServer)
                .findAny()
                .orElseThrow(() -> new IllegalStateException(
                        getEndpoint() + " needs the HTTP server: set camel.server.enabled=true"));
    }

    private void take(RoutingContext request) {
        if (isSuspended()) {
            request.response().setStatusCode(503).end();
            return;
        }
        Context eventLoop = request.vertx().getOrCreateContext();
        Buffer body = request.body().buffer();
        byte[] bytes = body == null ? new byte[0] : body.getBytes();
        List<String> signatures = request.request().headers().getAll(SIGNATURE);
        boolean isLarge = bytes.length > LARGE;
        if (isLarge && large.incrementAndGet() > MOST_LARGE_AT_A_TIME) {
            large.decrementAndGet();
            request.response().setStatusCode(503).putHeader("Retry-After", "10").end();
            return;
        }
        Objects.requireNonNull(threads)
                .executeBlocking(
                        () -> {
                            process(bytes, signatures, request, eventLoop);
                            return bytes.length;
                        },
                        false)
                .onFailure(request::fail)
                .onComplete(any -> {
                    if (isLarge) {
                        large.decrementAndGet();
                    }
                });
    }

    private void process(byte[] body, List<String> signatures, RoutingContext request, Context eventLoop) {
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        Message message = exchange.getMessage();
        message.setBody(body);
        if (!signatures.isEmpty()) {
            message.setHeader(SIGNATURE, signatures.size() == 1 ? signatures.get(0) : signatures);
        }
        getAsyncProcessor()
                .process(exchange, doneSynchronously -> eventLoop.runOnContext(any -> answer(request, exchange)));
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
            response.end(body == null ? "" : body);
        } catch (RuntimeException e) { // an answer that cannot be sent, such as a header with a line break
            getExceptionHandler().handleException("The answer to an event could not be sent", e);
            request.fail(e);
        } finally {
            releaseExchange(exchange, false);
        }
    }
}
