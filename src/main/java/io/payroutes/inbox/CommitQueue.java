package io.payroutes.inbox;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits for its commit, and when the next commit of it begins. What comes while one is under way waits for its end and shares
 * the next; and after a commit has begun, a moment passes until the next does, unless enough waits for it before. On a machine
 * without an idle processor commits of one or two each would take the very time in which more could come in.
 *
 * <p>What comes alone is not held back, and a commit that takes long does not hold up the others. Thread-safe.
 */
final class CommitQueue<T> {
    private final BlockingQueue<T> waiting;
    private final Pace pace;
    /** Of the threads that commit one gathers at a time; what it has taken is nobody else's to wait for. */
    private final ReentrantLock gathering = new ReentrantLock();

    private final AtomicInteger underWay = new AtomicInteger();
    private volatile long began;
    private volatile @Nullable Thread gatherer;

    /**
     * When a commit begins.
     *
     * @param gathering how long after the one before at the earliest, unless enough waits
     * @param enough so much is worth a commit of its own, however soon after the one before
     * @param patience for how long the one before has this one wait for its end
     */
    record Pace(Duration gathering, int enough, Duration patience) {}

    /** @param capacity how much may wait */
    CommitQueue(int capacity, Pace pace) {
        this.waiting = new ArrayBlockingQueue<>(capacity);
        this.pace = pace;
        this.began = System.nanoTime() - pace.gathering.toNanos();
    }

    /** @return false if too much waits already */
    boolean offer(T one) {
        if (!waiting.offer(one)) {
            return false;
        }
        Thread sleeper = gatherer;
        if (sleeper != null && isEnough()) {
            LockSupport.unpark(sleeper);
        }
        return true;
    }

    void put(T one) throws InterruptedException {
        waiting.put(one);
    }

    /** @return whether it still waited */
    boolean remove(T one) {
        return waiting.remove(one);
    }

    /**
     * Waits until a commit is to begin, and takes what belongs to it. Whoever called says when that commit has {@linkplain #ended() ended}.
     *
     * @param most so much at the most
     */
    void take(Collection<T> into, int most) throws InterruptedException {
        gathering.lockInterruptibly();
        try {
            T first = waiting.take();
            awaitTurn();
            into.add(first);
            waiting.drainTo(into, most - 1);
        } finally {
            gathering.unlock();
        }
    }

    /** A commit is no longer under way, whatever came of it. */
    void ended() {
        underWay.decrementAndGet();
        LockSupport.unpark(gatherer);
    }

    /** Who is interrupted has its turn at once: what it has taken is nobody else's to commit. */
    private void awaitTurn() {
        Thread self = Thread.currentThread();
        gatherer = self; // before it looks: whatever changes from now on wakes it
        for (long left = left(); left > 0 && !isEnough() && !self.isInterrupted(); left = left()) {
            LockSupport.parkNanos(this, left);
        }
        gatherer = null;
        underWay.incrementAndGet();
        began = System.nanoTime();
    }

    private long left() {
        return (isUnderWay() ? pace.patience : pace.gathering).toNanos() - (System.nanoTime() - began);
    }

    private boolean isUnderWay() {
        return underWay.get() > 0;
    }

    /** Besides the first, which has been taken out already. */
    private boolean isEnough() {
        return !isUnderWay() && waiting.size() >= pace.enough - 1;
    }
}
