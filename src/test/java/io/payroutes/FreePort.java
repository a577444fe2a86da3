package io.payroutes;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for programs that must be told one before they listen.
 *
 * <p>A port that the system gives for 0 may be given again as soon as it is closed, to another part of the same test
 * or to any connection to somebody. These lie below what Linux gives away (32768), and none is given twice.
 */
public final class FreePort {
    private static final int FIRST = 12_000;
    private static final int COUNT = 20_000;
    // Ports belong to the machine, so one count for all tests; where it starts keeps two builds apart.
    private static final AtomicInteger GIVEN =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 997 % COUNT));

    private FreePort() {}

    /** A port that nobody listens on now and that no other caller gets. */
    public static int next() {
        for (int tries = 0; tries < COUNT; tries++) {
            int port = FIRST + Math.floorMod(GIVEN.getAndIncrement(), COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port is free from " + FIRST + " on");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
