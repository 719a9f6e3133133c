package io.touchline.adapter.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Allowance allowance = new Allowance(10);

    @Test
    void afterASilenceFourSecondsWorthMayComeAtOnceAndThenTheRate() {
        long now = System.nanoTime() + 100 * SECOND;

        assertThat(taken(100, now)).isEqualTo(40);
        assertThat(taken(100, now + SECOND)).isZero(); // it owes for what was refused
    }

    @Test
    void whoKeepsTheRateIsNeverRefused() {
        long start = System.nanoTime() + 100 * SECOND;

        assertThat(IntStream.range(0, 1_000).filter(i -> allowance.take(start + i * SECOND / 10)))
                .hasSize(1_000);
    }

    private long taken(int asked, long now) {
        return IntStream.range(0, asked).filter(i -> allowance.take(now)).count();
    }
}
