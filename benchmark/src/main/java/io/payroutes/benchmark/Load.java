package io.payroutes.benchmark;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signed events over kept-alive connections, one request after the other on each: as fast as the answers come, or at a rate.
 * It shares the machine with what it measures, so it does as little as it can.
 */
final class Load {
    private final int port;
    private final String secret;
    private final boolean again;
    private final AtomicLong number = new AtomicLong();

    Load(int port, String secret) {
        this(port, secret, false);
    }

    private Load(int port, String secret, boolean again) {
        this.port = port;
        this.secret = secret;
        this.again = again;
    }

    /** One whose connections are made anew when they break; what it answers tells of the last of each only. */
    static Load thatComesAgain(int port, String secret) {
        return new Load(port, secret, true);
    }

    /**
     * What came of it.
     *
     * @param acknowledged answers with 200
     * @param refused other answers
     * @param seconds how long it took
     * @param nanos of each acknowledged request, sorted
     */
    record Result(long acknowledged, long refused, double seconds, long[] nanos) {
        double rate() {
            return acknowledged / seconds;
        }

        /** Milliseconds; {@code share} of 0.99 is p99. */
        double percentile(double share) {
            return nanos.length == 0 ? Double.NaN : nanos[(int) Math.min(nanos.length - 1, nanos.length * share)] / 1e6;
        }
    }

    /**
     * @param prefix of the events' ids
     * @param rate requests a second over all connections; 0 for as many as go
     */
    Result run(String prefix, int connections, Duration time, double rate) throws Exception {
        return run(prefix, connections, time, rate, Map.of());
    }

    /** @param answeredAt takes when each acknowledged event was, unless it cannot take anything */
    Result run(String prefix, int connections, Duration time, double rate, Map<String, Long> answeredAt)
            throws Exception {
        long begin = System.nanoTime();
        long end = begin + time.toNanos();
        AtomicLong slots = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        List<Future<Result>> parts = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            parts.add(threads.submit(() -> client(prefix, begin, end, rate, slots, answeredAt)));
        }
        long acknowledged = 0;
        long refused = 0;
        List<long[]> nanos = new ArrayList<>();
        for (Future<Result> part : parts) {
            acknowledged += part.get().acknowledged();
            refused += part.get().refused();
            nanos.add(part.get().nanos());
        }
        threads.shutdown();
        long[] all = nanos.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new Result(acknowledged, refused, (System.nanoTime() - begin) / 1e9, all);
    }

    private Result client(
            String prefix, long begin, long end, double rate, AtomicLong slots, Map<String, Long> answeredAt)
            throws Exception {
        while (true) {
            try {
                return connection(prefix, begin, end, rate, slots, answeredAt);
            } catch (IOException e) {
                if (!again) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
            if (System.nanoTime() >= end) {
                return new Result(0, 0, 0, new long[0]);
            }
        }
    }

    private Result connection(
            String prefix, long begin, long end, double rate, AtomicLong slots, Map<String, Long> answeredAt)
            throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        long[] nanos = new long[1 << 12];
        int acknowledged = 0;
        int refused = 0;
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(30_000);
            socket.connect(new InetSocketAddress("localhost", port));
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream(), 2048);
            while (true) {
                long due = rate == 0 ? System.nanoTime() : begin + (long) (slots.getAndIncrement() * 1e9 / rate);
                if (due >= end) {
                    break;
                }
                while (rate != 0 && System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                String id = prefix + number.incrementAndGet();
                out.write(request(mac, id));
                if (status(in) == 200) {
                    if (answeredAt instanceof ConcurrentMap) {
                        answeredAt.put(id, System.nanoTime());
                    }
                    if (acknowledged == nanos.length) {
                        nanos = Arrays.copyOf(nanos, nanos.length * 2);
                    }
                    // From when it was due: a request that had to wait for the one before was late.
                    nanos[acknowledged++] = System.nanoTime() - due;
                } else {
                    refused++;
                }
            }
        }
        return new Result(acknowledged, refused, 0, Arrays.copyOf(nanos, acknowledged));
    }

    private static byte[] request(Mac mac, String id) {
        byte[] body = Events.paid(id).getBytes(StandardCharsets.UTF_8);
        String time = Long.toString(System.currentTimeMillis() / 1000);
        mac.update((time + ".").getBytes(StandardCharsets.US_ASCII));
        String signature = HexFormat.of().formatHex(mac.doFinal(body));
        byte[] head = ("POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json; charset=utf-8\r\n"
                        + "User-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\nStripe-Signature: t=" + time
                        + ",v1=" + signature + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    /** Reads one answer to its end. */
    private static int status(InputStream in) throws IOException {
        String line = line(in);
        if (line.length() < 12) {
            throw new IOException("no answer: " + line);
        }
        int status = Integer.parseInt(line.substring(9, 12));
        int length = 0;
        boolean chunked = false;
        while (!(line = line(in)).isEmpty()) {
            String lower = line.toLowerCase(java.util.Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).trim());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = true;
            }
        }
        while (chunked) {
            int size = Integer.parseInt(line(in), 16);
            in.skipNBytes(size);
            line(in);
            chunked = size > 0;
        }
        in.skipNBytes(length);
        return status;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection was closed");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
