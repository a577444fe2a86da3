package io.payroutes.benchmark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * As little as an endpoint can do that verifies, commits and answers: a bare Vert.x server, the HMAC, id and type with a
 * streaming parser, and two threads that commit whatever has come in together. No framework, no metrics, no limits.
 */
public final class FloorServer {
    private static final int WRITERS = 2;
    private static final int BATCH = 500;
    private static final JsonFactory JSON = new JsonFactory();

    private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>(4000);
    private final SecretKeySpec key;

    private FloorServer(String secret) {
        key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    private record Waiting(String id, String type, String payload, Runnable done) {}

    public static void main(String[] args) throws Exception {
        String url = args[0];
        FloorServer server = new FloorServer(args[2]);
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS stripe_event (event_id VARCHAR(255) PRIMARY KEY,"
                    + " event_type VARCHAR(255) NOT NULL, payload VARCHAR NOT NULL, received_at TIMESTAMPTZ NOT NULL)");
        }
        for (int i = 0; i < WRITERS; i++) {
            new Thread(() -> server.write(url), "writer-" + i).start();
        }
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        for (int i = 0; i < 2; i++) { // one on each event loop
            vertx.createHttpServer().requestHandler(server::answer).listen(Integer.parseInt(args[1]));
        }
    }

    private void answer(HttpServerRequest request) {
        String signature = request.getHeader("Stripe-Signature");
        var context = io.vertx.core.Vertx.currentContext();
        request.bodyHandler(buffer -> {
            byte[] body = buffer.getBytes();
            try {
                if (signature == null || !verified(signature, body)) {
                    request.response().setStatusCode(400).end();
                    return;
                }
                String id = null;
                String type = null;
                try (JsonParser parser = JSON.createParser(body)) {
                    parser.nextToken();
                    while (parser.nextToken() == JsonToken.FIELD_NAME) {
                        String name = parser.currentName();
                        JsonToken value = parser.nextToken();
                        if (name.equals("id")) {
                            id = parser.getText();
                        } else if (name.equals("type")) {
                            type = parser.getText();
                        } else if (value.isStructStart()) {
                            parser.skipChildren();
                        }
                    }
                }
                Runnable done = () -> context.runOnContext(any -> request.response().end());
                if (!queue.offer(new Waiting(id, type, new String(body, StandardCharsets.UTF_8), done))) {
                    request.response().setStatusCode(503).end();
                }
            } catch (Exception e) {
                request.response().setStatusCode(400).end();
            }
        });
    }

    private boolean verified(String header, byte[] body) throws Exception {
        int comma = header.indexOf(',');
        String time = header.substring(2, comma);
        if (Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(time)) > 300) {
            return false;
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
        mac.update(time.getBytes(StandardCharsets.US_ASCII));
        mac.update((byte) '.');
        byte[] expected = mac.doFinal(body);
        return MessageDigest.isEqual(expected, HexFormat.of().parseHex(header.substring(comma + 4)));
    }

    private void write(String url) {
        List<Waiting> together = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO stripe_event (event_id, event_type, payload, received_at)"
                                + " SELECT id, type, payload, now() FROM unnest(?, ?, ?) AS t(id, type, payload)"
                                + " ON CONFLICT DO NOTHING")) {
            while (true) {
                together.add(queue.take());
                queue.drainTo(together, BATCH - 1);
                insert.setObject(1, together.stream().map(Waiting::id).toArray(String[]::new));
                insert.setObject(2, together.stream().map(Waiting::type).toArray(String[]::new));
                insert.setObject(3, together.stream().map(Waiting::payload).toArray(String[]::new));
                insert.executeUpdate();
                together.forEach(waiting -> waiting.done().run());
                together.clear();
            }
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
    }
}
