package io.payroutes.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.SignedEvent;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripeHistories;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Law 9 for what one connection may ask for, and in what language. */
class OneRequestAtATimeTest {
    private static final String HTTP_2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    /** SETTINGS without any. */
    private static final String HTTP_2_SETTINGS = "\0\0\0\4\0\0\0\0\0";

    private static final Pattern AN_ANSWER = Pattern.compile("(?=HTTP/1.1 \\d{3} )");

    private static TestDatabase database;
    private static RunningPayroutes payroutes;

    @BeforeAll
    static void start() {
        database = TestDatabase.open(TestDatabase.Kind.H2);
        payroutes = RunningPayroutes.on(database).start();
    }

    @AfterAll
    static void stop() throws Exception {
        payroutes.close();
        database.close();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // whoever is not read from waits
    void whoeverTakesNoAnswersIsNotAnsweredForEver() throws IOException {
        byte[] thousand = get("/nothing").repeat(1000).getBytes(US_ASCII);
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress("localhost", payroutes.httpPort()));
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) { // more than any heap here could hold
                            socket.getOutputStream().write(thousand);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(answers(get("/nothing"))).containsExactly("404 /nothing");
    }

    @Test
    void requestsThatDoNotWaitForAnswersAreAnsweredInTheirOrder() throws IOException {
        List<String> paths = Stream.iterate(1, n -> n + 1)
                .limit(15)
                .map(n -> "/nothing/" + n)
                .toList();
        assertThat(answers(String.join(
                        "", paths.stream().map(OneRequestAtATimeTest::get).toList())))
                .containsExactlyElementsOf(
                        paths.stream().map(path -> "404 " + path).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000, 1_000_000})
    void bodiesThatComeOneAfterAnotherStayWithTheirRequests(int bytesAtATime) throws IOException {
        database.clear();
        List<StripeEvent> events =
                StripeHistories.generate(3, 5).events().stream().limit(8).toList();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (StripeEvent event : events) {
            all.writeBytes(post(event.body()).getBytes(US_ASCII));
            all.writeBytes(event.body());
            all.writeBytes(get("/nothing/" + event.id()).getBytes(US_ASCII));
        }
        List<String> expected = events.stream()
                .flatMap(event -> Stream.of("200 ", "404 /nothing/" + event.id()))
                .toList();
        assertThat(answers(all.toByteArray(), bytesAtATime)).containsExactlyElementsOf(expected);
        assertThat(database.jdbc().queryForList("SELECT payload FROM stripe_event", String.class))
                .containsExactlyInAnyOrderElementsOf(
                        events.stream().map(StripeEvent::json).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void http2IsNotSpoken(int bytesAtATime) throws IOException {
        assertThat(answer((HTTP_2 + HTTP_2_SETTINGS).getBytes(US_ASCII), bytesAtATime))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "websocket", "TLS/1.0, h2c"})
    void whoeverWantsToChangeToAnotherProtocolIsAnsweredInThisOne(String protocol) throws IOException {
        assertThat(answers(
                        "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: "
                                + protocol
                                + "\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"))
                .containsExactly("404 /nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTQ/1.1"})
    void aVersionThatIsNotSpokenIsTheClientsMistake(String version) throws IOException {
        assertThat(answer(("GET /nothing " + version + "\r\nHost: localhost\r\n\r\n").getBytes(US_ASCII), 1000))
                .contains(" 400 Bad Request\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: localhost", "host: elsewhere", "HOST:"})
    void asksOneHostOnly(String another) throws IOException {
        assertThat(answer(
                        ("GET /nothing HTTP/1.1\r\nHost: localhost\r\n" + another + "\r\n\r\n").getBytes(US_ASCII),
                        1000))
                .contains(" 400 Bad Request\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/webhook", "/pay"})
    void anExpectationThatNobodyMeetsIsTheClientsMistake(String path) throws IOException {
        assertThat(answers("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Expect: miracles\r\nContent-Length: 2\r\n\r\n{}"))
                .containsExactly("417 " + path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%zz", "/webhook%", "/api/events/%2", "/pay/%-1"})
    void aPathThatCannotBeReadIsRefusedWithoutAWordInTheLog(String path) throws IOException {
        Logger all = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        all.addAppender(log);
        try {
            assertThat(answers(get(path))).containsExactly("400 /");
        } finally {
            all.detachAppender(log);
        }
        assertThat(List.copyOf(log.list))
                .filteredOn(line -> !line.getLoggerName().startsWith("io.payroutes.inbox")) // another test's events
                .noneMatch(line -> line.getLevel().isGreaterOrEqual(Level.WARN));
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private static String post(byte[] body) {
        return "POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length + "\r\nStripe-Signature: "
                + SignedEvent.header(body, "whsec_test", Instant.now().getEpochSecond()) + "\r\n\r\n";
    }

    private static List<String> answers(String requests) throws IOException {
        return answers(requests.getBytes(US_ASCII), 1_000_000);
    }

    /** The status of each answer, and what its document says it is about. */
    private static List<String> answers(byte[] requests, int bytesAtATime) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(requests);
        all.writeBytes("GET /last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
        List<String> answers = new ArrayList<>();
        for (String answer : AN_ANSWER.split(answer(all.toByteArray(), bytesAtATime), -1)) {
            String about = Pattern.compile("\"instance\":\"([^\"]*)\"")
                    .matcher(answer)
                    .results()
                    .map(found -> found.group(1))
                    .findAny()
                    .orElse("");
            answers.add(answer.substring(9, 13) + about);
        }
        assertThat(answers).endsWith("404 /last");
        return answers.subList(0, answers.size() - 1);
    }

    /** All that comes back until there is nothing more to come. */
    private static String answer(byte[] requests, int bytesAtATime) throws IOException {
        try (Socket socket = new Socket("localhost", payroutes.httpPort())) {
            socket.setSoTimeout(30_000);
            socket.setTcpNoDelay(true);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                for (int from = 0; from < requests.length; from += bytesAtATime) {
                    socket.getOutputStream().write(requests, from, Math.min(bytesAtATime, requests.length - from));
                }
                socket.getInputStream().transferTo(answer);
            } catch (SocketException e) {
                // ended before all was sent
            }
            return answer.toString(ISO_8859_1);
        }
    }
}
