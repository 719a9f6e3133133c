package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Throttle<String> throttle = new Throttle<>(Duration.ofSeconds(3), 2);

    @Test
    void letsEachKeyPassOnceInThePeriod() {
        assertThat(throttle.pass("a", 0)).isTrue();
        assertThat(throttle.pass("a", 3 * SECOND - 1)).isFalse();
        assertThat(throttle.pass("b", 2 * SECOND)).isTrue();
        assertThat(throttle.pass("a", 3 * SECOND)).isTrue();
        assertThat(throttle.pass("b", 3 * SECOND)).isFalse();
    }

    @Test
    void letsNobodyElsePassWhileSoManyHave() {
        throttle.pass("a", 0);
        throttle.pass("b", SECOND);

        assertThat(throttle.pass("c", 2 * SECOND)).isFalse();
        assertThat(throttle.pass("c", 3 * SECOND)).isTrue();
        assertThat(throttle.pass("d", 3 * SECOND)).isFalse();
    }

    @Test
    void letsPassAgainWhatItIsToForget() {
        throttle.pass("a", 0);

        throttle.forget(List.of("a"));

        assertThat(throttle.pass("a", 1)).isTrue();
    }
}
