package io.touchline.core.internal;

import io.touchline.core.port.ChatObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Doubts that tokens are dead when too many are said to be: a mix-up of projects or a fault of the push service would
 * have every device forgotten.
 *
 * <p>Doubt begins when more than {@value #MOST} of the last {@value #SAMPLE} tokens whose state was learned are said to be
 * dead, and all of those within a minute. It ends when no more than {@value #FEW} of the last {@value #SAMPLE} are.
 */
final class DeadTokens {
    static final int SAMPLE = 100;
    static final int MOST = 50;
    static final int FEW = 10;

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private record Result(boolean dead, long at) {}

    private final ChatObserver observer;
    private final LongSupplier nanoTime;
    private final Deque<Result> results = new ArrayDeque<>(SAMPLE + 1);
    private boolean doubted;

    DeadTokens(ChatObserver observer, LongSupplier nanoTime) {
        this.observer = observer;
        this.nanoTime = nanoTime;
    }

    /** A token was found to be good. */
    synchronized void good() {
        add(false);
    }

    /** A token is said to be dead; whether to believe it. */
    synchronized boolean dead() {
        add(true);
        return !doubted;
    }

    private void add(boolean dead) {
        long now = nanoTime.getAsLong();
        results.add(new Result(dead, now));
        if (results.size() > SAMPLE) {
            results.remove();
        }
        if (!doubted && dead && count(now - MINUTE) > MOST) {
            doubted = true;
            observer.deadTokensDoubted();
        } else if (doubted && !dead && count(results.element().at) <= FEW) {
            doubted = false;
            observer.deadTokensBelieved();
        }
    }

    private long count(long since) {
        return results.stream()
                .filter(result -> result.dead && result.at - since >= 0)
                .count();
    }
}
