package io.payroutes.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLSocket;

/** A mail server whose greeting goes on and on. */
final class EndlessSmtpServer implements AutoCloseable {
    private static final int PAUSE_MILLIS = 50;

    private final ServerSocket socket;
    private final boolean slow;
    private final CompletableFuture<Void> left;

    private EndlessSmtpServer(ServerSocketFactory sockets, boolean slow) {
        this.slow = slow;
        try {
            socket = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        left = CompletableFuture.runAsync(this::serve);
    }

    /** A line every now and then. */
    static EndlessSmtpServer slow() {
        return slow(ServerSocketFactory.getDefault());
    }

    static EndlessSmtpServer slow(ServerSocketFactory sockets) {
        return new EndlessSmtpServer(sockets, true);
    }

    /** As many lines as the client takes. */
    static EndlessSmtpServer fast() {
        return new EndlessSmtpServer(ServerSocketFactory.getDefault(), false);
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Waits until the client has had enough. */
    void awaitLeft() throws Exception {
        left.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void serve() {
        try (Socket client = socket.accept()) {
            if (client instanceof SSLSocket encrypted) {
                encrypted.startHandshake();
            }
            client.setSoTimeout(PAUSE_MILLIS);
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            byte[] line = "220-and another thing\r\n".getBytes(StandardCharsets.US_ASCII);
            while (!socket.isClosed() && (!slow || isSilent(in))) {
                out.write(line);
                out.flush();
            }
        } catch (IOException e) {
            // the client has gone, or the test is over
        }
    }

    private static boolean isSilent(InputStream in) throws IOException {
        try {
            return in.read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }
}
