package io.touchline.bootstrap.harness;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits that end. */
public final class Await {
    /** For what takes a moment; long, so that a busy machine fails no test. */
    public static final Duration SOON = Duration.ofSeconds(20);

    private static final long POLL_NANOS = 10_000_000;

    /** What takes long is looked at less often, since looking costs what others wait for. */
    private static final int SELDOM = 10;

    private Await() {}

    /** Looks again and again until it is so; fails, saying what was waited for, if that takes too long. */
    public static void until(String what, Duration atMost, BooleanSupplier condition) {
        until(() -> what, atMost, condition);
    }

    /** The same; what to say is asked for at the end. */
    public static void until(Supplier<String> what, Duration atMost, BooleanSupplier condition) {
        long begun = System.nanoTime();
        long deadline = begun + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + atMost.toMillis() + " ms: " + what.get());
            }
            boolean seldom = System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(1);
            LockSupport.parkNanos(seldom ? POLL_NANOS * SELDOM : POLL_NANOS);
        }
    }
}
