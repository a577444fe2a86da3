package io.payroutes.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server that answers one connection with the bytes that it was given, and then says nothing more. */
final class OneAnswer implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final CountDownLatch hungUp = new CountDownLatch(1);

    OneAnswer(String bytes) throws IOException {
        new Thread(() -> serve(bytes)).start();
    }

    private void serve(String bytes) {
        try (Socket socket = server.accept();
                InputStream in = socket.getInputStream()) {
            if (in.read() >= 0) {
                socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
                in.transferTo(OutputStream.nullOutputStream());
            }
        } catch (IOException e) {
            // it has hung up the hard way
        } finally {
            hungUp.countDown();
        }
    }

    String base() {
        return "http://localhost:" + server.getLocalPort();
    }

    void awaitHangUp() throws InterruptedException {
        assertThat(hungUp.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
