package io.touchline.core.internal;

import io.touchline.core.model.UserId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this node remembers of a channel that owes: when to look at it, and what was tried. All of it may be lost; the
 * ledger knows what is owed. Times are those of {@link System#nanoTime}.
 */
final class Debt {
    private static final long SAMPLE_EVERY = 500_000_000L;
    private static final int MAX_SAMPLES = 64;

    /**
     * How long one receiver has been waited for.
     *
     * @param first the first sequence that he is behind with
     * @param since when it was last forwarded to him
     * @param again that was the second time
     */
    record Patience(long first, long since, boolean again) {}

    private final Map<UserId, Patience> patience = new HashMap<>();
    private final Set<UserId> missed = new HashSet<>();
    private final Map<UserId, Long> taken = new HashMap<>();
    private final TreeMap<Long, Long> forwarded = new TreeMap<>();
    private long dueAt;
    private long lastMade;
    private long lastMadeSequence;
    private long lastSequence;
    private int attempts;
    private int stumbles;
    private long othersLooked;
    private @Nullable UserId lookedUpTo;
    private boolean owes;
    private long goOnAt;
    private boolean unclaimed;
    private long unclaimedSince;
    private long fence;
    private long heldSince;

    Debt(long dueAt, long now) {
        this.dueAt = dueAt;
        this.lastMade = now;
    }

    /** An event went out now; one in half a second is remembered. */
    synchronized void made(long sequence, long now) {
        lastMade = now;
        lastMadeSequence = Math.max(lastMadeSequence, sequence);
        lastSequence = Math.max(lastSequence, sequence);
        if (forwarded.isEmpty() || now - forwarded.lastEntry().getValue() >= SAMPLE_EVERY) {
            forwarded.put(sequence, now);
            if (forwarded.size() > MAX_SAMPLES) {
                forwarded.pollFirstEntry();
            }
        }
    }

    /** Whether the channel has events that this node has not heard of before; it has now. */
    synchronized boolean learns(long sequence) {
        boolean more = sequence > lastSequence;
        lastSequence = Math.max(lastSequence, sequence);
        return more;
    }

    /** Something that was said to go out did not: nobody is waited for as if it had. */
    synchronized void lost() {
        forwarded.clear();
        patience.clear();
    }

    /** When that event went out, half a second late at most; empty if this node did not bring it, or forgot. */
    synchronized OptionalLong forwardedAt(long sequence) {
        Map.Entry<Long, Long> sample = forwarded.ceilingEntry(sequence);
        if (sample != null) {
            return OptionalLong.of(sample.getValue());
        }
        boolean ours = sequence <= lastMadeSequence && !forwarded.isEmpty();
        return ours ? OptionalLong.of(lastMade) : OptionalLong.empty();
    }

    boolean isDue(long now) {
        return dueAt() - now <= 0;
    }

    /** When to look at it, or to go on with looking. */
    synchronized long dueAt() {
        return lookedUpTo == null ? dueAt : goOnAt;
    }

    /** Up to whom it was looked at; null if it is to begin with the first. */
    synchronized @Nullable UserId lookedUpTo() {
        return lookedUpTo;
    }

    /**
     * The rest is to be looked at from then on, whatever else it is due for.
     *
     * @param hopeless the rest too, however well the others were looked at
     */
    synchronized void goOnAfter(UserId user, long at, boolean hopeless) {
        lookedUpTo = user;
        owes = true;
        goOnAt = at;
        stumbles = hopeless ? stumbles : 0;
    }

    /**
     * Everybody was looked at.
     *
     * @param some whether any of the last ones is owed something
     * @return whether anybody is
     */
    synchronized boolean wasLookedThrough(boolean some) {
        boolean any = owes || some;
        lookedUpTo = null;
        owes = false;
        stumbles = 0;
        return any;
    }

    /** To look at it by then, from the first on. */
    synchronized void dueBy(long at) {
        if (at - dueAt < 0) {
            dueAt = at;
        }
    }

    /** To look at it then, from the first on, unless somebody says sooner. */
    synchronized void beginAgainAt(long at) {
        lookedUpTo = null;
        owes = false;
        dueAt = at;
    }

    /** Nobody holds it here, as it seems; whether that has been so for that long, and nothing was made since. */
    synchronized boolean isUnclaimedFor(Duration length, long time) {
        if (!unclaimed) {
            unclaimed = true;
            unclaimedSince = time;
        }
        return time - unclaimedSince >= length.toNanos() && lastMade - time < 0;
    }

    synchronized void claimed() {
        unclaimed = false;
    }

    /** Grows by one at each try that led to nothing. */
    synchronized int nextAttempt() {
        return attempts++;
    }

    synchronized void succeeded() {
        attempts = 0;
    }

    /** Looking at the channel failed, for a reason of its own; it is to be tried again by then. */
    synchronized void stumbled(long again) {
        stumbles++;
        waitUntil(again);
    }

    /**
     * The store did not answer in time; that is for a reason of the channel's own if it did for others in between.
     *
     * @param others how many looks have succeeded on this node
     */
    synchronized void timedOut(long others, long again) {
        if (others > othersLooked) {
            stumbles++;
        }
        othersLooked = others;
        waitUntil(again);
    }

    private void waitUntil(long again) {
        goOnAt = again;
        dueBy(again);
    }

    synchronized int stumbles() {
        return stumbles;
    }

    /** Whether an event went out from here after that time. */
    synchronized boolean isMadeSince(long time) {
        return lastMade - time > 0;
    }

    /** The channel is held under that fence now; since when. */
    synchronized long heldSince(long claimed, long now) {
        if (claimed != fence) {
            fence = claimed;
            heldSince = now;
        }
        return heldSince;
    }

    synchronized void missed(Iterable<UserId> users) {
        users.forEach(missed::add);
    }

    synchronized boolean takeMissed(UserId user) {
        return missed.remove(user);
    }

    /** A chat node took an event for a user. */
    synchronized void taken(UserId user, long sequence) {
        taken.merge(user, sequence, Math::max);
    }

    synchronized boolean isTaken(UserId user, long sequence) {
        return taken.getOrDefault(user, 0L) >= sequence;
    }

    synchronized @Nullable Patience patience(UserId user) {
        return patience.get(user);
    }

    synchronized void patience(UserId user, Patience now) {
        patience.put(user, now);
    }

    synchronized void forget(UserId user) {
        patience.remove(user);
    }
}
