package io.touchline.bootstrap.history;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells clients to begin nothing more, and, much later, to give up what they have begun. */
final class Stop {
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private final CountDownLatch given = new CountDownLatch(1);
    private volatile long at;

    void give() {
        at = System.nanoTime();
        given.countDown();
    }

    boolean isGiven() {
        return given.getCount() == 0;
    }

    /** Whether to leave a call unanswered now. */
    boolean isLongAgo() {
        return isGiven() && System.nanoTime() - at > PATIENCE.toNanos();
    }

    /** Waits that long, or until it is given. */
    void pause(Duration time) {
        try {
            given.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
