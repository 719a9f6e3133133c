package io.touchline.core.internal;

import io.touchline.core.model.Announcement;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.PushResult.Misconfigured;
import io.touchline.core.port.PushResult.RetryLater;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The way to the push service: a few lanes, and a {@link PushBreaker} before them and at their end. */
final class PushLanes {
    static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
    static final Duration MISCONFIGURED_WAIT = Duration.ofMinutes(1);
    private static final int LANES = 4;
    private static final int MAX_WAITING = 20_000;
    private static final int MAX_BATCH = 100;

    private record Going(Announcement announcement, long ticket, BooleanSupplier wanted) {}

    /** @param result null if it was kept back */
    private record Gone(@Nullable PushResult result) {}

    private final PushNotifier push;
    private final ChatObserver observer;
    private final PushBreaker breaker;
    private final List<Lane<Going, Gone>> lanes = new ArrayList<>();

    PushLanes(PushNotifier push, ChatObserver observer, Executor workers, LongSupplier nanoTime) {
        this.push = push;
        this.observer = observer;
        this.breaker = new PushBreaker(nanoTime);
        for (int i = 0; i < LANES; i++) {
            lanes.add(new Lane<>("push", MAX_WAITING, MAX_BATCH, workers, this::push));
        }
    }

    /** How long whoever has something to announce must wait with it; zero if he does it now, which he then must. */
    Duration pause() {
        return breaker.pause();
    }

    /** Whether announcements are kept back. */
    boolean isHeld() {
        return breaker.isOpen();
    }

    /**
     * Brings an announcement to the push service.
     *
     * @param wanted asked when its turn has come; if not, it is kept back
     * @param done told the result, or what went wrong; neither if it was kept back
     */
    void submit(
            Announcement announcement,
            BooleanSupplier wanted,
            BiConsumer<@Nullable PushResult, @Nullable Throwable> done) {
        lanes.get(Math.floorMod(announcement.device().hashCode(), LANES))
                .submit(
                        new Going(announcement, breaker.ticket(), wanted),
                        (gone, failure) -> done.accept(gone == null ? null : gone.result, failure));
    }

    /** How long such a result asks to wait, null if it is final. */
    static @Nullable Duration waitOf(PushResult result) {
        if (result instanceof RetryLater later) {
            return later.after().compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : later.after();
        }
        return result instanceof Misconfigured ? MISCONFIGURED_WAIT : null;
    }

    /** What has waited here since before the breaker opened, or is no longer wanted, is kept back. */
    private List<Gone> push(List<Going> batch) {
        long least = breaker.leastTicket();
        boolean[] goes = new boolean[batch.size()];
        List<Announcement> valid = new ArrayList<>();
        for (int i = 0; i < goes.length; i++) {
            Going going = batch.get(i);
            goes[i] = going.ticket >= least && going.wanted.getAsBoolean();
            if (goes[i]) {
                valid.add(going.announcement);
            }
        }
        List<PushResult> results = push.push(valid);
        for (int i = 0; i < valid.size(); i++) {
            note(valid.get(i), results.get(i));
        }
        Iterator<PushResult> next = results.iterator();
        List<Gone> gone = new ArrayList<>();
        for (boolean went : goes) {
            gone.add(new Gone(went ? next.next() : null));
        }
        return gone;
    }

    private void note(Announcement announcement, PushResult result) {
        observer.pushed(result);
        Duration wait = waitOf(result);
        if (wait == null) {
            breaker.cameThrough();
        } else if (breaker.toldToWait(announcement.device().user(), wait)) {
            observer.pushesHeld(wait);
        }
    }
}
