package io.payroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.SignedEvent;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripeHistories;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Law 9 for requests that do not come to their end: neither their time nor their memory is without bounds. */
class UnfinishedRequestsTest {
    private static final String SECRET = "whsec_test";
    private static final String HEADERS = "a:\r\n".repeat(100);
    private static final String POST =
            "POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nStripe-Signature: t=1,v1=00\r\n";

    @Test
    void aBodyThatTakesTooLongHears408AndLosesItsConnection() throws Exception {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes payroutes = RunningPayroutes.on(database)
                        .with("http.body-patience", "1s")
                        .start();
                Socket slow = unfinished(payroutes, 10);
                Socket complete = unfinished(payroutes, 1000)) {
            assertThat(answer(complete)).startsWith("HTTP/1.1 400");
            assertThat(answer(slow)).startsWith("HTTP/1.1 408").containsIgnoringCase("connection: close");
            assertThat(slow.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void bodiesThatFillTheMemoryGoTheOldestFirstAndAnEventIsTakenAllTheSame() throws Exception {
        List<Socket> open = new ArrayList<>();
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes payroutes = RunningPayroutes.on(database)
                        .with("http.request-memory", 10_000)
                        .start()) {
            for (int i = 0; i < 20; i++) {
                open.add(unfinished(payroutes, 900));
            }
            try (Socket oldest = open.remove(0)) {
                assertThat(oldest.getInputStream().read()).isEqualTo(-1);
            }
            StripeEvent event = StripeHistories.generate(1, 1).events().get(0);
            HttpRequest request = SignedEvent.request(
                            URI.create(payroutes.url("/webhook")), event, SECRET, Instant.now())
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
            await().atMost(Duration.ofSeconds(20)).until(() -> stillOpen(open) <= 5);
            assertThat(stillOpen(open.subList(0, 14))).isZero();
            assertThat(stillOpen(open)).isPositive();
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void whatABodyHeldIsGivenBackWithTheAnswer() throws Exception {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes payroutes = RunningPayroutes.on(database)
                        .with("http.request-memory", 10_000)
                        .start();
                Socket first = unfinished(payroutes, 900)) {
            for (int i = 0; i < 20; i++) {
                try (Socket next = unfinished(payroutes, 500)) {
                    next.getOutputStream().write(new byte[500]);
                    assertThat(answer(next)).startsWith("HTTP/1.1 400");
                }
                unfinished(payroutes, 900).close();
            }
            first.getOutputStream().write(new byte[100]);
            assertThat(answer(first)).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void bodiesThatAreAnnouncedAndDoNotComeTakeNoMemory() throws Exception {
        List<Socket> open = new ArrayList<>();
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes payroutes = RunningPayroutes.on(database)
                        .with("http.body-patience", "1h")
                        .start()) {
            long before = used();
            for (int i = 0; i < 1000; i++) {
                open.add(unfinished(payroutes, 1, 65_000));
            }
            try (Socket last = unfinished(payroutes, 1000)) {
                assertThat(answer(last)).startsWith("HTTP/1.1 400"); // so those before were read, too
            }
            assertThat(used() - before).isLessThan(30_000_000);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatElseComesInByAndByGoesTheOldestFirst(Unfinished kind) throws Exception {
        List<Socket> open = new ArrayList<>();
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes payroutes = RunningPayroutes.on(database)
                        .with("http.request-memory", 60_000)
                        .start()) {
            for (int i = 0; i < 20; i++) {
                open.add(connection(payroutes, kind.text));
            }
            try (Socket oldest = open.remove(0)) {
                oldest.getInputStream().skip(Long.MAX_VALUE); // an answer, perhaps, and the end
            }
            try (Socket complete = unfinished(payroutes, 1000)) {
                assertThat(answer(complete)).startsWith("HTTP/1.1 400");
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> stillOpen(open) <= 15);
            assertThat(stillOpen(open.subList(15, 19))).isPositive();
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void whoHasAnAnswerHoldsNothing() throws Exception {
        List<Socket> open = new ArrayList<>();
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes payroutes = RunningPayroutes.on(database)
                        .with("http.request-memory", 60_000)
                        .start()) {
            for (int i = 0; i < 20; i++) {
                Socket socket =
                        connection(payroutes, "GET /nothing HTTP/1.1\r\nHost: localhost\r\n" + HEADERS + "\r\n");
                open.add(socket);
                assertThat(answer(socket)).startsWith("HTTP/1.1 404");
            }
            assertThat(stillOpen(open)).isEqualTo(20);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    /** What each connection holds of a request. None of it is much, as bytes. */
    private enum Unfinished {
        HEAD("GET /nothing HTTP/1.1\r\nHost: localhost\r\n" + HEADERS),
        NEXT_HEAD("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\nGET /nothing HTTP/1.1\r\n" + HEADERS),
        FIRST_LINE("GET /" + "x".repeat(4000)),
        BODY(POST + HEADERS + "Content-Length: 1000\r\n\r\n"),
        BODY_OF_A_REQUEST_THAT_IS_ANSWERED(
                "POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data\r\n"
                        + HEADERS
                        + "Content-Length: 1000\r\n\r\n"),
        TRAILERS(POST + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + HEADERS);

        private final String text;

        Unfinished(String text) {
            this.text = text;
        }
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Whose end was not heard of yet. */
    private static long stillOpen(List<Socket> sockets) throws IOException {
        long open = 0;
        for (Socket socket : sockets) {
            socket.setSoTimeout(1);
            try {
                socket.getInputStream().skipNBytes(socket.getInputStream().available());
                open += socket.getInputStream().read() >= 0 ? 1 : 0;
            } catch (SocketTimeoutException e) {
                open++;
            }
        }
        return open;
    }

    /** A request whose body of 1000 bytes has come in so far. */
    private static Socket unfinished(RunningPayroutes payroutes, int soFar) throws IOException {
        return unfinished(payroutes, soFar, 1000);
    }

    private static Socket unfinished(RunningPayroutes payroutes, int soFar, int announced) throws IOException {
        return connection(payroutes, POST + "Content-Length: " + announced + "\r\n\r\n" + " ".repeat(soFar));
    }

    private static Socket connection(RunningPayroutes payroutes, String text) throws IOException {
        Socket socket = new Socket("localhost", payroutes.httpPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        byte[] answer = new byte[2000];
        int length = socket.getInputStream().read(answer);
        return new String(answer, 0, Math.max(0, length), StandardCharsets.US_ASCII);
    }
}
