package io.payroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The way from an event loop to the threads and back. */
class LaneTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context eventLoop = vertx.getOrCreateContext();
    private final Queue<Integer> done = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void whatComesAtOneGoIsHandedOverTogetherAndInItsOrder() {
        List<Integer> doneByEach = new ArrayList<>();
        List<Integer> doneBeforeTheRest = new ArrayList<>();
        Lane lane = new Lane(eventLoop, task -> {
            int before = done.size();
            task.run();
            doneByEach.add(done.size() - before);
        });
        eventLoop.runOnContext(any -> {
            for (int i = 0; i < 19; i++) {
                int number = i;
                lane.handOver(() -> done.add(number), () -> {});
            }
            doneBeforeTheRest.add(done.size());
        });
        await().until(() -> done.size() == 19);
        assertThat(done)
                .containsExactlyElementsOf(IntStream.range(0, 19).boxed().toList());
        awaitEventLoop();
        assertThat(doneBeforeTheRest).containsExactly(16);
        assertThat(doneByEach).containsExactly(8, 8, 3);
    }

    @Test
    void whatTheThreadsDoNotTakeIsRefused() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            ExecutorService threads = StripeWebhookConsumer.pool(camel.getExecutorServiceManager(), this);
            Lane lane = new Lane(eventLoop, threads);
            CountDownLatch mayGo = new CountDownLatch(1);
            List<Integer> refused = new ArrayList<>(); // of one thread only
            int many = 20_000;
            eventLoop.runOnContext(any -> {
                for (int i = 0; i < many; i++) {
                    int number = i;
                    lane.handOver(
                            () -> {
                                waitFor(mayGo);
                                done.add(number);
                            },
                            () -> refused.add(number));
                }
            });
            awaitEventLoop();
            awaitEventLoop();
            assertThat(refused).hasSize(many - 8 * (8 + 1000)); // what eight threads have and what waits for them
            mayGo.countDown();
            await().until(() -> done.size() == many - refused.size());
            assertThat(done).doesNotContainAnyElementsOf(refused);

            refused.clear();
            camel.getExecutorServiceManager().shutdownGraceful(threads);
            eventLoop.runOnContext(any -> {
                for (int i = 0; i < 10; i++) {
                    int number = i;
                    lane.handOver(() -> done.add(number), () -> refused.add(number));
                }
            });
            awaitEventLoop();
            awaitEventLoop();
            assertThat(refused).hasSize(10);
        }
    }

    @Test
    void whatIsHandedBackByManyThreadsIsDoneOnceOnTheEventLoop() throws InterruptedException {
        Lane lane = new Lane(eventLoop, Runnable::run);
        List<Integer> onTheLoop = new ArrayList<>(); // of one thread only
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int first = t * 1000;
            Thread thread = new Thread(() ->
                    IntStream.range(first, first + 1000).forEach(number -> lane.handBack(() -> onTheLoop.add(number))));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        awaitEventLoop();
        awaitEventLoop();
        assertThat(onTheLoop)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 4000).boxed().toList());
    }

    @Test
    void oneThatFailsOnTheEventLoopTakesNoneWithIt() {
        Lane lane = new Lane(eventLoop, Runnable::run);
        CountDownLatch all = new CountDownLatch(9);
        eventLoop.runOnContext(any -> {
            for (int i = 0; i < 10; i++) {
                int number = i;
                lane.handBack(() -> {
                    if (number == 4) {
                        throw new IllegalStateException("on purpose");
                    }
                    all.countDown();
                });
            }
        });
        await().until(() -> all.getCount() == 0);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitEventLoop() {
        CountDownLatch come = new CountDownLatch(1);
        eventLoop.runOnContext(any -> come.countDown());
        await().until(() -> come.getCount() == 0);
    }
}
