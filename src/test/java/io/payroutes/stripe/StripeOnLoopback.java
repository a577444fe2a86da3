package io.payroutes.stripe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Plays Stripe over HTTP: remembers all that it was asked, and answers what it was told to, in that order. */
final class StripeOnLoopback implements AutoCloseable {

    /** What arrived. The query is as it was sent. */
    record Request(String method, String path, @Nullable String query, Map<String, List<String>> headers, String body) {

        /** @return the value; null without the header */
        @Nullable
        String header(String name) {
            List<String> values = headers.get(name);
            if (values != null && values.size() > 1) {
                throw new AssertionError(name + " was sent more than once: " + values);
            }
            return values == null ? null : values.get(0);
        }

        String line() {
            return method + " " + path + (query == null ? "" : "?" + query);
        }
    }

    /** What to answer. A status of 0 ends the connection instead. */
    record Answer(int status, Map<String, String> headers, String body) {

        static Answer of(int status, String body) {
            return new Answer(status, Map.of(), body);
        }

        static Answer error(int status, String type, String code) {
            return of(status, """
                    {"error": {"type": "%s", "code": "%s", "message": "because", "param": "amount"}}
                    """.formatted(type, code));
        }

        static Answer none() {
            return of(0, "");
        }

        Answer with(String header, String value) {
            Map<String, String> all = new LinkedHashMap<>(headers);
            all.put(header, value);
            return new Answer(status, all, body);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Queue<Function<Request, Answer>> answers = new ConcurrentLinkedQueue<>();
    private volatile Function<Request, Answer> otherwise = StripeOnLoopback::object;

    StripeOnLoopback() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** The object that the path names, or a page with one of them. */
    static Answer object(Request request) {
        String[] path = request.path.split("/", -1);
        boolean list = request.method.equals("GET") && path.length % 2 == 1 && !path[2].equals("balance");
        String type = (list ? path[path.length - 1] : path[2]).replaceFirst("s$", "");
        String object = "{\"id\": \"obj_1\", \"object\": \"" + type + "\"}";
        return Answer.of(200, list ? "{\"object\": \"list\", \"has_more\": true, \"data\": [" + object + "]}" : object);
    }

    String base() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    void answers(Answer... next) {
        for (Answer answer : next) {
            answers.add(request -> answer);
        }
    }

    void answersAll(Function<Request, Answer> answer) {
        otherwise = answer;
    }

    List<Request> requests() {
        return requests;
    }

    Request onlyRequest() {
        if (requests.size() != 1) {
            throw new AssertionError("Stripe was asked " + requests);
        }
        return requests.get(0);
    }

    private void answer(HttpExchange http) throws IOException {
        Request request = new Request(
                http.getRequestMethod(),
                http.getRequestURI().getRawPath(),
                http.getRequestURI().getRawQuery(),
                http.getRequestHeaders(),
                new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        requests.add(request);
        Function<Request, Answer> next = answers.poll();
        Answer answer = (next == null ? otherwise : next).apply(request);
        try (http) {
            if (answer.status == 0) {
                return;
            }
            http.getResponseHeaders().set("Content-Type", "application/json");
            http.getResponseHeaders().set("Request-Id", "req_" + requests.size());
            answer.headers.forEach(http.getResponseHeaders()::set);
            byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
            http.sendResponseHeaders(answer.status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                http.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
