package io.payroutes;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A port in front of a server, which can be cut off: whoever is connected is disconnected, and nobody else gets through. */
final class Relay implements AutoCloseable {
    private volatile int target;
    private final int port;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<Socket> silent = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocket server;
    private @Nullable Future<?> accepting;

    Relay(int target) throws IOException {
        this.target = target;
        this.server = listen(FreePort.next());
        this.port = server.getLocalPort();
    }

    int port() {
        return port;
    }

    void cut() throws IOException {
        if (server != null && accepting != null) {
            server.close();
            await().until(accepting::isDone); // it holds the port until it has heard of it
            server = null;
        }
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** As a network that has gone: whoever is connected stays so, and nothing comes through any more. */
    void silence() {
        silent.addAll(open);
    }

    /** For those who connect from now on; whoever is connected stays where he is. */
    void leadTo(int newTarget) {
        target = newTarget;
    }

    void mend() throws IOException {
        server = listen(port);
    }

    @Override
    public void close() throws IOException {
        cut();
        threads.shutdownNow();
    }

    private ServerSocket listen(int onPort) throws IOException {
        ServerSocket listening = new ServerSocket(onPort, 50, InetAddress.getLoopbackAddress());
        accepting = threads.submit(() -> accept(listening));
        return listening;
    }

    private void accept(ServerSocket listening) {
        try {
            while (true) {
                connect(listening.accept());
            }
        } catch (IOException e) {
            // cut
        }
    }

    private void connect(Socket client) throws IOException {
        Socket upstream;
        try {
            upstream = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) {
            client.close(); // the server is away, and the way to it is there
            return;
        }
        open.add(client);
        open.add(upstream);
        threads.execute(() -> pipe(client, upstream));
        threads.execute(() -> pipe(upstream, client));
    }

    private void pipe(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            byte[] bytes = new byte[8192];
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                if (!silent.contains(from)) {
                    to.getOutputStream().write(bytes, 0, n);
                }
            }
        } catch (IOException e) {
            // cut
        } finally {
            open.remove(from);
        }
    }
}
