package io.touchline.core.internal;

import io.touchline.core.model.Device;
import io.touchline.core.port.PushResult;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far the devices of one user were told of one channel, and when those that could not be told may be tried again: a
 * device that has to wait holds up no other. Times are those of {@link System#nanoTime}.
 */
final class Told {
    /** How long what comes after an announcement is gathered for the next, at first. */
    static final Duration FOLD = Duration.ofSeconds(1);

    /** And at most, with {@link #FOLD} on top: it doubles while there is always more, as a notification can wait. */
    static final Duration LONGEST_FOLD = Duration.ofSeconds(5);

    /** The longest wait that failures add up to by themselves; the push service may ask for more. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    /**
     * One device.
     *
     * @param sequence up to where there is a final result, 0 for nowhere
     * @param result what that was
     * @param failures how often in a row there has been none since
     */
    private record State(long sequence, @Nullable PushResult result, int failures, long notBefore) {}

    private final Map<Device, State> states = new HashMap<>();
    private final long created;
    private long begunUpTo;
    private long fold;
    private long foldedUntil;

    Told(long now) {
        this.created = now;
        this.foldedUntil = now;
    }

    /** An announcement begins, which tells how long what comes after it will be gathered; not so if it is tried again. */
    synchronized void begun(long sequence, long now) {
        if (sequence <= begunUpTo) {
            return;
        }
        begunUpTo = sequence;
        boolean always = now - foldedUntil < fold;
        fold = always ? Math.min(2 * fold, LONGEST_FOLD.toNanos()) : FOLD.toNanos();
    }

    /**
     * It ended: what comes from now on is gathered.
     *
     * @param beat when a long gathering ends, a multiple of its length before or after, so that those who share it are
     *     looked after together
     */
    synchronized void foldFrom(long now, long beat) {
        foldedUntil = now + FOLD.toNanos();
        if (fold > FOLD.toNanos()) {
            foldedUntil += Math.floorMod(beat - foldedUntil, fold);
        }
    }

    /** There will be no other result for that sequence. */
    synchronized void ended(Device device, long sequence, PushResult result) {
        states.put(device, new State(sequence, result, 0, created));
    }

    /** To be tried again after that time at least; doubled with each failure, with jitter, so that devices part. */
    synchronized void failed(Device device, Duration atLeast, long now) {
        State before = state(device);
        long doubled = Math.min(LONGEST.toNanos(), atLeast.toNanos() << Math.min(before.failures, 8));
        long wait = Math.max(atLeast.toNanos(), doubled);
        long jitter = ThreadLocalRandom.current().nextLong(wait / 4 + 1);
        states.put(device, new State(before.sequence, before.result, before.failures + 1, now + wait + jitter));
    }

    /** How long until something may be announced at all; zero or less if it may now. */
    synchronized long folding(long now) {
        return foldedUntil - now;
    }

    /** How long until the next of these may be told; zero or less if one may now, or all have been. */
    synchronized long waiting(Collection<Device> devices, long sequence, long now) {
        return devices.stream()
                .filter(device -> !isEnded(device, sequence))
                .mapToLong(device -> state(device).notBefore - now)
                .min()
                .orElse(0);
    }

    /** Those of these that are to be told now. */
    synchronized List<Device> due(Collection<Device> devices, long sequence, long now) {
        return devices.stream()
                .filter(device -> !isEnded(device, sequence) && state(device).notBefore - now <= 0)
                .toList();
    }

    synchronized boolean allEnded(Collection<Device> devices, long sequence) {
        return devices.stream().allMatch(device -> isEnded(device, sequence));
    }

    /** Their latest final results; a device has none if it was never told. */
    synchronized List<PushResult> results(Collection<Device> devices) {
        return devices.stream()
                .flatMap(device -> Stream.ofNullable(state(device).result))
                .toList();
    }

    /** Whether this has not been needed since that time. */
    synchronized boolean unusedSince(long time) {
        return foldedUntil - time < 0 && states.values().stream().allMatch(state -> state.notBefore - time < 0);
    }

    private boolean isEnded(Device device, long sequence) {
        return state(device).sequence >= sequence;
    }

    private State state(Device device) {
        return states.getOrDefault(device, new State(0, null, 0, created));
    }
}
