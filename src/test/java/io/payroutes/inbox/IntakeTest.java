package io.payroutes.inbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.payroutes.Inflow;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.SignedEvent;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripePayment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Law 1 over HTTP: a 2xx means committed, and nothing from the outside steers the way there. */
@OnEachDatabase
class IntakeTest {
    private static final String SECRET = "whsec_test";
    private static final int LARGEST_BODY = 1_048_576;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final StripeEvent EVENT =
            StripePayment.of("pi_1", 4900, "jpy").customerName("ジェニー 🎉").succeeded(1_767_225_600L);

    private static RunningPayroutes payroutes;
    private final TestDatabase database;

    IntakeTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeParameterizedClassInvocation
    static void start(TestDatabase database) {
        payroutes = RunningPayroutes.on(database)
                .with("stripe.webhook-secret", "whsec_old, " + SECRET)
                .with("reconciliation.first-sweep", "1h")
                .with("database.pool", 6)
                .with("database.patience", "500ms")
                .start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        payroutes.close();
    }

    @BeforeEach
    void clear() {
        new Inflow(payroutes, database).awaitTried();
        database.clear();
    }

    @Test
    void whatIsAnsweredWith200IsStoredByteForByte() {
        String odd = EVENT.json().replace("{\n", "{ \t\r\n\n ") + "\n\n ";
        HttpResponse<String> answer = post(odd.getBytes(UTF_8));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"received\":true}");
        assertThat(answer.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
        assertThat(payload(EVENT.id())).isEqualTo(odd);
    }

    @Test
    void aDuplicateIsAnsweredWith200AndStoredOnce() {
        assertThat(post(EVENT.body()).statusCode()).isEqualTo(200);
        assertThat(post(EVENT.body()).statusCode()).isEqualTo(200);
        assertThat(database.jdbc().queryForList("SELECT event_id FROM stripe_event"))
                .hasSize(1);
    }

    @Test
    void the200WaitsForTheCommit() throws Exception {
        assumeTrue(database.kind() == TestDatabase.Kind.POSTGRESQL, "H2 does not tell who waits for whom");
        CompletableFuture<HttpResponse<String>> answer;
        try (Connection other = database.database().dataSource().getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().execute("LOCK TABLE stripe_event IN SHARE MODE");
            answer = HTTP.sendAsync(request(EVENT.body()).build(), BodyHandlers.ofString());
            await().until(() -> database.jdbc()
                            .queryForObject(
                                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                            + " AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO stripe_event%'",
                                    Integer.class)
                    == 1);
            assertThat(answer).isNotDone();
            other.rollback();
        }
        assertThat(answer.get().statusCode()).isEqualTo(200);
        assertThat(payload(EVENT.id())).isEqualTo(EVENT.json());
    }

    @Test
    void ofManyThatAreCommittedTogetherEachIsStoredByteForByteOnceItIsAnswered() throws Exception {
        List<StripeEvent> events = IntStream.range(0, 40)
                .mapToObj(i -> EVENT.withId("evt_together" + i))
                .toList();
        List<CompletableFuture<HttpResponse<String>>> answers;
        try (Connection other = database.database().dataSource().getConnection()) {
            other.setAutoCommit(false);
            if (database.kind() == TestDatabase.Kind.POSTGRESQL) {
                // While the first wait for their commit, all others come.
                other.createStatement().execute("LOCK TABLE stripe_event IN SHARE MODE");
            }
            answers = events.stream()
                    .map(event -> HTTP.sendAsync(request(event.body()).build(), BodyHandlers.ofString()))
                    .toList();
            if (database.kind() == TestDatabase.Kind.POSTGRESQL) {
                await().until(() -> database.jdbc()
                                .queryForObject(
                                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                                + " AND wait_event_type = 'Lock' AND query LIKE '%stripe_event%'",
                                        Integer.class)
                        > 0);
            }
            other.rollback();
        }
        for (int i = 0; i < events.size(); i++) {
            assertThat(answers.get(i).get().statusCode()).isEqualTo(200);
            assertThat(payload(events.get(i).id())).isEqualTo(events.get(i).json());
        }
    }

    @Test
    void anythingThatIsSignedAndAnEventIsTakenWhateverItIsAbout() {
        for (String change : List.of("type", "api_version")) {
            StripeEvent unknown = EVENT.with("/" + change, "from.the.future").withId("evt_" + change);
            assertThat(post(unknown.body()).statusCode()).isEqualTo(200);
        }
        assertThat(post(EVENT.without("/api_version")
                                .without("/livemode")
                                .without("/created")
                                .body())
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                  | The body is empty.
            not json                            | The body is not JSON.
            [1, 2]                              | The body is not a JSON object.
            {"object": "event"                  | The body is not JSON.
            {"object": "event"} {}              | The body is not JSON.
            {"object": "charge", "id": "ch_1"}  | The JSON object is not a Stripe event.
            {"object": "v2.core.event"}         | Thin (v2) events are not taken here: give this endpoint a destination with snapshot payloads.
            {"object": "event", "type": "x"}    | The event has no usable id.
            {"object": "event", "id": "evt_1"}  | The event has no usable type.
            """)
    void whatIsNoEventIsRefusedWithOneLineAndNotStored(String body, String reason) {
        refused(post(body.getBytes(UTF_8)), reason);
    }

    @Test
    void whatIsNoTextIsRefused() {
        refused(post(new byte[] {'{', '"', (byte) 0xc3, '"', '}'}), "The body is not valid UTF-8.");
        refused(post("\ufeff{}".getBytes(UTF_8)), "The body is not JSON.");
    }

    @Test
    void whatIsNotSignedIsRefusedWithOneLineAndNotStored() {
        long now = Instant.now().getEpochSecond();
        byte[] body = EVENT.body();
        refused(send(plain(body)), "The Stripe-Signature header is missing.");
        refused(signed(body, ""), "The Stripe-Signature header is malformed.");
        refused(signed(body, "t=" + now), "The Stripe-Signature header has no v1 signature.");
        String mismatch = "No signature matches: wrong signing secret, or the body was changed on its way.";
        refused(signed(body, SignedEvent.header(body, "whsec_wrong", now)), mismatch);
        refused(signed(body, SignedEvent.header("{}".getBytes(UTF_8), SECRET, now)), mismatch);
        String outside = "The signature's timestamp is outside the tolerance: a replay, or a clock that is off.";
        refused(signed(body, SignedEvent.header(body, SECRET, now - 400)), outside);
        refused(signed(body, SignedEvent.header(body, SECRET, now + 400)), outside);
        refused(
                signed(body, "t=" + now + ",v0=" + SignedEvent.signature(body, SECRET, now)),
                "The Stripe-Signature" + " header has no v1 signature.");
        refused(signed(body, "x".repeat(7000)), "The Stripe-Signature header is malformed.");
        // Two headers: whichever somebody else would read, it is not what Stripe sends.
        String right = SignedEvent.header(body, SECRET, now);
        refused(
                send(plain(body).header("Stripe-Signature", right).header("Stripe-Signature", right)),
                "The Stripe-Signature header is malformed.");
    }

    @Test
    void anySecretThatIsSetWillDo() {
        long now = Instant.now().getEpochSecond();
        assertThat(signed(EVENT.body(), SignedEvent.header(EVENT.body(), "whsec_old", now))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "PROPFIND"})
    void otherMethodsAreNotAllowed(String method) {
        HttpResponse<String> answer = send(signedRequest(EVENT.body()).method(method, BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("POST");
        nothingIsStored();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "text/plain",
                "text/json",
                ""
            })
    void otherContentTypesAreNotTaken(String type) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(payroutes.url("/webhook")))
                .header("Stripe-Signature", signature(EVENT.body()))
                .POST(BodyPublishers.ofByteArray(EVENT.body()));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        assertThat(send(request).statusCode()).isEqualTo(415);
        nothingIsStored();
    }

    @Test
    void aBodyThatIsTooLargeIsNotTakenAndOneThatJustFitsIs() {
        StripeEvent empty = EVENT.with("/data/object/description", "");
        StripeEvent fits = EVENT.with("/data/object/description", "x".repeat(LARGEST_BODY - empty.body().length));
        assertThat(fits.body()).hasSize(LARGEST_BODY);
        assertThat(post((fits.json() + " ").getBytes(UTF_8)).statusCode()).isEqualTo(413);
        nothingIsStored();
        assertThat(post(fits.body()).statusCode()).isEqualTo(200);
        assertThat(payload(EVENT.id())).isEqualTo(fits.json());
    }

    @Test
    void headersAndParametersFromOutsideSteerNothingAndAreNotEchoed() {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(
                                payroutes.url(
                                        "/webhook?CamelHttpResponseCode=302&Location=http%3A%2F%2Fevil.example&x=%3Cscript%3E%24%7Bbody%7D")))
                .header("Content-Type", "application/json; charset=utf-16")
                .header("Stripe-Signature", signature(EVENT.body()))
                .POST(BodyPublishers.ofByteArray(EVENT.body()));
        for (String name : List.of(
                "Cc",
                "Bcc",
                "To",
                "Subject",
                "mail.smtp.host",
                "CamelHttpResponseCode",
                "CamelHttpUri",
                "CamelFileName",
                "CamelSqlQuery",
                "CamelBeanMethodName",
                "Location",
                "Set-Cookie",
                "X-Forwarded-Host",
                "traceparent")) {
            request.header(name, "302");
        }
        HttpResponse<String> answer = send(request);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"received\":true}");
        assertThat(answer.headers().map().keySet())
                .allSatisfy(name -> assertThat(name.toLowerCase(java.util.Locale.ROOT))
                        .isIn("content-type", "content-length", "transfer-encoding", "date"));
        assertThat(payload(EVENT.id())).isEqualTo(EVENT.json());
    }

    @Test
    void aBodyThatComesInPiecesIsTakenAsAWhole() throws IOException {
        byte[] body = EVENT.body();
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int i = 0; i < body.length; i += 7) {
            int size = Math.min(7, body.length - i);
            chunks.write((Integer.toHexString(size) + ";x=y\r\n").getBytes(US_ASCII));
            chunks.write(body, i, size);
            chunks.write("\r\n".getBytes(US_ASCII));
        }
        chunks.write("0\r\n\r\n".getBytes(US_ASCII));
        String answer = raw(
                "POST /webhook HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\nStripe-Signature: " + signature(body) + "\r\n\r\n",
                chunks.toByteArray());
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        assertThat(payload(EVENT.id())).isEqualTo(EVENT.json());
    }

    @Test
    void aBodyThatBreaksOffIsNotTaken() throws IOException {
        byte[] body = EVENT.body();
        try (Socket socket = new Socket("localhost", payroutes.httpPort())) {
            socket.getOutputStream()
                    .write(("POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + body.length + "\r\nStripe-Signature: " + signature(body)
                                    + "\r\n\r\n")
                            .getBytes(US_ASCII));
            socket.getOutputStream().write(body, 0, body.length - 1);
            socket.getOutputStream().flush();
        }
        StripeEvent next = EVENT.twin();
        assertThat(post(next.body()).statusCode()).isEqualTo(200);
        assertThat(database.jdbc().queryForList("SELECT event_id FROM stripe_event", String.class))
                .containsExactly(next.id());
    }

    @Test
    void aHeaderOfTwoLinesIsOneThatNobodyReads() throws IOException {
        String answer = raw(
                String.join(
                        "\r\n",
                        "POST /webhook HTTP/1.1",
                        "Host: localhost",
                        "Connection: close",
                        "Content-Type: application/json",
                        "Content-Length: 0",
                        "Stripe-Signature: t=1,",
                        " v1=\0\u00e9",
                        "",
                        ""),
                new byte[0]);
        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .doesNotContain("Exception")
                .doesNotContain("\tat ");
        nothingIsStored();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/webhook", "/pay", "/no/such/path"})
    void aContentTypeThatCannotBeReadIsRefused(String path) throws IOException {
        String answer = raw(
                String.join(
                        "\r\n",
                        "POST " + path + " HTTP/1.1",
                        "Host: localhost",
                        "Connection: close",
                        "Content-Type: application/json; charset=\"",
                        "Content-Length: 0",
                        "",
                        ""),
                new byte[0]);
        assertThat(answer).containsPattern("^HTTP/1.1 4(00|04) ");
        nothingIsStored();
    }

    @Test
    void aCompressedBodyIsNotUnpacked() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(EVENT.body());
        }
        byte[] body = packed.toByteArray();
        refused(send(signedRequest(body).header("Content-Encoding", "gzip")), "The body is not valid UTF-8.");
        refused(
                send(plain(body)
                        .header("Content-Encoding", "gzip")
                        .header("Stripe-Signature", signature(EVENT.body()))),
                "No signature matches: wrong signing secret, or the body was changed on its way.");
    }

    @Test
    void whileTheDatabaseIsGoneStripeIsToldToComeBackAndThenTheEventIsTaken() throws SQLException {
        DataSource pool = payroutes.bean("dataSource", DataSource.class);
        List<Connection> taken = new ArrayList<>();
        try {
            while (taken.size() < 6) {
                try {
                    taken.add(pool.getConnection());
                } catch (SQLException e) {
                    // somebody else has one for the moment
                }
            }
            HttpResponse<String> answer = post(EVENT.body());
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("10");
            assertThat(answer.body()).isEqualTo("The event could not be stored; please send it again.");
        } finally {
            for (Connection connection : taken) {
                connection.close();
            }
        }
        nothingIsStored();
        assertThat(post(EVENT.body()).statusCode()).isEqualTo(200);
        assertThat(payload(EVENT.id())).isEqualTo(EVENT.json());
    }

    @Test
    void aDatabaseThatHasDroppedEveryConnectionIsConnectedToAgain() {
        assumeTrue(database.kind() == TestDatabase.Kind.POSTGRESQL, "H2 runs in this process");
        assertThat(post(EVENT.body()).statusCode()).isEqualTo(200);
        database.jdbc()
                .queryForList("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        StripeEvent next = EVENT.twin();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            int status = post(next.body()).statusCode();
            assertThat(status).isIn(200, 503);
            return status == 200;
        });
        await().atMost(Duration.ofSeconds(60))
                .until(() -> database.jdbc()
                                .queryForList("SELECT event_id FROM stripe_event WHERE state = 'handled'")
                                .size()
                        == 2);
    }

    @Test
    void whereTheTableIsGoneNobodyHearsWhy() {
        database.jdbc().execute("ALTER TABLE stripe_event RENAME TO gone");
        HttpResponse<String> answer;
        try {
            answer = post(EVENT.body());
        } finally {
            database.jdbc().execute("ALTER TABLE gone RENAME TO stripe_event");
        }
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("The event could not be stored; please send it again.");
        await().atMost(Duration.ofSeconds(30)).until(() -> post(EVENT.body()).statusCode() == 200);
    }

    private void refused(HttpResponse<String> answer, String reason) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo(reason);
        nothingIsStored();
    }

    private void nothingIsStored() {
        assertThat(database.jdbc().queryForList("SELECT event_id FROM stripe_event"))
                .isEmpty();
    }

    private String payload(String eventId) {
        return database.jdbc()
                .queryForObject("SELECT payload FROM stripe_event WHERE event_id = ?", String.class, eventId);
    }

    private static String signature(byte[] body) {
        return SignedEvent.header(body, SECRET, Instant.now().getEpochSecond());
    }

    private static HttpResponse<String> post(byte[] body) {
        return send(signedRequest(body));
    }

    private static HttpResponse<String> signed(byte[] body, String signature) {
        return send(plain(body).header("Stripe-Signature", signature));
    }

    private static HttpRequest.Builder request(byte[] body) {
        return signedRequest(body);
    }

    private static HttpRequest.Builder signedRequest(byte[] body) {
        return plain(body).header("Stripe-Signature", signature(body));
    }

    private static HttpRequest.Builder plain(byte[] body) {
        return HttpRequest.newBuilder(URI.create(payroutes.url("/webhook")))
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofByteArray(body));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
            assertThat(answer.body())
                    .doesNotContain("Exception")
                    .doesNotContain("io.payroutes")
                    .doesNotContain("\tat ");
            return answer;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String raw(String head, byte[] body) throws IOException {
        try (Socket socket = new Socket("localhost", payroutes.httpPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            for (byte one : body) { // each in a packet of its own, as far as the operating system allows
                socket.getOutputStream().write(one);
                socket.getOutputStream().flush();
            }
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
