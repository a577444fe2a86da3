package io.payroutes.stripe;

import com.stripe.exception.RateLimitException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the requests of one API key below Stripe's rates: in no second more than so many in all, nor more than so many to one
 * of Stripe's endpoints. Who is too early waits for his turn, in the order of coming, but only so long. Thread-safe.
 */
final class Throttle {
    /** The code of the exception, when the request was not sent: Stripe has no such code. */
    static final String CODE = "client_rate_limit";

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int perEndpoint;
    private final Duration patience;
    private final Waits waits;
    private final Window all;
    private final ConcurrentMap<String, Window> endpoints = new ConcurrentHashMap<>();

    /**
     * @param perSecond most requests a second; 0 for any number
     * @param perEndpoint most requests a second to one endpoint; 0 for any number
     * @param patience longest wait
     */
    Throttle(int perSecond, int perEndpoint, Duration patience, Waits waits) {
        this.perEndpoint = perEndpoint;
        this.patience = patience;
        this.waits = waits;
        this.all = new Window(perSecond);
    }

    /**
     * Returns when a request may be sent.
     *
     * @param endpoint Stripe's, such as {@code POST /v1/payment_intents}
     * @throws RateLimitException with the code {@link #CODE} if that would take longer than one is willing to wait, or if
     *     the program is shutting down
     */
    void admit(String endpoint) throws RateLimitException, InterruptedException {
        long latest = waits.nanoTime() + patience.toNanos();
        Window own = endpoints.computeIfAbsent(endpoint, e -> new Window(perEndpoint));
        own.enter(latest, endpoint);
        try {
            own.await(latest, endpoint);
            all.enter(latest, endpoint);
            try {
                all.await(latest, endpoint);
                long now = waits.nanoTime();
                own.record(now);
                all.record(now);
            } finally {
                all.leave();
            }
        } finally {
            own.leave();
        }
    }

    /** The requests of the last second; the one whose turn is next holds it while it waits. */
    private final class Window {
        private final ReentrantLock turn = new ReentrantLock(true);
        private final long[] sent;
        private int recorded;
        private int oldest;

        Window(int perSecond) {
            this.sent = new long[perSecond];
        }

        void enter(long latest, String endpoint) throws RateLimitException, InterruptedException {
            if (!turn.tryLock(latest - waits.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw refused(endpoint);
            }
        }

        void await(long latest, String endpoint) throws RateLimitException, InterruptedException {
            while (true) {
                long now = waits.nanoTime();
                long tooEarly = recorded < sent.length || sent.length == 0 ? 0 : sent[oldest] - now + SECOND;
                if (tooEarly <= 0) {
                    return;
                }
                if (tooEarly > latest - now || !waits.pause(Duration.ofNanos(tooEarly))) {
                    throw refused(endpoint);
                }
            }
        }

        void record(long now) {
            if (sent.length == 0) {
                return;
            }
            if (recorded < sent.length) {
                sent[recorded++] = now;
            } else {
                sent[oldest] = now;
                oldest = (oldest + 1) % sent.length;
            }
        }

        void leave() {
            turn.unlock();
        }
    }

    private RateLimitException refused(String endpoint) {
        return new RateLimitException(
                endpoint + " was not sent: within " + patience.toMillis() + " ms it would have been one too many",
                null,
                null,
                CODE,
                429,
                null);
    }
}
