package io.payroutes.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.exception.RateLimitException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stripe's rates are kept, whoever asks, and nobody waits for ever. */
@Timeout(60)
class ThrottleTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ManualWaits waits = new ManualWaits();

    @ParameterizedTest
    @CsvSource({"1, 1", "100, 25", "5, 3", "7, 0", "0, 4", "3, 100"})
    void inNoSecondAreThereMoreThanSoMany(int perSecond, int perEndpoint) throws Exception {
        Throttle throttle = new Throttle(perSecond, perEndpoint, Duration.ofMinutes(10), waits);
        Random random = new Random(perSecond * 1_000L + perEndpoint);
        List<Long> all = new ArrayList<>();
        Map<String, List<Long>> endpoints =
                Map.of("a", new ArrayList<>(), "b", new ArrayList<>(), "c", new ArrayList<>());
        for (int i = 0; i < 2_000; i++) {
            String endpoint = List.of("a", "b", "c").get(random.nextInt(3));
            waits.now.addAndGet(random.nextLong(i % 100 < 50 ? 1_000_000 : 100_000_000));
            throttle.admit(endpoint);
            all.add(waits.now.get());
            endpoints.get(endpoint).add(waits.now.get());
        }

        assertKept(all, perSecond);
        endpoints.values().forEach(sent -> assertKept(sent, perEndpoint));
    }

    private static void assertKept(List<Long> sent, int rate) {
        for (int i = rate; rate > 0 && i < sent.size(); i++) {
            assertThat(sent.get(i) - sent.get(i - rate)).isGreaterThanOrEqualTo(SECOND);
        }
    }

    @Test
    void whoIsWithinTheRateDoesNotWait() throws Exception {
        Throttle throttle = new Throttle(100, 25, Duration.ofSeconds(10), waits);
        for (int i = 0; i < 100; i++) {
            throttle.admit("endpoint " + i % 4);
        }

        assertThat(waits.pauses).isEmpty();
        throttle.admit("endpoint 5");
        assertThat(waits.pauses).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void whoWouldWaitTooLongIsRefusedAtOnce() throws Exception {
        Throttle throttle = new Throttle(100, 1, Duration.ofMillis(999), waits);
        throttle.admit("POST /v1/charges");

        assertThatThrownBy(() -> throttle.admit("POST /v1/charges"))
                .isInstanceOfSatisfying(RateLimitException.class, e -> {
                    assertThat(e.getCode()).isEqualTo("client_rate_limit");
                    assertThat(e.getStatusCode()).isEqualTo(429);
                    assertThat(e.getMessage()).contains("POST /v1/charges was not sent");
                });
        assertThat(waits.pauses).isEmpty();
        throttle.admit("GET /v1/charges/*");
        waits.now.addAndGet(SECOND);
        throttle.admit("POST /v1/charges");
    }

    @Test
    void theRefusedDoNotCount() throws Exception {
        Throttle throttle = new Throttle(2, 1, Duration.ZERO, waits);
        throttle.admit("a");
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> throttle.admit("a")).isInstanceOf(RateLimitException.class);
        }
        throttle.admit("b");
    }

    @Test
    void theEndOfTheProgramEndsAllWaits() throws Exception {
        WaitsUntilShutdown real = new WaitsUntilShutdown();
        Throttle throttle = new Throttle(1, 1, Duration.ofHours(1), hourly(real));
        throttle.admit("a");
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        for (String endpoint : List.of("a", "a", "b", "b")) {
            waiting.add(CompletableFuture.runAsync(
                    () -> assertThatThrownBy(() -> throttle.admit(endpoint)).isInstanceOf(RateLimitException.class),
                    command -> new Thread(command).start()));
        }
        real.end();
        for (CompletableFuture<Void> each : waiting) {
            each.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void anInterruptEndsAWait() throws Exception {
        Throttle throttle = new Throttle(1, 1, Duration.ofHours(1), hourly(new WaitsUntilShutdown()));
        throttle.admit("a");
        CompletableFuture<Throwable> first = new CompletableFuture<>();
        CompletableFuture<Throwable> second = new CompletableFuture<>();
        for (CompletableFuture<Throwable> ended : List.of(first, second)) {
            Thread waiting = new Thread(() -> {
                try {
                    throttle.admit("a");
                } catch (RateLimitException | InterruptedException e) {
                    ended.complete(e);
                }
            });
            waiting.start();
            waiting.interrupt();
        }

        assertThat(first.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(second.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    /** A clock by which no second passes while the test runs, but waits are real. */
    private static Waits hourly(Waits real) {
        return new Waits() {
            @Override
            public long nanoTime() {
                return 0;
            }

            @Override
            public boolean pause(Duration time) throws InterruptedException {
                return real.pause(Duration.ofHours(1));
            }
        };
    }
}
