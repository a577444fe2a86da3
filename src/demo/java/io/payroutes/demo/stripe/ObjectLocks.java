package io.payroutes.demo.stripe;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets one request at a time change an object. Thread-safe. */
final class ObjectLocks {
    private final Map<String, Semaphore> locks = new ConcurrentHashMap<>();
    private final Duration wait;

    ObjectLocks(Duration wait) {
        this.wait = wait;
    }

    /** @throws Refusal where another request does not let go in time */
    Semaphore hold(String id) throws InterruptedException {
        Semaphore lock = locks.computeIfAbsent(id, any -> new Semaphore(1));
        if (!lock.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
            throw timeout();
        }
        return lock;
    }

    static Refusal timeout() {
        return Refusal.of(
                429,
                "invalid_request_error",
                "lock_timeout",
                "This object cannot be accessed right now because another API request or Stripe process is currently"
                        + " accessing it. If you see this error intermittently, retry the request. If you see this error"
                        + " frequently and are making multiple concurrent requests to a single object, make your requests"
                        + " serially or at a lower rate. For more details, see"
                        + " https://stripe.com/docs/rate-limits#object-lock-timeouts.");
    }
}
