package io.payroutes.delivery;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connections to the mail server, one for each mail, that are closed when the mail takes too long. The time-outs of the mail
 * library begin anew with each byte, and a server that sends one now and then would keep the thread. Nor may its answers be endless.
 */
public final class MailSockets extends SocketFactory {
    private static final int LONGEST_ANSWERS = 1 << 20;

    private final Duration longest;

    /**
     * @param longest how long a connection may last from before it is made; what is being read from it then fails with a
     *     {@link SocketTimeoutException}
     */
    public MailSockets(Duration longest) {
        this.longest = longest;
    }

    @Override
    public Socket createSocket() {
        Bounded socket = new Bounded();
        CompletableFuture<?> unused = socket.ended
                .orTimeout(longest.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((any, late) -> {
                    if (late != null) {
                        socket.end();
                    }
                });
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(null, new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(null, new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(localHost, localPort), new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(localHost, localPort), new InetSocketAddress(host, port));
    }

    private Socket connected(@Nullable InetSocketAddress local, InetSocketAddress server) throws IOException {
        Socket socket = createSocket();
        try {
            socket.bind(local);
            socket.connect(server);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    private final class Bounded extends Socket {
        private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

        @Override
        public InputStream getInputStream() throws IOException {
            return new Answers(super.getInputStream(), this);
        }

        @Override
        public synchronized void close() throws IOException {
            ended.complete(null);
            super.close();
        }

        private void end() {
            try {
                super.close();
            } catch (IOException e) {
                // it is of no use any more either way
            }
        }

        private IOException told(IOException failure) {
            return ended.isCompletedExceptionally()
                    ? new SocketTimeoutException("the mail was not taken within " + longest.toMillis() + " ms")
                    : failure;
        }
    }

    /** What the server says; the library keeps an answer of any length. */
    private static final class Answers extends FilterInputStream {
        private final Bounded socket;
        private int left = LONGEST_ANSWERS;

        Answers(InputStream in, Bounded socket) {
            super(in);
            this.socket = socket;
        }

        @Override
        public int read() throws IOException {
            try {
                return counted(super.read(), 1);
            } catch (IOException e) {
                throw socket.told(e);
            }
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                int read = super.read(into, offset, length);
                return counted(read, read);
            } catch (IOException e) {
                throw socket.told(e);
            }
        }

        private int counted(int result, int bytes) throws IOException {
            left -= result < 0 ? 0 : bytes;
            if (left < 0) {
                throw new IOException("the mail server's answers are longer than " + LONGEST_ANSWERS + " bytes");
            }
            return result;
        }
    }
}
