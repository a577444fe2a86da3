package io.payroutes.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.SignedEvent;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripeHistories;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Camel's own TLS, for those who have nothing in front: what bounds connections is there all the same. */
class TlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path directory;

    private static TestDatabase database;
    private static RunningPayroutes payroutes;
    private static SSLContext trusting;

    @BeforeAll
    static void start() throws Exception {
        Path keys = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        trusting = trusting(keys);
        database = TestDatabase.open(TestDatabase.Kind.H2);
        payroutes = RunningPayroutes.on(database)
                .with(Map.of(
                        "camel.ssl.enabled",
                        "true",
                        "camel.ssl.keyStore",
                        keys.toString(),
                        "camel.ssl.keystorePassword",
                        PASSWORD,
                        "camel.server.useGlobalSslContextParameters",
                        "true"))
                .start();
    }

    @AfterAll
    static void stop() throws Exception {
        payroutes.close();
        database.close();
    }

    @Test
    void anEventIsTakenAndHttp2IsNotAgreedOn() throws Exception {
        StripeEvent event = StripeHistories.generate(1, 1).events().get(0);
        HttpResponse<String> answer = HttpClient.newBuilder()
                .sslContext(trusting)
                .build()
                .send(
                        SignedEvent.request(
                                        URI.create("https://localhost:" + payroutes.httpPort() + "/webhook"),
                                        event,
                                        "whsec_test",
                                        Instant.now())
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }

    @Test
    void fewRequestsThatDoNotWaitAreAnsweredAndManyLoseTheConnection() throws Exception {
        assertThat(answers(15)).isEqualTo(15);
        assertThat(answers(200)).isLessThan(200);
    }

    /** How many of so many requests are answered that are sent at one go, after a first one that is waited for. */
    private static int answers(int requests) throws IOException {
        try (Socket socket = trusting.getSocketFactory().createSocket("localhost", payroutes.httpPort())) {
            socket.setSoTimeout(30_000);
            ask(socket, get(""));
            socket.getInputStream().readNBytes(12); // so it is answered, and the handshake is over
            ask(socket, get("").repeat(requests - 1) + get("Connection: close\r\n"));
            String all = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            return all.split("HTTP/1.1 404 ", -1).length - 1;
        } catch (SocketException e) {
            return 0;
        }
    }

    private static void ask(Socket socket, String requests) throws IOException {
        socket.getOutputStream().write(requests.getBytes(US_ASCII));
    }

    private static String get(String header) {
        return "GET /nothing HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n";
    }

    private static SSLContext trusting(Path keys) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null);
        known.setCertificateEntry("server", store.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
