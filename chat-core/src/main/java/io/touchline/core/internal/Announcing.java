package io.touchline.core.internal;

import io.touchline.core.model.Announcement;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.model.Event;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.DeliveryLedger.End;
import io.touchline.core.port.DeliveryLedger.Settlement;
import io.touchline.core.port.DeliveryLedger.Unsettled;
import io.touchline.core.port.DeviceStore;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Announces news to the devices of users who are offline. One announcement is under way per user and channel; what comes
 * meanwhile, or within a second, goes with the next. It has ended when every device has a final result.
 */
final class Announcing {
    private static final Duration FOLD = Duration.ofSeconds(1);
    private static final Duration MISCONFIGURED_WAIT = Duration.ofMinutes(1);
    private static final int LANES = 4;
    private static final int MAX_WAITING = 20_000;
    private static final int MAX_BATCH = 100;

    private record Key(ChannelId channel, UserId user) {}

    private record Ended(Claim claim, Settlement settlement) {}

    /** What was announced already of something that must be tried again. */
    private record Rest(long sequence, Set<String> done, long notBefore) {}

    private final PushNotifier push;
    private final DeviceStore devices;
    private final DeliveryLedger ledger;
    private final Debts debts;
    private final ChatObserver observer;
    private final boolean text;
    private final Map<Key, Run> underWay = new ConcurrentHashMap<>();
    private final Map<Key, Rest> rests = new ConcurrentHashMap<>();
    private final List<Lane<Announcement, PushResult>> lanes = new ArrayList<>();
    private final Lane<Ended, Void> ends;

    Announcing(Delivering.Ports ports, Debts debts, ChatObserver observer, boolean text, Executor workers) {
        this.push = ports.push();
        this.devices = ports.devices();
        this.ledger = ports.ledger();
        this.debts = debts;
        this.observer = observer;
        this.text = text;
        for (int i = 0; i < LANES; i++) {
            lanes.add(new Lane<>("push", MAX_WAITING, MAX_BATCH, workers, push::push));
        }
        this.ends = new Lane<>("ends", MAX_WAITING, MAX_BATCH, workers, this::end);
    }

    /** Announces what users are owed in a channel, unless it is under way or was just now. */
    void announce(Claim claim, List<Unsettled> owed) {
        List<Unsettled> now = owed.stream().filter(one -> mayBegin(claim, one)).toList();
        if (now.isEmpty()) {
            return;
        }
        Map<UserId, List<Device>> known =
                devices.devices(now.stream().map(Unsettled::user).toList());
        for (Unsettled one : now) {
            List<Device> targets = known.getOrDefault(one.user(), List.of());
            Event message = one.lastMessage();
            if (message == null) {
                end(claim, one, End.LEFT_TO_SYNC);
            } else if (targets.isEmpty()) {
                end(claim, one, End.NO_DEVICE);
            } else {
                begin(claim, one, message, targets);
            }
        }
    }

    /** Drops what is no longer needed to tell what may begin. */
    void tidy() {
        long now = System.nanoTime();
        rests.values().removeIf(rest -> now - rest.notBefore > MISCONFIGURED_WAIT.toNanos());
    }

    /** Ends what will never succeed. */
    void reject(Claim claim, Unsettled owed, String reason) {
        observer.rejected(claim.channel(), owed.user(), owed.last(), reason);
        end(claim, owed, End.REJECTED);
    }

    void end(Claim claim, Unsettled owed, End how) {
        Settlement settlement = new Settlement(claim.channel(), owed.user(), owed.last(), how);
        ends.submit(new Ended(claim, settlement), (done, failure) -> {
            if (failure instanceof UnavailableException away) {
                observer.storeAway(away);
                debts.lookSoon(claim.channel());
            } else if (failure instanceof RuntimeException defect) {
                observer.defect(defect);
            } else {
                debts.ended(claim.channel());
            }
        });
    }

    private boolean mayBegin(Claim claim, Unsettled owed) {
        Key key = new Key(claim.channel(), owed.user());
        if (underWay.containsKey(key)) {
            return false; // its end looks again
        }
        Rest rest = rests.get(key);
        long wait = rest == null ? 0 : rest.notBefore - System.nanoTime();
        if (wait > 0) {
            debts.lookIn(claim.channel(), Duration.ofNanos(wait));
            return false;
        }
        return true;
    }

    private void begin(Claim claim, Unsettled owed, Event message, List<Device> targets) {
        Key key = new Key(claim.channel(), owed.user());
        Rest rest = rests.get(key);
        Set<String> done = rest != null && rest.sequence == message.sequence() ? rest.done : Set.of();
        Run run = new Run(key, claim, owed, message.sequence(), done);
        List<Device> left =
                targets.stream().filter(device -> !done.contains(device.id())).toList();
        underWay.put(key, run);
        run.waitFor(left.size());
        for (Device device : left) {
            Announcement announcement = new Announcement(
                    device, claim.channel(), message.sequence(), message.sender(), owed.messages(), text(message));
            lanes.get(Math.floorMod(device.hashCode(), LANES))
                    .submit(announcement, (result, failure) -> run.done(device, result, failure));
        }
    }

    private @Nullable String text(Event message) {
        return text && message.body() instanceof Event.Message body ? body.content() : null;
    }

    private List<Void> end(List<Ended> batch) {
        Map<Claim, List<Settlement>> byClaim = new HashMap<>();
        for (Ended ended : batch) {
            byClaim.computeIfAbsent(ended.claim, claim -> new ArrayList<>()).add(ended.settlement);
        }
        byClaim.forEach(ledger::end);
        return Collections.nCopies(batch.size(), null);
    }

    /** One announcement to all devices of a user. */
    private final class Run {
        private final Key key;
        private final Claim claim;
        private final Unsettled owed;
        private final long sequence;
        private final Set<String> accepted;
        private final List<Device> dead = new ArrayList<>();
        private @Nullable Duration wait;
        private @Nullable String refused;
        private int open;

        Run(Key key, Claim claim, Unsettled owed, long sequence, Set<String> accepted) {
            this.key = key;
            this.claim = claim;
            this.owed = owed;
            this.sequence = sequence;
            this.accepted = new HashSet<>(accepted);
        }

        synchronized void waitFor(int devices) {
            open = devices;
            if (open == 0) {
                finish();
            }
        }

        synchronized void done(Device device, @Nullable PushResult result, @Nullable Throwable failure) {
            if (result == null) {
                atLeast(FOLD);
                if (failure instanceof RuntimeException defect && !(failure instanceof UnavailableException)) {
                    observer.defect(defect);
                }
            } else {
                observer.pushed(result);
                note(device, result);
            }
            if (--open == 0) {
                finish();
            }
        }

        private void note(Device device, PushResult result) {
            if (result instanceof PushResult.Accepted) {
                accepted.add(device.id());
            } else if (result instanceof PushResult.Unregistered) {
                dead.add(device);
            } else if (result instanceof PushResult.RetryLater later) {
                atLeast(later.after());
            } else if (result instanceof PushResult.Rejected rejected) {
                refused = rejected.reason();
            } else {
                atLeast(MISCONFIGURED_WAIT);
            }
        }

        private void atLeast(Duration pause) {
            wait = wait == null || wait.compareTo(pause) < 0 ? pause : wait;
        }

        private void finish() {
            forgetDead();
            Duration pause = wait == null ? FOLD : wait;
            rests.put(key, new Rest(sequence, Set.copyOf(accepted), System.nanoTime() + pause.toNanos()));
            underWay.remove(key);
            if (wait != null) {
                debts.lookIn(claim.channel(), wait);
                return;
            }
            String reason = refused;
            if (accepted.isEmpty() && reason != null) {
                observer.rejected(key.channel, key.user, sequence, reason);
                end(claim, owed, End.REJECTED);
            } else {
                end(claim, owed, accepted.isEmpty() ? End.NO_DEVICE : End.PUSHED);
            }
            debts.lookIn(claim.channel(), FOLD); // what came meanwhile
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
