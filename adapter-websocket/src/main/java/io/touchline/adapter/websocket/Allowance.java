package io.touchline.adapter.websocket;

import java.util.concurrent.TimeUnit;

/**
 * How much a client may say: so many frames a second on average, and after a silence those of four seconds at once, as
 * the network may have held them back. For one thread at a time.
 */
final class Allowance {
    private static final int SECONDS_SAVED = 4;

    private final long nanosPerFrame;
    private final long mostSaved;
    private long usedUpTo;

    Allowance(int framesPerSecond) {
        nanosPerFrame = TimeUnit.SECONDS.toNanos(1) / framesPerSecond;
        mostSaved = nanosPerFrame * framesPerSecond * SECONDS_SAVED;
        usedUpTo = System.nanoTime() - mostSaved;
    }

    /** Whether one frame more may come now. */
    boolean take(long nanoTime) {
        if (nanoTime - usedUpTo > mostSaved) {
            usedUpTo = nanoTime - mostSaved;
        }
        usedUpTo += nanosPerFrame;
        return usedUpTo - nanoTime <= 0;
    }
}
