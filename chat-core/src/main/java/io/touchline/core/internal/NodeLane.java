package io.touchline.core.internal;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.ForwardResult.Forwarded;
import io.touchline.core.port.ForwardResult.Unreachable;
import io.touchline.core.port.SocketRouter;
import io.touchline.core.port.Whereabouts;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way to one life of a chat node. While the node does not answer, what was for it is not kept: only for whom it was,
 * and as soon as it answers again those are told to catch up from the log. So somebody whose other device, or a push, has
 * settled an event long ago still gets it on the connection that was cut off; and a long cut costs a name for each user.
 */
final class NodeLane {
    private static final int MAX_WAITING = 20_000;
    private static final int MAX_BATCH = 1_000;
    private static final int MAX_BEHIND = 100_000;

    /** After so many failures in a row it is asked again only so often, and nothing else waits for it. */
    private static final int CUT_AFTER = 3;

    private static final Duration ASK_CUT_EVERY = Duration.ofSeconds(1);

    /** A parcel, and what the registry said of its receivers. */
    record Consignment(Parcel parcel, Map<UserId, ? extends Whereabouts> found) {}

    /** An empty forward asks for receipts. */
    private static final Consignment NOTHING = new Consignment(Parcel.NONE, Map.of());

    private final NodeRef node;
    private final SocketRouter router;
    private final Supplier<Map<UserId, Instant>> revoked;
    private final BiConsumer<List<Consignment>, ForwardResult> answered;
    private final Lane<Consignment, Void> lane;
    private final Set<UserId> behind = new HashSet<>();
    private boolean everybodyIsBehind;
    private volatile @Nullable Map<UserId, Instant> told;
    private volatile int failures;
    private volatile long lastKnown = System.nanoTime();
    private volatile long lastRequest = lastKnown - ASK_CUT_EVERY.toNanos();

    /**
     * @param revoked up to when whose tokens are worth nothing; another map whenever something is new
     * @param answered told what became of each batch, one after the other
     */
    NodeLane(
            NodeRef node,
            SocketRouter router,
            Executor workers,
            Supplier<Map<UserId, Instant>> revoked,
            BiConsumer<List<Consignment>, ForwardResult> answered) {
        this.node = node;
        this.router = router;
        this.revoked = revoked;
        this.answered = answered;
        this.lane = new Lane<>("node " + node.address(), MAX_WAITING, MAX_BATCH, workers, this::forward);
    }

    NodeRef node() {
        return node;
    }

    /** @param failed told if it was not even tried */
    void forward(Consignment consignment, BiConsumer<Consignment, Throwable> failed) {
        submit(consignment, failed);
    }

    /** Asks for receipts, unless something was asked of the node just now. */
    void ask(Duration atMost, BiConsumer<Consignment, Throwable> failed) {
        if (System.nanoTime() - lastRequest > atMost.toNanos() && lane.isIdle()) {
            ask(failed);
        }
    }

    /** Asks in any case, after what is under way. */
    void ask(BiConsumer<Consignment, Throwable> failed) {
        submit(NOTHING, failed);
    }

    private void submit(Consignment consignment, BiConsumer<Consignment, Throwable> failed) {
        lane.submit(consignment, (done, failure) -> {
            if (failure != null) {
                fallBehind(List.of(consignment));
                failed.accept(consignment, failure);
            }
        });
    }

    /** The registry knows the node. */
    void known() {
        lastKnown = System.nanoTime();
    }

    boolean isUnknownSince(long nanoTime) {
        return lastKnown - nanoTime < 0 && lane.isIdle();
    }

    /** Whether the node did not answer when it was last asked: what it holds may be behind. */
    boolean isCut() {
        return failures > 0;
    }

    boolean isIdle() {
        return lane.isIdle();
    }

    int waiting() {
        return lane.waiting();
    }

    /** Whether everything that was for the node has reached it. */
    synchronized boolean isEven() {
        return lane.isIdle() && !isCut() && behind.isEmpty() && !everybodyIsBehind;
    }

    private List<Void> forward(List<Consignment> batch) {
        List<Consignment> goods =
                batch.stream().filter(one -> !one.parcel.receivers().isEmpty()).toList();
        ForwardResult result = isWaitedFor() ? new Unreachable("still cut off") : request(goods);
        if (result instanceof Unreachable) {
            fallBehind(goods);
        }
        answered.accept(goods, result);
        if (result instanceof Forwarded) {
            bringUp();
        }
        return Collections.nCopies(batch.size(), null);
    }

    private boolean isWaitedFor() {
        return failures >= CUT_AFTER && System.nanoTime() - lastRequest < ASK_CUT_EVERY.toNanos();
    }

    private ForwardResult request(List<Consignment> goods) {
        ForwardResult told = tellRevoked();
        return told instanceof Forwarded ? bring(goods) : told;
    }

    /** Comes first, so that nobody is brought anything on a connection that is to be closed. */
    private ForwardResult tellRevoked() {
        Map<UserId, Instant> all = revoked.get();
        Map<UserId, Instant> before = told;
        if (all == before) {
            return new Forwarded(Set.of(), List.of());
        }
        Map<UserId, Instant> news = new HashMap<>(all);
        if (before != null) {
            news.entrySet().removeAll(before.entrySet());
        }
        ForwardResult result = router.revoke(node, news);
        note(result);
        if (!(result instanceof Unreachable)) {
            told = all;
            answered.accept(List.of(), result);
        }
        return result;
    }

    /** Whether the node knows that tokens of that user are worth nothing up to that time. */
    boolean knowsRevoked(UserId user, Instant time) {
        Map<UserId, Instant> known = told;
        return known != null && !known.getOrDefault(user, Instant.MIN).isBefore(time);
    }

    private ForwardResult bring(List<Consignment> goods) {
        ForwardResult result = router.forward(
                node,
                goods.stream()
                        .map(one -> new Delivery(one.parcel.frame(), one.parcel.receivers()))
                        .toList());
        note(result);
        return result;
    }

    private void note(ForwardResult result) {
        lastRequest = System.nanoTime();
        failures = result instanceof Unreachable ? failures + 1 : 0;
    }

    private synchronized void fallBehind(List<Consignment> missed) {
        for (Consignment one : missed) {
            if (!one.parcel.isSignal()) {
                behind.addAll(one.parcel.receivers());
            }
        }
        if (behind.size() > MAX_BEHIND) {
            behind.clear();
            everybodyIsBehind = true;
        }
    }

    /** The node answers: whoever may have missed something reads it from the log. */
    private void bringUp() {
        Set<UserId> users;
        synchronized (this) {
            if (behind.isEmpty() && !everybodyIsBehind) {
                return;
            }
            users = everybodyIsBehind ? Set.of() : Set.copyOf(behind);
            behind.clear();
            everybodyIsBehind = false;
        }
        ForwardResult result = router.resync(node, users);
        note(result);
        if (result instanceof Unreachable) {
            synchronized (this) {
                behind.addAll(users);
                everybodyIsBehind |= users.isEmpty();
            }
        }
        answered.accept(List.of(), result);
    }
}
