package io.payroutes.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a commit begins, and what belongs to it. */
class CommitQueueTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);
    private static final int MOST = 5;

    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void end() {
        threads.forEach(Thread::interrupt);
    }

    @Test
    void whatComesAloneIsNotHeldBack() {
        CommitQueue<String> queue = queue(NEVER, 16, NEVER);
        queue.offer("a");
        assertThat(take(queue)).succeedsWithin(LONG_ENOUGH).isEqualTo(List.of("a"));
    }

    @Test
    void whatComesWhileACommitIsUnderWaySharesTheNext() {
        CommitQueue<String> queue = queue(AT_ONCE, 2, NEVER);
        queue.offer("a");
        assertThat(take(queue)).succeedsWithin(LONG_ENOUGH);
        FutureTask<List<String>> next = take(queue);
        queue.offer("b");
        awaitThatItWaits();
        queue.offer("c");
        queue.offer("d");
        awaitThatItWaits();
        assertThat(next).isNotDone();
        queue.ended();
        assertThat(next).succeedsWithin(LONG_ENOUGH).isEqualTo(List.of("b", "c", "d"));
    }

    @Test
    void aCommitThatTakesLongDoesNotHoldUpTheNext() {
        CommitQueue<String> queue = queue(NEVER, 16, Duration.ofMillis(1));
        queue.offer("a");
        assertThat(take(queue)).succeedsWithin(LONG_ENOUGH);
        queue.offer("b");
        assertThat(take(queue)).succeedsWithin(LONG_ENOUGH).isEqualTo(List.of("b"));
    }

    @Test
    void whatComesSoonAfterACommitWaitsForMore() {
        CommitQueue<String> queue = afterACommit(queue(NEVER, 3, AT_ONCE));
        FutureTask<List<String>> next = take(queue);
        queue.offer("a");
        queue.offer("b");
        awaitThatItWaits();
        assertThat(next).isNotDone();
        queue.offer("c");
        assertThat(next).succeedsWithin(LONG_ENOUGH).isEqualTo(List.of("a", "b", "c"));
    }

    @Test
    void andDoesNotWaitForEver() {
        CommitQueue<String> queue = afterACommit(queue(Duration.ofMillis(1), 3, AT_ONCE));
        queue.offer("a");
        assertThat(take(queue)).succeedsWithin(LONG_ENOUGH).isEqualTo(List.of("a"));
    }

    @Test
    void noCommitIsLargerThanItMayBe() {
        CommitQueue<String> queue = queue(AT_ONCE, 1, AT_ONCE);
        for (int i = 0; i < MOST + 1; i++) {
            queue.offer("event");
        }
        assertThat(take(queue))
                .succeedsWithin(LONG_ENOUGH)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .hasSize(MOST);
        assertThat(take(queue)).succeedsWithin(LONG_ENOUGH).isEqualTo(List.of("event"));
    }

    @Test
    void whatWasTakenIsNotLostWhenItsThreadIsInterrupted() {
        CommitQueue<String> queue = afterACommit(queue(NEVER, 16, NEVER));
        FutureTask<List<String>> next = take(queue);
        queue.offer("a");
        awaitThatItWaits();
        threads.get(threads.size() - 1).interrupt();
        assertThat(next).succeedsWithin(LONG_ENOUGH).isEqualTo(List.of("a"));
    }

    private static CommitQueue<String> queue(Duration gathering, int enough, Duration patience) {
        return new CommitQueue<>(100, new CommitQueue.Pace(gathering, enough, patience));
    }

    private CommitQueue<String> afterACommit(CommitQueue<String> queue) {
        queue.offer("before");
        assertThat(take(queue)).succeedsWithin(LONG_ENOUGH);
        queue.ended();
        return queue;
    }

    private FutureTask<List<String>> take(CommitQueue<String> queue) {
        FutureTask<List<String>> taken = new FutureTask<>(() -> {
            List<String> into = new ArrayList<>();
            queue.take(into, MOST);
            return into;
        });
        Thread thread = new Thread(taken);
        threads.add(thread);
        thread.start();
        return taken;
    }

    /** For its turn: it has taken something out. */
    private void awaitThatItWaits() {
        Thread last = threads.get(threads.size() - 1);
        await().until(() -> last.getState() == Thread.State.TIMED_WAITING);
    }
}
