package io.touchline.core.internal;

import io.touchline.core.model.Announcement;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.model.Event;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChannelDirectory;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.DeliveryLedger.End;
import io.touchline.core.port.DeliveryLedger.Settlement;
import io.touchline.core.port.DeliveryLedger.Unsettled;
import io.touchline.core.port.DeviceStore;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Announces news to the devices of users who are offline. One announcement is under way per user and channel; what comes
 * meanwhile, or within a second, goes with the next, and within six at most while there is always more. It has ended when
 * every device has a final result; a device that has none yet is tried again by itself. While the push service takes
 * nothing from anybody, nothing is begun; it all stays owed.
 */
final class Announcing {
    /** For a device whose token is said to be dead while that is doubted; and to remember what was announced. */
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Past so many remembered, those without a device are looked after for each message after all. */
    private static final int MAX_FOLDING = 100_000;

    private static final int MAX_ENDS_WAITING = 20_000;
    private static final int MAX_ENDS = 1_000;

    private record Key(ChannelId channel, UserId user) {}

    private final DeviceStore devices;
    private final ChannelDirectory channels;
    private final DeliveryLedger ledger;
    private final Debts debts;
    private final ChatObserver observer;
    private final boolean text;
    private final LongSupplier nanoTime;
    private final PushLanes lanes;
    private final DeadTokens deadTokens;
    private final Map<Key, Run> underWay = new ConcurrentHashMap<>();
    private final Map<Key, Told> told = new ConcurrentHashMap<>();
    private final Queue<Settlement> ends = new LinkedBlockingQueue<>(MAX_ENDS_WAITING);

    Announcing(Delivering.Ports ports, Debts debts, ChatObserver observer, boolean text, Executor workers) {
        this(ports, debts, observer, text, workers, System::nanoTime);
    }

    Announcing(
            Delivering.Ports ports,
            Debts debts,
            ChatObserver observer,
            boolean text,
            Executor workers,
            LongSupplier nanoTime) {
        this.devices = ports.devices();
        this.channels = ports.channels();
        this.ledger = ports.ledger();
        this.debts = debts;
        this.observer = observer;
        this.text = text;
        this.nanoTime = nanoTime;
        this.lanes = new PushLanes(ports.push(), observer, workers, nanoTime);
        this.deadTokens = new DeadTokens(observer, nanoTime);
    }

    /**
     * Announces what users are owed in a channel, unless it is under way or was just now.
     *
     * @param held asked again right before the push service is: whether the claim is still ours
     */
    void announce(Claim claim, List<Unsettled> owed, BooleanSupplier held) {
        Map<Unsettled, Event> news = new LinkedHashMap<>();
        for (Unsettled one : owed.stream().filter(one -> mayBegin(claim, one)).toList()) {
            Event message = one.lastMessage();
            if (message == null) {
                end(claim, one, End.LEFT_TO_SYNC);
            } else if (one.muted()) {
                endFolding(claim, one, End.MUTED);
            } else {
                news.put(one, message);
            }
        }
        if (!news.isEmpty()) {
            announce(claim, news, held);
        }
    }

    private void announce(Claim claim, Map<Unsettled, Event> news, BooleanSupplier held) {
        Map<UserId, List<Device>> known =
                devices.devices(news.keySet().stream().map(Unsettled::user).toList());
        Map<UserId, Integer> badges = known.isEmpty() ? Map.of() : channels.unread(known.keySet());
        news.forEach((one, message) -> {
            List<Device> targets = known.getOrDefault(one.user(), List.of());
            if (targets.isEmpty()) {
                endFolding(claim, one, End.NO_DEVICE);
            } else {
                begin(claim, one, message, badges.getOrDefault(one.user(), 0), targets, held);
            }
        });
    }

    /** In a channel that is talked in he is not looked after for each message either. */
    private void endFolding(Claim claim, Unsettled owed, End how) {
        Key key = new Key(claim.channel(), owed.user());
        if (told.size() < MAX_FOLDING || told.containsKey(key)) {
            long now = nanoTime.getAsLong();
            Told folding = told.computeIfAbsent(key, unknown -> new Told(now));
            folding.begun(owed.last(), now);
            folding.foldFrom(now, claim.channel().hashCode());
        }
        end(claim, owed, how);
    }

    /** How long what is new for a user who is offline is gathered before he is to be looked after; zero if it is not. */
    Duration gathering(ChannelId channel, UserId user) {
        Key key = new Key(channel, user);
        if (underWay.containsKey(key)) {
            return Told.FOLD; // and its end looks again
        }
        Told before = told.get(key);
        return before == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, before.folding(nanoTime.getAsLong())));
    }

    /** Whether the push service takes nothing from anybody. */
    boolean isHeld() {
        return lanes.isHeld();
    }

    /** Whether no announcement is under way, and none has ended without a note of it. */
    boolean isIdle() {
        return underWay.isEmpty() && ends.isEmpty();
    }

    /**
     * Has what ended noted by the ledger, in as few calls as it goes. What it does not take now is for the next time.
     *
     * @return whether nothing is left
     */
    synchronized boolean noteEnds() {
        try {
            int noted = MAX_ENDS;
            while (noted == MAX_ENDS) {
                List<Settlement> batch = ends.stream().limit(MAX_ENDS).toList();
                note(batch);
                batch.forEach(settlement -> ends.remove());
                noted = batch.size();
            }
        } catch (UnavailableException e) {
            observer.storeAway(e);
        }
        return ends.isEmpty();
    }

    /** One that cannot be noted holds up no other. */
    private void note(List<Settlement> batch) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            ledger.end(batch);
            batch.forEach(settlement -> debts.ended(settlement.channel()));
        } catch (UnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            if (batch.size() == 1) {
                observer.defect(e);
                debts.lookSoon(batch.get(0).channel());
            } else {
                batch.forEach(settlement -> note(List.of(settlement)));
            }
        }
    }

    /** Drops what is no longer needed to tell what may begin. */
    void tidy() {
        long aMinuteAgo = nanoTime.getAsLong() - MINUTE.toNanos();
        told.values().removeIf(one -> one.unusedSince(aMinuteAgo));
    }

    /** Ends what will never succeed. */
    void reject(Claim claim, Unsettled owed, String reason) {
        observer.rejected(claim.channel(), owed.user(), owed.last(), reason);
        end(claim, owed, End.REJECTED);
    }

    void end(Claim claim, Unsettled owed, End how) {
        end(new Settlement(claim, owed.user(), owed.last(), how));
    }

    private void end(Settlement settlement) {
        if (!ends.offer(settlement)) {
            observer.storeAway(new UnavailableException(MAX_ENDS_WAITING + " ends are waiting already", null));
            debts.lookSoon(settlement.channel());
        }
    }

    private boolean mayBegin(Claim claim, Unsettled owed) {
        Key key = new Key(claim.channel(), owed.user());
        if (underWay.containsKey(key)) {
            return false; // its end looks again
        }
        Told before = told.get(key);
        return before == null || !hasToWait(claim, before.folding(nanoTime.getAsLong()));
    }

    private boolean hasToWait(Claim claim, long nanos) {
        if (nanos > 0) {
            debts.lookIn(claim.channel(), Duration.ofNanos(nanos));
        }
        return nanos > 0;
    }

    private void begin(
            Claim claim, Unsettled owed, Event message, int badge, List<Device> targets, BooleanSupplier held) {
        Key key = new Key(claim.channel(), owed.user());
        long now = nanoTime.getAsLong();
        Told before = told.getOrDefault(key, new Told(now));
        if (hasToWait(claim, before.waiting(targets, message.sequence(), now))) {
            return;
        }
        List<Device> due = before.due(targets, message.sequence(), now);
        if (!due.isEmpty() && hasToWait(claim, lanes.pause().toNanos())) {
            return;
        }
        before.begun(message.sequence(), now);
        Run run = new Run(key, claim, owed, message.sequence(), targets, before);
        underWay.put(key, run);
        run.waitFor(due.size());
        for (Device device : due) {
            Announcement announcement = new Announcement(
                    device,
                    claim.channel(),
                    message.sequence(),
                    message.sender(),
                    owed.messages(),
                    badge,
                    text(message));
            lanes.submit(announcement, held, (result, failure) -> run.done(device, result, failure));
        }
    }

    private @Nullable String text(Event message) {
        return text && message.body() instanceof Event.Message body ? body.content() : null;
    }

    /** One announcement to those devices of a user that can be told now. */
    private final class Run {
        private final Key key;
        private final Claim claim;
        private final Unsettled owed;
        private final long sequence;
        private final List<Device> targets;
        private final Told told;
        private final List<Device> dead = new ArrayList<>();
        private int open;

        Run(Key key, Claim claim, Unsettled owed, long sequence, List<Device> targets, Told told) {
            this.key = key;
            this.claim = claim;
            this.owed = owed;
            this.sequence = sequence;
            this.targets = targets;
            this.told = told;
        }

        synchronized void waitFor(int devices) {
            open = devices;
            if (open == 0) {
                finish();
            }
        }

        synchronized void done(Device device, @Nullable PushResult result, @Nullable Throwable failure) {
            if (result != null) {
                note(device, result);
            } else if (failure != null) {
                tryAgain(device, Told.FOLD);
                if (failure instanceof RuntimeException defect && !(failure instanceof UnavailableException)) {
                    observer.defect(defect);
                }
            }
            if (--open == 0) {
                finish();
            }
        }

        private void note(Device device, PushResult result) {
            Duration wait = PushLanes.waitOf(result);
            if (wait != null) {
                tryAgain(device, wait);
                return;
            }
            if (result instanceof PushResult.Accepted) {
                deadTokens.good();
            } else if (result instanceof PushResult.Unregistered) {
                if (!deadTokens.dead()) {
                    tryAgain(device, MINUTE);
                    return;
                }
                dead.add(device);
            }
            told.ended(device, sequence, result);
        }

        private void tryAgain(Device device, Duration wait) {
            told.failed(device, wait, nanoTime.getAsLong());
        }

        private void finish() {
            forgetDead();
            long now = nanoTime.getAsLong();
            told.foldFrom(now, key.channel.hashCode());
            Announcing.this.told.put(key, told);
            if (told.allEnded(targets, sequence)) {
                end();
            }
            underWay.remove(key); // now that its end is on its way
            long wait = Math.max(told.folding(now), told.waiting(targets, sequence, now));
            debts.lookIn(claim.channel(), Duration.ofNanos(wait)); // for the others, or for what came meanwhile
        }

        private void end() {
            List<PushResult> results = told.results(targets);
            Optional<PushResult.Rejected> refused = results.stream()
                    .filter(PushResult.Rejected.class::isInstance)
                    .map(PushResult.Rejected.class::cast)
                    .findFirst();
            if (results.stream().anyMatch(PushResult.Accepted.class::isInstance)) {
                pushed();
            } else if (refused.isPresent()) {
                observer.rejected(key.channel, key.user, sequence, refused.get().reason());
                Announcing.this.end(claim, owed, End.REJECTED);
            } else {
                Announcing.this.end(claim, owed, End.NO_DEVICE);
            }
        }

        /** Up to the message that was announced, so that having read that is to have read what was announced. */
        private void pushed() {
            Announcing.this.end(new Settlement(claim, key.user, sequence, End.PUSHED));
            if (sequence < owed.last()) {
                Announcing.this.end(claim, owed, End.LEFT_TO_SYNC);
            }
        }

        private void forgetDead() {
            if (dead.isEmpty()) {
                return;
            }
            try {
                devices.forget(dead);
            } catch (UnavailableException e) {
                observer.storeAway(e); // the next announcement finds them dead again
            } catch (RuntimeException e) {
                observer.defect(e); // thrown on, it would leave this under way for ever
            }
        }
    }
}
