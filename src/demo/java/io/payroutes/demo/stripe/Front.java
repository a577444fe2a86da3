package io.payroutes.demo.stripe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server: hands requests to the API, to the control endpoints or to the files for browsers. */
final class Front implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Front.class);
    private static final int LARGEST_BODY = 1 << 20;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "stripe-stand-in");
        thread.setDaemon(true);
        return thread;
    });
    private final CountDownLatch closed;

    /** A request as it came, without what only HTTP needs. */
    record Request(String method, String path, String query, String body, Map<String, String> headers) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** Answers requests; null ends the connection without an answer. */
    interface Handler {
        @Nullable
        Answer answer(Request request) throws InterruptedException;
    }

    Front(int port, CountDownLatch closed) throws IOException {
        this.closed = closed;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
    }

    void serve(String prefix, Handler handler) {
        server.createContext(prefix, exchange -> answer(exchange, handler));
    }

    void start() {
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange, Handler handler) throws IOException {
        try {
            Request request = request(exchange);
            Answer answer = request.method().equals("OPTIONS") ? Answer.of(204, "") : handler.answer(request);
            if (answer != null && closed.getCount() > 0) {
                write(exchange, answer);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error(
                    "The stand-in for Stripe failed at {} {}",
                    exchange.getRequestMethod(),
                    exchange.getRequestURI(),
                    e);
            throw e;
        } finally {
            // Without an answer, this ends the connection.
            exchange.close();
        }
    }

    private static Request request(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY);
        URI uri = exchange.getRequestURI();
        Map<String, String> headers = new java.util.TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.get(0)));
        String query = uri.getRawQuery();
        return new Request(
                exchange.getRequestMethod(),
                uri.getPath(),
                query == null ? "" : query,
                new String(body, StandardCharsets.UTF_8),
                headers);
    }

    private static void write(HttpExchange exchange, Answer answer) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "application/json");
        headers.set("Access-Control-Allow-Origin", "*");
        headers.set("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
        headers.set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, Stripe-Version");
        headers.set("Access-Control-Expose-Headers", "Request-Id, Stripe-Rate-Limited-Reason");
        headers.set("Cache-Control", "no-cache, no-store");
        answer.headers().forEach(headers::set);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
