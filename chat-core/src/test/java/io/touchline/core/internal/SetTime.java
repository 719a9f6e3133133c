package io.touchline.core.internal;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A nano time that passes when told; it begins near its overflow, as {@link System#nanoTime} may. */
final class SetTime implements LongSupplier {
    private long now = Long.MAX_VALUE - 1_000;

    void pass(Duration time) {
        now += time.toNanos();
    }

    @Override
    public long getAsLong() {
        return now;
    }
}
