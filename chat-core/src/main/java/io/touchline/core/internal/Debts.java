package io.touchline.core.internal;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.Marks;
import io.touchline.core.model.UserId;
import io.touchline.core.port.DeliveryLedger.Claim;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The channels that owe, as this node knows them, and when to look at each. Bounded: the ledger has them all. */
final class Debts {
    private static final int MAX_CHANNELS = 100_000;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration QUIET = Duration.ofSeconds(1);

    /** While ends are being noted the rows of their channels are locked, and passed over; no statement lasts so long. */
    private static final Duration SURELY_UNCLAIMED = Duration.ofSeconds(2);

    private static final long FIRST_WAIT_MILLIS = 500;
    private static final long LONGEST_WAIT_MILLIS = 5_000;

    private final Map<ChannelId, Debt> debts = new ConcurrentHashMap<>();
    private final Set<ChannelId> moved = ConcurrentHashMap.newKeySet();
    private final Duration receiptTimeout;

    Debts(Duration receiptTimeout) {
        this.receiptTimeout = receiptTimeout;
    }

    /** An event is on its way: receipts are expected. */
    void made(Event event) {
        long now = System.nanoTime();
        Debt debt = debts.get(event.channel());
        if (debt == null) {
            debt = remember(event.channel(), now + receiptTimeout.toNanos(), now);
        }
        if (debt != null) {
            debt.made(event.sequence(), now);
        }
    }

    void lookNow(ChannelId channel) {
        lookIn(channel, Duration.ZERO);
    }

    void lookSoon(ChannelId channel) {
        lookIn(channel, SOON);
    }

    /** What was on its way there did not even reach a node's lane. */
    void lost(ChannelId channel) {
        Debt debt = debts.get(channel);
        if (debt != null) {
            debt.lost();
        }
        lookSoon(channel);
    }

    void lookIn(ChannelId channel, Duration wait) {
        long now = System.nanoTime();
        Debt debt = remember(channel, now + wait.toNanos(), now);
        if (debt != null) {
            debt.dueBy(now + wait.toNanos());
        }
    }

    /** A node could not be reached; the longer it lasts, the longer the wait for the next try. */
    void missed(Parcel parcel) {
        Debt debt = parcel.isSignal() ? null : debts.get(parcel.channel());
        if (debt != null) {
            debt.missed(parcel.receivers());
            debt.dueBy(System.nanoTime() + backOff(debt).toNanos());
        }
    }

    /** A node took it; its word counts only if no receipts are expected. */
    void taken(Parcel parcel, Set<UserId> absent) {
        Debt debt = parcel.isSignal() ? null : debts.get(parcel.channel());
        if (debt == null) {
            return;
        }
        if (receiptTimeout.isZero()) {
            for (UserId user : parcel.receivers()) {
                if (!absent.contains(user)) {
                    debt.taken(user, parcel.sequence());
                }
            }
            lookSoon(parcel.channel());
        }
    }

    /** Marks moved, so that these channels may owe nothing any more. */
    void moved(Collection<Marks> marks) {
        marks.forEach(mark -> moved.add(mark.channel()));
    }

    /** Something ended there. */
    void ended(ChannelId channel) {
        moved.add(channel);
    }

    /**
     * The channels in which something moved since they were last told, and that have fallen quiet: while one is talked in
     * it owes again at once, and to look in vain takes its lock from those who talk.
     */
    Set<ChannelId> takeMoved() {
        long quiet = System.nanoTime() - QUIET.toNanos();
        Set<ChannelId> taken = new HashSet<>(moved);
        taken.removeIf(channel -> {
            Debt debt = debts.get(channel);
            return debt != null && debt.isMadeSince(quiet);
        });
        moved.removeAll(taken);
        return taken;
    }

    @Nullable Debt get(ChannelId channel) {
        return debts.get(channel);
    }

    /** The channels to look at now, the longest due first. */
    List<ChannelId> due(int limit) {
        long now = System.nanoTime();
        return debts.entrySet().stream()
                .filter(entry -> entry.getValue().isDue(now))
                .sorted(Comparator.comparingLong(entry -> entry.getValue().dueAt() - now))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Takes up what the ledger says: a channel that is new here, or that another node has brought events to, is looked at
     * now; one that owes nothing is forgotten, once it has been missing for a while.
     *
     * @param askedAt when the ledger was asked
     * @param complete whether these are all
     */
    void adopt(Map<ChannelId, Claim> claims, long askedAt, boolean complete) {
        claims.forEach((channel, claim) -> {
            Debt debt = remember(channel, askedAt, askedAt);
            if (debt == null) {
                return;
            }
            debt.claimed();
            if (debt.learns(claim.last())) {
                debt.dueBy(askedAt);
            }
        });
        if (complete) {
            debts.entrySet()
                    .removeIf(entry -> !claims.containsKey(entry.getKey())
                            && entry.getValue().isUnclaimedFor(SURELY_UNCLAIMED, askedAt));
        }
    }

    /** Waits double from half a second to five, with jitter, so that nodes do not try in step. */
    Duration backOff(Debt debt) {
        long wait = Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS << Math.min(debt.nextAttempt(), 5));
        return Duration.ofMillis(wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1));
    }

    private @Nullable Debt remember(ChannelId channel, long dueAt, long now) {
        Debt debt = debts.get(channel);
        if (debt == null && debts.size() < MAX_CHANNELS) {
            debt = debts.computeIfAbsent(channel, key -> new Debt(dueAt, now));
        }
        return debt;
    }
}
