package io.payroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SwiftnessTest {
    private final Swiftness swiftness = new Swiftness();

    @Test
    void aNewRouteIsSwiftOnceThousandsOfEventsWere() {
        take(5063, 50);
        assertThat(swiftness.isSwift()).isFalse();
        take(1, 50);
        assertThat(swiftness.isSwift()).isTrue();
    }

    @Test
    void whatWasSlowWhileTheRouteWasNewIsForgiven() {
        take(2000, 50);
        take(100, 25_600);
        take(3063, 50);
        assertThat(swiftness.isSwift()).isFalse();
        take(1, 50);
        assertThat(swiftness.isSwift()).isTrue();
    }

    @Test
    void aRouteThatBlocksForLongOnceIsSwiftNoMoreAndSoonAgain() {
        take(10_000, 50);
        take(1, 25_600);
        assertThat(swiftness.isSwift()).isFalse();
        take(127, 50);
        assertThat(swiftness.isSwift()).isFalse();
        take(1, 50);
        assertThat(swiftness.isSwift()).isTrue();
    }

    @Test
    void aLittleNowAndThenDoesNotMatter() {
        take(10_000, 50);
        for (int i = 0; i < 1000; i++) {
            take(40, 50);
            take(1, 5_000);
            assertThat(swiftness.isSwift()).isTrue();
        }
    }

    @Test
    void aRouteThatIsAlwaysSomewhatSlowIsNotSwift() {
        take(10_000, 50);
        take(127, 250);
        assertThat(swiftness.isSwift()).isTrue();
        take(1, 250);
        assertThat(swiftness.isSwift()).isFalse();
        take(10_000, 250);
        assertThat(swiftness.isSwift()).isFalse();
    }

    @Test
    void whatTakesForEverCountsAsMuchAsAnythingCan() {
        take(10_000, 50);
        swiftness.took(Long.MAX_VALUE);
        take(127, 50);
        assertThat(swiftness.isSwift()).isFalse();
        take(1, 50);
        assertThat(swiftness.isSwift()).isTrue();
    }

    private void take(int events, long micros) {
        for (int i = 0; i < events; i++) {
            swiftness.took(TimeUnit.MICROSECONDS.toNanos(micros));
        }
    }
}
