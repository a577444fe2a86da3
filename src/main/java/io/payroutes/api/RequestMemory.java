package io.payroutes.api;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds what unanswered requests hold, of all connections together. When they hold more, connections are ended
 * whose requests are still coming in, the oldest first. What comes in at one go, as most of Stripe's events do, is never among
 * them: so whoever sends large ones over hundreds of connections keeps nobody out who sends small ones. Only when they hold twice as
 * much are those ended that bring more. Thread-safe.
 */
final class RequestMemory {
    private static final Logger LOG = LoggerFactory.getLogger(RequestMemory.class);
    private static final long TOLD_EVERY_NANOS = 10_000_000_000L;

    private final AtomicLong held = new AtomicLong();
    private final Set<Holder> incomplete = ConcurrentHashMap.newKeySet();
    private final long most;
    private long ended;
    private long toldAt = System.nanoTime() - TOLD_EVERY_NANOS;

    /** @param most bytes that they may hold */
    RequestMemory(long most) {
        this.most = most;
    }

    /** A connection, from one request's head to its answer. */
    interface Holder {
        /** Since when it is coming in, by {@link System#nanoTime}. */
        long since();

        /** Ends the connection, soon; what it holds is given back at once. */
        void end();
    }

    /** A request is coming in. */
    void begins(Holder holder) {
        incomplete.add(holder);
    }

    /** It is there, or the connection is gone. */
    void ends(Holder holder) {
        incomplete.remove(holder);
    }

    /** More of it has come in. */
    void take(Holder holder, long bytes) {
        if (held.addAndGet(bytes) > most) {
            makeRoom();
            if (held.get() > 2 * most) { // all of them are there, and wait
                ends(holder);
                holder.end();
            }
        }
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }

    private synchronized void makeRoom() {
        if (held.get() <= most) {
            return; // somebody else made it
        }
        Iterator<Holder> oldestFirst = incomplete.stream()
                .sorted(Comparator.comparingLong(Holder::since))
                .iterator();
        while (held.get() > most - most / 10 && oldestFirst.hasNext()) { // not again for the next byte
            Holder oldest = oldestFirst.next();
            incomplete.remove(oldest);
            oldest.end();
            ended++;
        }
        if (ended > 0 && System.nanoTime() - toldAt >= TOLD_EVERY_NANOS) {
            LOG.warn("{} connections were ended because all requests together hold too much", ended);
            toldAt = System.nanoTime();
            ended = 0;
        }
    }
}
