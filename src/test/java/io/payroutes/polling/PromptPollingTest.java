package io.payroutes.polling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PromptPollingTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final AtomicInteger polls = new AtomicInteger();

    @BeforeEach
    void start() {
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void itPollsWhenItStartsAndWhenItIsWokenAndNotOtherwise() {
        PromptPolling polling = started(LONG, Duration.ZERO, polls::incrementAndGet);
        await().until(() -> polls.get() == 1);
        polling.wake();
        await().until(() -> polls.get() == 2);
        polling.stop();
        polling.wake();
        assertThat(polling.isSchedulerStarted()).isFalse();
        assertThat(polls).hasValue(2);
    }

    @Test
    void itPollsNowAndThenWithoutBeingWoken() {
        PromptPolling polling = started(Duration.ofMillis(1), Duration.ZERO, polls::incrementAndGet);
        await().until(() -> polls.get() > 5);
        polling.stop();
    }

    @Test
    void whatComesDuringAPollIsPolledForAgainAndHoweverMuchItIsOnlyOnce() throws Exception {
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        PromptPolling polling = started(LONG, Duration.ZERO, () -> {
            if (polls.incrementAndGet() == 1) {
                underWay.countDown();
                awaitLatch(goOn);
            }
        });
        assertThat(underWay.await(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 100; i++) {
            polling.wake();
        }
        goOn.countDown();
        await().until(() -> polls.get() >= 2);
        polling.stop();
        assertThat(polls).hasValue(2);
    }

    @Test
    void itCanBeStartedAgainWithAnotherTask() {
        PromptPolling polling = started(LONG, Duration.ZERO, polls::incrementAndGet);
        await().until(() -> polls.get() == 1);
        polling.unscheduleTask();
        polling.shutdown();
        AtomicInteger others = new AtomicInteger();
        polling.scheduleTask(others::incrementAndGet);
        polling.start();
        polling.startScheduler();
        await().until(() -> others.get() == 1);
        assertThat(polls).hasValue(1);
        polling.stop();
    }

    @Test
    void itStopsWhileItGathers() {
        PromptPolling polling = started(LONG, LONG, polls::incrementAndGet);
        polling.wake();
        polling.stop();
        camel.stop(); // waits for the thread
        assertThat(polls).hasValue(0);
    }

    private PromptPolling started(Duration pause, Duration gathering, Runnable task) {
        PromptPolling polling = new PromptPolling(pause, gathering);
        polling.setCamelContext(camel);
        polling.scheduleTask(task);
        polling.start();
        return polling;
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
