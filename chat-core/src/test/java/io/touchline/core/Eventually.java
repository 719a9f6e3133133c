package io.touchline.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for what other threads bring about: looks again and again, for ten seconds at most. */
final class Eventually {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

    private Eventually() {}

    static <T> void eventually(Supplier<T> actual, T expected) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!expected.equals(actual.get()) && System.nanoTime() < end) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        assertThat(actual.get()).isEqualTo(expected);
    }
}
