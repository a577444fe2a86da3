package io.payroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Requests of every kind of wrongness at the webhook's address. A few of each in the build; a million with
 * {@code -Dfuzz.cases=1000000 -Dfuzz.seed=…}. A case that fails is told with its seed and number.
 */
@OnEachDatabase
@Timeout(7200)
class WebhookFuzzTest {
    private static final int CASES = Integer.getInteger("fuzz.cases", 1000);
    private static final long SEED = Long.getLong("fuzz.seed", 7);
    private static final String SECRET = "whsec_test";

    private final TestDatabase database;

    WebhookFuzzTest(TestDatabase database) {
        this.database = database;
        database.clear();
    }

    /** What is sent, as it is being bent. */
    private static final class Request {
        private final Random random;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private String method = "POST";
        private String path = "/webhook";
        private byte[] body;
        private boolean signed = true;
        private String signature = "";
        private boolean chunked;
        private String length = "";
        private String version = "HTTP/1.1";
        /** Header lines behind all others. */
        private String more = "";

        private boolean hasABrokenHead;

        Request(Random random, String id) {
            this.random = random;
            this.body = text("{\"id\":\"" + id + "\",\"object\":\"event\",\"type\":\"fuzz.kind\",\"created\":"
                    + Instant.now().getEpochSecond() + ",\"livemode\":false,\"data\":{\"object\":{\"id\":\"x_1\"}}}");
            headers.put("Content-Type", "application/json");
        }

        /** The signature is over what the body is now: whoever bends it afterwards sends a wrong one. */
        byte[] bytes() {
            String time = Long.toString(Instant.now().getEpochSecond());
            String header = signed ? "t=" + time + ",v1=" + sign(time, body) : signature;
            StringBuilder head = new StringBuilder(method + " " + path + " " + version + "\r\nHost: localhost\r\n");
            if (signed || !signature.isEmpty()) {
                head.append("Stripe-Signature: ").append(header).append("\r\n");
            }
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            head.append(more);
            if (hasABrokenHead) { // but for what says how long the body is: nobody answers while the rest is still to
                // come
                int place = random.nextInt(head.length());
                head.setCharAt(place, (char) (head.charAt(place) ^ 1 << random.nextInt(8)));
            }
            if (chunked) {
                head.append("Transfer-Encoding: chunked\r\n");
            } else {
                head.append("Content-Length: ")
                        // Nobody answers while the rest is still to come.
                        .append(length.isEmpty() || (length.equals("5") && body.length < 5) ? body.length : length)
                        .append("\r\n");
            }
            head.append("Connection: close\r\n\r\n");
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            if (chunked && body.length > 0) {
                all.writeBytes(text(Integer.toHexString(body.length) + "\r\n"));
                all.writeBytes(body);
                all.writeBytes(text("\r\n0\r\n\r\n"));
            } else if (chunked) {
                all.writeBytes(text("0\r\n\r\n"));
            } else {
                all.writeBytes(body);
            }
            return all.toByteArray();
        }

        private static byte[] text(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        void body(String text) {
            body = text(text);
        }

        void signature(String text) {
            signed = false;
            signature = text;
        }

        /** An event whose field is something else. */
        void field(String name, String value) {
            String json = new String(body, StandardCharsets.UTF_8);
            body(json.replaceFirst(
                    "\"" + name + "\":(\"[^\"]*\"|[0-9a-z]+|\\{[^{}]*(\\{[^{}]*})?})",
                    java.util.regex.Matcher.quoteReplacement("\"" + name + "\":" + value)));
        }

        String junk(int longest) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(longest); i >= 0; i--) {
                text.append((char) (' ' + random.nextInt(95)));
            }
            return text.toString();
        }
    }

    /** Headers that a server or what is in front of it may go by. */
    private static final List<String> KNOWN = List.of(
            "Expect",
            "Connection",
            "Upgrade",
            "Keep-Alive",
            "TE",
            "Trailer",
            "Range",
            "If-Match",
            "If-Modified-Since",
            "Origin",
            "Access-Control-Request-Method",
            "Access-Control-Request-Headers",
            "X-HTTP-Method-Override",
            "Forwarded",
            "X-Forwarded-For",
            "X-Forwarded-Proto",
            "X-Forwarded-Host",
            "Authorization",
            "Proxy-Authorization",
            "Accept-Charset",
            "Accept-Encoding",
            "Accept-Language",
            "Cookie",
            "Content-Language",
            "Content-Location",
            "Content-Range",
            "Content-Disposition",
            "Date",
            "From",
            "Max-Forwards",
            "Pragma",
            "Referer",
            "User-Agent",
            "Via",
            "Idempotency-Key",
            "Sec-WebSocket-Extensions",
            "CamelHttpMethod",
            "Exchange-Pattern",
            "breadcrumbId",
            "traceparent",
            "baggage");

    private static final List<Consumer<Request>> BENDS = List.of(
            r -> r.signature(""),
            r -> r.signature(r.junk(300)),
            r -> r.signature("t=,v1="),
            r -> r.signature("t=99999999999999999999,v1=00"),
            r -> r.signature("t=-1,v1=" + "0".repeat(64)),
            r -> r.signature("t=\u0661\u0662,v1=" + "0".repeat(64)),
            r -> r.signature("t=" + Instant.now().getEpochSecond() + ",v1=" + "z".repeat(64)),
            r -> r.signature("t=" + Instant.now().getEpochSecond() + ",v0=" + "0".repeat(64)),
            r -> r.signature("t=1,t=2,v1=00"),
            r -> r.signature("t=" + Instant.now().getEpochSecond() + (",v1=" + "0".repeat(64)).repeat(80)),
            r -> r.signature(",".repeat(1 + r.random.nextInt(4000))),
            r -> r.body(""),
            r -> r.body(r.junk(2000)),
            r -> r.body(Arrays.asList(
                            "null", "[]", "\"x\"", "1", "{}", "{", "}", "[1", "\uFEFF{}", "NaN", "{\"id\"}", "nul")
                    .get(r.random.nextInt(12))),
            r -> {
                r.body = new byte[r.random.nextInt(400)];
                r.random.nextBytes(r.body);
            },
            r -> r.body = Arrays.copyOf(r.body, r.random.nextInt(r.body.length + 1)),
            r -> {
                if (r.body.length > 0) {
                    r.body[r.random.nextInt(r.body.length)] ^= (byte) (1 << r.random.nextInt(8));
                }
            },
            r -> r.body("[".repeat(1 + r.random.nextInt(200_000))),
            r -> r.body("{\"a\":".repeat(1 + r.random.nextInt(50_000))),
            r -> r.field("data", "{\"object\":" + "[".repeat(2000) + "]".repeat(2000) + "}"),
            r -> r.field("data", "null"),
            r -> r.field("data", "{\"object\":[1,{}]}"),
            r -> r.field("data", "{\"object\":{\"id\":{\"id\":1}}}"),
            r -> r.field("data", "{\"object\":{\"id\":\"" + "y".repeat(3000) + "\"}}"),
            r -> r.field(
                    "id",
                    Arrays.asList("null", "1", "\"\"", "[]", "\"\\u0000\"", "\"a\\nb\"", "\"\\ud800\"")
                            .get(r.random.nextInt(7))),
            r -> r.field("id", "\"" + "e".repeat(256 + r.random.nextInt(5000)) + "\""),
            r -> r.field(
                    "type",
                    Arrays.asList("null", "{}", "\"\"", "\"a\\u0000b\"", "\"${bean:x}\"", "\"\\udfff\"")
                            .get(r.random.nextInt(6))),
            r -> r.field("type", "\"" + "t".repeat(300) + "\""),
            r -> r.field("object", "\"charge\""),
            r -> r.field(
                    "created",
                    Arrays.asList("null", "-1", "1e400", "99999999999999999999", "\"x\"", "1.5")
                            .get(r.random.nextInt(6))),
            r -> r.field("livemode", "\"true\""),
            r -> r.body(new String(r.body, StandardCharsets.UTF_8) + r.junk(9)),
            r -> r.body("{\"pad\":\"" + "p".repeat(r.random.nextInt(1_500_000)) + "\","
                    + new String(r.body, StandardCharsets.UTF_8).replaceFirst("^\\{", "")),
            r -> r.headers.remove("Content-Type"),
            r -> r.headers.put("Content-Type", r.junk(60)),
            r -> r.headers.put("Content-Type", "application/json; charset=" + r.junk(12)),
            r -> r.headers.put(
                    "Content-Encoding", Arrays.asList("gzip", "br", "x").get(r.random.nextInt(3))),
            r -> r.headers.put("CamelHttpResponseCode", "500"),
            r -> r.headers.put("CamelSqlQuery", "DROP TABLE stripe_event"),
            r -> r.headers.put("X-" + "h".repeat(20), "v".repeat(r.random.nextInt(9000))),
            r -> {
                for (int i = r.random.nextInt(150); i > 0; i--) {
                    r.headers.put("X-Many-" + i, "v");
                }
            },
            r -> r.headers.put("Accept", r.junk(50)),
            r -> r.headers.put("Cookie", r.junk(200)),
            r -> r.headers.put(KNOWN.get(r.random.nextInt(KNOWN.size())), r.junk(40)),
            r -> r.headers.put(KNOWN.get(r.random.nextInt(KNOWN.size())), KNOWN.get(r.random.nextInt(KNOWN.size()))),
            r -> r.headers.put(
                    "Expect",
                    Arrays.asList("100-continue", "200-ok", "", "100-continue, x")
                            .get(r.random.nextInt(4))),
            r -> {
                r.headers.put(
                        "Upgrade", Arrays.asList("h2c", "websocket", "TLS/1.0").get(r.random.nextInt(3)));
                r.headers.put(
                        "HTTP2-Settings",
                        Arrays.asList("", "AAMAAABkAAQCAAAAAAIAAAAA", "x").get(r.random.nextInt(3)));
                r.headers.put("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
                r.headers.put("Sec-WebSocket-Version", "13");
                r.more = "Connection: Upgrade, HTTP2-Settings\r\n";
            },
            r -> r.more = Arrays.asList(
                            "Host: \r\n",
                            "Host: a b\r\n",
                            "Host: localhost:99999\r\n",
                            "Content-Type: text/plain\r\n",
                            "Stripe-Signature: t=1,v1=00\r\n",
                            " folded\r\n",
                            ": none\r\n",
                            "no colon\r\n",
                            "a\0b: c\r\n",
                            "x: a\0b\r\n")
                    .get(r.random.nextInt(10)),
            r -> r.hasABrokenHead = true,
            r -> r.version = Arrays.asList(
                            "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTQ/1.1", "", "HTTP/1.1 x")
                    .get(r.random.nextInt(8)),
            r -> r.chunked = true,
            r -> r.length = Arrays.asList("-1", "x", "99999999999999999999", "1e3", "0", "5")
                    .get(r.random.nextInt(6)),
            r -> r.method = Arrays.asList("GET", "PUT", "HEAD", "OPTIONS", "TRACE", "DELETE", "PATCH", "BREW", "post")
                    .get(r.random.nextInt(9)),
            r -> r.path = Arrays.asList(
                            "/webhook/",
                            "//webhook",
                            "/webhook?a=%00",
                            "/webhook?%zz",
                            "/WEBHOOK",
                            "/webhook;a=b",
                            "/webhook/../api/events",
                            "/webhook%2e",
                            "/%77ebhook",
                            "/webhook?" + "q".repeat(5000),
                            "*",
                            "http://evil.example/webhook",
                            "/api/events",
                            "/webhook#x")
                    .get(r.random.nextInt(14)));

    @Test
    void nothingThatIsWrongIsStoredOrAnsweredWithAFailure() throws Exception {
        try (RunningPayroutes payroutes = RunningPayroutes.on(database).start()) {
            Set<String> accepted = new HashSet<>();
            int all = 0;
            for (int number = 0; number < CASES; number++) {
                Random random = new Random(SEED * 1_000_003 + number);
                Request request = new Request(random, "evt_" + number);
                // Each kind at least once, then two or three at a time.
                BENDS.get(number % BENDS.size()).accept(request);
                for (int more = number < BENDS.size() ? 0 : random.nextInt(3); more > 0; more--) {
                    BENDS.get(random.nextInt(BENDS.size())).accept(request);
                }
                Answer answer = send(payroutes.httpPort(), request.bytes());
                String about = "case " + number + " of seed " + SEED + ": " + answer;
                assertThat(answer.status()).as(about).isIn(0, 200, 400, 401, 404, 405, 411, 413, 414, 415, 417, 431);
                assertThat(answer.text())
                        .as(about)
                        .doesNotContain("Exception", "\tat ", "io.payroutes", "org.apache", "java.");
                if (answer.status() == 200 && request.method.equals("POST")) {
                    assertThat(request.signed).as(about).isTrue();
                    accepted.add(EventEnvelope.parse(request.body).id()); // a bit of it may be another one
                }
                if (number % 1000 == 999) {
                    isStored(accepted); // and makes room: some are large, and H2 keeps them in memory here
                    all += accepted.size();
                    accepted.clear();
                    database.clear();
                }
            }
            Request good = new Request(new Random(1), "evt_good");
            assertThat(send(payroutes.httpPort(), good.bytes()).status()).isEqualTo(200);
            accepted.add("evt_good");
            isStored(accepted);
            assertThat(all + accepted.size()).isBetween(CASES / 20, CASES / 2);
        }
    }

    /** These events and no others. */
    private void isStored(Set<String> accepted) {
        assertThat(database.jdbc().queryForList("SELECT event_id FROM stripe_event", String.class))
                .containsExactlyInAnyOrderElementsOf(accepted);
    }

    /** @param status 0 if the connection was closed without any: then it was no HTTP */
    private record Answer(int status, String text) {
        @Override
        public String toString() {
            return status + " " + text.substring(0, Math.min(300, text.length()));
        }
    }

    private static Answer send(int port, byte[] request) throws IOException {
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(20_000);
            Thread writer = new Thread(() -> {
                try {
                    socket.getOutputStream().write(request);
                } catch (IOException e) {
                    // The answer came before all was sent.
                }
            });
            writer.start();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                InputStream in = socket.getInputStream();
                in.transferTo(answer);
            } catch (SocketException e) {
                // reset after the answer
            }
            String text =
                    answer.toString(StandardCharsets.ISO_8859_1).replaceFirst("^HTTP/1.1 100 Continue\r\n\r\n", "");
            boolean isHttp = text.matches("(?s)HTTP/1\\.[01] [0-9]{3}.*");
            return new Answer(isHttp ? Integer.parseInt(text.substring(9, 12)) : 0, text);
        }
    }

    private static String sign(String time, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((time + ".").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(body)).toLowerCase(Locale.ROOT);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
