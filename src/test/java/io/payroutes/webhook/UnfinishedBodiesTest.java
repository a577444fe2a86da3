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

/** Law 9 for bodies that do not come to their end: neither their time nor their memory is without bounds. */
class UnfinishedBodiesTest {
    private static final String SECRET = "whsec_test";

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
                        .with("http.body-memory", 5000)
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
                        .with("http.body-memory", 5000)
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
        Socket socket = new Socket("localhost", payroutes.httpPort());
        socket.setSoTimeout(20_000);
        String head = String.join(
                "\r\n",
                "POST /webhook HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/json",
                "Stripe-Signature: t=1,v1=00",
                "Content-Length: " + announced,
                "",
                "");
        socket.getOutputStream().write((head + " ".repeat(soFar)).getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        byte[] answer = new byte[2000];
        int length = socket.getInputStream().read(answer);
        return new String(answer, 0, Math.max(0, length), StandardCharsets.US_ASCII);
    }
}
