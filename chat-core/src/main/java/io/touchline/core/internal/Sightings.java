package io.touchline.core.internal;

import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.port.UserStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Takes note of when users were last seen: once in a while for each, and all who waited together, off the path of what
 * they did. What the store does not take is noted when they are seen again.
 */
final class Sightings {
    /** More than the store's own period, or it would pass over every other one. */
    private static final Duration AT_MOST_EVERY = UserStore.SEEN_EVERY.plusSeconds(2);

    private static final int MAX_USERS = 100_000;
    private static final int MAX_BATCH = 1_000;

    private final UserStore store;
    private final ChatObserver observer;
    private final LongSupplier nanoTime;
    private final Throttle<UserId> throttle = new Throttle<>(AT_MOST_EVERY, MAX_USERS);
    private Set<UserId> waiting = new HashSet<>();

    Sightings(UserStore store, ChatObserver observer, LongSupplier nanoTime) {
        this.store = store;
        this.observer = observer;
        this.nanoTime = nanoTime;
    }

    /** A user did something just now; returns at once. */
    void saw(UserId user) {
        if (throttle.pass(user, nanoTime.getAsLong())) {
            synchronized (this) {
                waiting.add(user);
            }
        }
    }

    /** Writes who was seen since the last time. */
    void write() {
        List<UserId> users = take();
        for (int from = 0; from < users.size(); from += MAX_BATCH) {
            write(users.subList(from, Math.min(from + MAX_BATCH, users.size())));
        }
    }

    private void write(List<UserId> users) {
        try {
            store.seen(users);
        } catch (UnavailableException e) {
            throttle.forget(users);
            observer.storeAway(e);
        }
    }

    private synchronized List<UserId> take() {
        List<UserId> taken = new ArrayList<>(waiting);
        waiting = new HashSet<>();
        return taken;
    }
}
