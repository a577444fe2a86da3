package io.payroutes.store;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingDeque;
import org.jspecify.annotations.Nullable;

/**
 * What stands before PostgreSQL in many places: it answers for the server, and gives a connection of the server back as soon as
 * the transaction is over (like PgBouncer's {@code pool_mode = transaction}), or when the client has gone.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL: message formats</a>
 */
final class Pooler implements AutoCloseable {
    private static final int SSL_REQUEST = 80877103;
    private static final int NOBODYS_PID = 1;

    private final int serverPort;
    private final boolean byTransaction;
    private final ServerSocket socket;
    private final BlockingDeque<Peer> idle = new LinkedBlockingDeque<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private Pooler(int serverPort, boolean byTransaction) throws IOException {
        this.serverPort = serverPort;
        this.byTransaction = byTransaction;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    static Pooler byTransaction(int serverPort) throws IOException {
        return new Pooler(serverPort, true);
    }

    static Pooler bySession(int serverPort) throws IOException {
        return new Pooler(serverPort, false);
    }

    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket each : open) {
            each.close();
        }
        threads.shutdownNow();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Peer client = peer(socket.accept());
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                // the test is over
            }
        }
    }

    private void serve(Peer client) {
        @Nullable Peer server = null;
        try (client) {
            Message startup = client.startup();
            Peer first = peer(new Socket(InetAddress.getLoopbackAddress(), serverPort));
            first.send(startup);
            first.flush();
            passAnswer(first, client);
            if (byTransaction) {
                idle.addLast(first);
            } else {
                server = first;
            }
            for (Message message = client.read(); message.type != 'X'; message = client.read()) {
                if (server == null) {
                    server = idle.takeLast();
                }
                server.send(message);
                if ("SQcf".indexOf(message.type) >= 0) {
                    server.flush();
                    if (passAnswer(server, client) == 'I' && byTransaction) {
                        idle.addLast(server);
                        server = null;
                    }
                }
            }
        } catch (IOException e) {
            // one of them has gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (server != null) {
                server.close();
            }
        }
    }

    /** Until the server waits for more; returns where it is then: I is outside a transaction. */
    private static char passAnswer(Peer server, Peer client) throws IOException {
        while (true) {
            Message message = server.read();
            if (message.type == 'K') {
                client.send(new Message('K', new byte[] {0, 0, 0, NOBODYS_PID, 0, 0, 0, 0}));
                continue;
            }
            client.send(message);
            if (message.type == 'Z' || message.type == 'G') {
                client.flush();
                return message.type == 'Z' ? (char) message.content[0] : 'G';
            }
        }
    }

    private Peer peer(Socket connection) throws IOException {
        open.add(connection);
        return new Peer(
                connection,
                new DataInputStream(new BufferedInputStream(connection.getInputStream())),
                new DataOutputStream(new BufferedOutputStream(connection.getOutputStream())));
    }

    /** The message that a connection begins with has no type. */
    private static final class Message {
        private final char type;
        private final byte[] content;

        private Message(char type, byte[] content) {
            this.type = type;
            this.content = content;
        }
    }

    private record Peer(Socket socket, DataInputStream in, DataOutputStream out) implements AutoCloseable {

        Message startup() throws IOException {
            while (true) {
                byte[] content = in.readNBytes(in.readInt() - Integer.BYTES);
                if (ByteBuffer.wrap(content).getInt() != SSL_REQUEST) {
                    return new Message('\0', content);
                }
                out.writeByte('N');
                flush();
            }
        }

        Message read() throws IOException {
            char type = (char) in.readByte();
            return new Message(type, in.readNBytes(in.readInt() - Integer.BYTES));
        }

        void send(Message message) throws IOException {
            if (message.type != '\0') {
                out.writeByte(message.type);
            }
            out.writeInt(message.content.length + Integer.BYTES);
            out.write(message.content);
        }

        void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // it has gone already
            }
        }
    }
}
