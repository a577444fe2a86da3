package io.payroutes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** An ERP over HTTP that can fail in every way that one does. What it answered with 2xx, or took before it failed, it has. */
final class FaultyErp implements AutoCloseable {

    /** How it behaves from now on. */
    enum Mood {
        WELL,
        /** Nobody listens. */
        REFUSES,
        /** Takes the message, and does not answer until its mood changes. */
        HANGS,
        /** Takes the message, begins to answer and closes the connection. */
        CUTS,
        /** 500, and has not taken it. */
        FAILS,
        /** 429 with a Retry-After of a second. */
        IS_BUSY,
        /** Closes the connection without an answer when it takes a message, and answers 409 when it comes again. */
        KNOWS_IT_ALREADY,
        /** 410: never. */
        WANTS_NOTHING
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, JsonNode> taken = new ConcurrentHashMap<>();
    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private final Object moodLock = new Object();
    private final int port;
    private Mood mood = Mood.WELL;
    private @Nullable HttpServer server;

    FaultyErp() throws IOException {
        this.server = listen(FreePort.next());
        this.port = server.getAddress().getPort();
    }

    String url() {
        return "http://localhost:" + port + "/erp";
    }

    void turn(Mood to) throws IOException {
        synchronized (moodLock) {
            mood = to;
            moodLock.notifyAll();
        }
        if (to == Mood.REFUSES && server != null) {
            server.stop(0);
            server = null;
        } else if (to != Mood.REFUSES && server == null) {
            server = listen(port);
        }
    }

    /** The keys of the messages of a kind that it has, each once. */
    Set<String> keys(String kind) {
        Set<String> keys = new TreeSet<>();
        taken.forEach((key, message) -> {
            if (message.path("type").asText().contains(kind)) {
                keys.add(key);
            }
        });
        return keys;
    }

    /** As if it had never had a message. */
    void forget() {
        taken.clear();
        changed.clear();
    }

    /** The keys under which two messages with different contents came. */
    Set<String> changed() {
        return changed;
    }

    @Override
    public void close() throws IOException {
        turn(Mood.REFUSES);
        threads.shutdownNow();
    }

    private HttpServer listen(int onPort) throws IOException {
        HttpServer listening = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort), 100);
        listening.createContext("/erp", this::answer);
        listening.setExecutor(threads);
        listening.start();
        return listening;
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode message = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        Mood now = mood();
        switch (now) {
            case WELL -> {
                take(key, message);
                exchange.sendResponseHeaders(204, -1);
            }
            case REFUSES -> {} // it came in just before
            case HANGS -> {
                take(key, message);
                awaitAnotherMood();
            }
            case CUTS -> {
                take(key, message);
                exchange.sendResponseHeaders(200, 1000);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
            }
            case FAILS -> exchange.sendResponseHeaders(500, -1);
            case IS_BUSY -> {
                exchange.getResponseHeaders().set("Retry-After", "1");
                exchange.sendResponseHeaders(429, -1);
            }
            case KNOWS_IT_ALREADY -> {
                if (!take(key, message)) {
                    exchange.sendResponseHeaders(409, -1);
                }
            }
            case WANTS_NOTHING -> exchange.sendResponseHeaders(410, -1);
        }
        exchange.close();
    }

    /** Whether it is new. */
    private boolean take(String key, JsonNode message) {
        JsonNode before = taken.putIfAbsent(key, message);
        if (before != null && !before.equals(message)) {
            changed.add(key);
        }
        return before == null;
    }

    private Mood mood() {
        synchronized (moodLock) {
            return mood;
        }
    }

    private void awaitAnotherMood() {
        synchronized (moodLock) {
            while (mood == Mood.HANGS) {
                try {
                    moodLock.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }
}
