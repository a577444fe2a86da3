package io.payroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.SignedEvent;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripeHistories;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Law 9 for connections over which nothing is answered. */
class SilentConnectionsTest {

    @Test
    void whoAsksNothingOrNeverComesToTheEndOfItLosesTheConnection() throws Exception {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes payroutes = RunningPayroutes.on(database)
                        .with("http.idle-timeout", "1s")
                        .start();
                Socket silent = connection(payroutes);
                Socket slow = connection(payroutes);
                Socket kept = connection(payroutes);
                Socket watching = new Socket("localhost", payroutes.managementPort())) {
            send(kept, "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(line(kept.getInputStream())).isEqualTo("HTTP/1.1 404 Not Found");
            send(slow, "GET /nothing HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> isOver(slow, "x"));
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            watching.setSoTimeout(20_000);
            assertThat(watching.getInputStream().read()).isEqualTo(-1);
            kept.getInputStream().readAllBytes(); // the rest of the answer, and the end

            try (Socket next = connection(payroutes)) {
                send(next, "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(line(next.getInputStream())).isEqualTo("HTTP/1.1 404 Not Found");
            }
        }
    }

    @Test
    void aThousandThatSayNothingKeepNoEventOut() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes payroutes = RunningPayroutes.on(database).start()) {
            for (int i = 0; i < 1000; i++) {
                silent.add(connection(payroutes));
            }
            StripeEvent event = StripeHistories.generate(1, 1).events().get(0);
            HttpRequest request = SignedEvent.request(
                            URI.create(payroutes.url("/webhook")), event, "whsec_test", Instant.now())
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void whoIsHeardOfKeepsTheConnectionWhenManyComeWhoSayNothing() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes payroutes = RunningPayroutes.on(database)
                        .with("http.connections", 100)
                        .start();
                Socket first = connection(payroutes);
                Socket kept = connection(payroutes)) {
            for (int i = 0; i < 400; i++) {
                silent.add(connection(payroutes));
                if (i % 40 == 0) {
                    try (Socket last = connection(payroutes)) {
                        mustAnswer(last); // so all before it were noticed
                    }
                    mustAnswer(kept);
                }
            }
            mustAnswer(kept);
            assertThat(first.getInputStream().read()).isEqualTo(-1);
            try (Socket last = connection(payroutes)) {
                mustAnswer(last);
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> stillOpen(silent) <= 100);
            assertThat(stillOpen(silent)).isGreaterThan(80); // not more than needs be
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    /** Whose end was not heard of yet. */
    private static long stillOpen(List<Socket> connections) throws IOException {
        long open = 0;
        for (Socket socket : connections) {
            socket.setSoTimeout(1);
            try {
                open += socket.getInputStream().read() >= 0 ? 1 : 0;
            } catch (SocketTimeoutException e) {
                open++;
            }
        }
        return open;
    }

    private static void mustAnswer(Socket connection) throws IOException {
        send(connection, "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(line(connection.getInputStream())).isEqualTo("HTTP/1.1 404 Not Found");
        skipAnswer(connection.getInputStream());
    }

    private static Socket connection(RunningPayroutes payroutes) throws IOException {
        Socket socket = new Socket("localhost", payroutes.httpPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean isOver(Socket socket, String more) {
        try {
            send(socket, more);
            return socket.getInputStream().available() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    /** The rest of an answer that says how long it is. */
    private static void skipAnswer(InputStream in) throws IOException {
        int length = 0;
        for (String header = line(in); !header.isBlank(); header = line(in)) {
            String[] parts = header.strip().split(": ", 2);
            if (parts[0].equalsIgnoreCase("content-length")) {
                length = Integer.parseInt(parts[1]);
            }
        }
        in.skipNBytes(length + 1L); // and the line feed that ends the headers
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\r'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString();
    }
}
