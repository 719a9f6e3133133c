package io.touchline.core.internal;

import io.touchline.core.model.UserId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Keeps announcements back while the push service takes none, be it over quota, away, or refusing our credentials. That
 * it is not one device's trouble is told by its spread: {@value #USERS} users were told to wait, and nobody's
 * announcement came through in between. Everybody then waits as long as they were told, and after that one at a time
 * goes as a probe, until one comes through.
 */
final class PushBreaker {
    static final int USERS = 5;

    /** From one probe to the next that does not wait for its answer. */
    static final Duration PROBE_EVERY = Duration.ofSeconds(5);

    private final LongSupplier nanoTime;
    private final Set<UserId> toldToWait = new HashSet<>();
    private long openUntil;
    private long openings;

    PushBreaker(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.openUntil = nanoTime.getAsLong();
    }

    /** How long an announcement has to wait; zero if it goes now, which it then must. */
    synchronized Duration pause() {
        long now = nanoTime.getAsLong();
        if (!isOpen()) {
            return Duration.ZERO;
        } else if (openUntil - now > 0) {
            return Duration.ofNanos(openUntil - now);
        }
        openUntil = now + PROBE_EVERY.toNanos();
        return Duration.ZERO;
    }

    /** What goes now is given this number, since it may come too late after all. */
    synchronized long ticket() {
        return openings;
    }

    /** The least ticket with which to go on; what has waited in a queue since before the opening is to be kept back. */
    synchronized long leastTicket() {
        return isOpen() ? openings : 0;
    }

    /**
     * Somebody's announcement was to be tried later.
     *
     * @return whether with this one everybody's waits
     */
    synchronized boolean toldToWait(UserId user, Duration wait) {
        boolean before = isOpen();
        if (!before) {
            toldToWait.add(user);
        }
        if (isOpen() && !before) {
            openings++;
        }
        if (isOpen()) {
            long until = nanoTime.getAsLong() + wait.toNanos();
            openUntil = before && openUntil - until > 0 ? openUntil : until;
        }
        return isOpen() && !before;
    }

    /** Somebody's announcement had a final result: the push service is there and works for us. */
    synchronized void cameThrough() {
        toldToWait.clear();
    }

    synchronized boolean isOpen() {
        return toldToWait.size() >= USERS;
    }
}
