package io.touchline.core.internal;

import io.touchline.core.internal.Debt.Patience;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.LogPage;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.DeliveryLedger.End;
import io.touchline.core.port.DeliveryLedger.Unsettled;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.port.Whereabouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks after what is owed until it is settled. A channel is looked at when a receipt is overdue, when somebody was not
 * found, or when a node could not be reached: whoever is connected gets it again, whoever is offline is announced to,
 * and while nobody knows where somebody is, it is forwarded to wherever he may be.
 *
 * <p>One thread at a time makes a {@link #pass}.
 */
final class Settling {
    private static final int PAGE = 500;
    private static final int MORE_CLAIMS = 1_000;
    private static final int CHANNELS_A_PASS = 200;
    private static final int EVENTS_AGAIN = 500;

    /** Claims are renewed once a second, and with a short lease four times in it. */
    private static final Duration CLAIM_EVERY = Duration.ofSeconds(1);

    /** Sooner if a channel is due that is not held yet, but no sooner than this. */
    private static final Duration CLAIM_AGAIN = Duration.ofMillis(200);

    /** By then a receipt for what another node brought is here; if it died on the way, or did not even know, not. */
    private static final Duration OTHERS_BROUGHT = Duration.ofSeconds(2);

    /** What was tried so often, or cost so many holders their lives, never succeeds: it ends as rejected. */
    private static final int MAX_ATTEMPTS = 20;

    /** Who has held a channel for so long does not die of it. */
    private static final Duration SURVIVED = Duration.ofSeconds(10);

    private final Delivering.Ports ports;
    private final Delivering.Policy policy;
    private final Debts debts;
    private final FanOut fanOut;
    private final Announcing announcing;
    private final ChatObserver observer;
    private final long claimEvery;

    /** A quarter less than the lease: an announcement takes a moment from this check to the push service. */
    private final long surelyHeld;

    private volatile Map<ChannelId, Claim> claims = Map.of();
    private volatile boolean stopped;
    private volatile long claimedAt;
    private long lastRound;
    private long looks;

    Settling(
            Delivering.Ports ports,
            Delivering.Policy policy,
            Debts debts,
            FanOut fanOut,
            Announcing announcing,
            ChatObserver observer) {
        this.ports = ports;
        this.policy = policy;
        this.debts = debts;
        this.fanOut = fanOut;
        this.announcing = announcing;
        this.observer = observer;
        long lease = ports.ledger().lease().toNanos();
        this.claimEvery = Math.min(CLAIM_EVERY.toNanos(), lease / 4);
        this.surelyHeld = lease - lease / 4;
        this.claimedAt = System.nanoTime() - claimEvery;
        this.lastRound = claimedAt;
    }

    /** Claims no more, ends the pass that is being made, and begins no announcement any more. */
    void stop() {
        stopped = true;
    }

    /** Does what is due. */
    void pass() {
        try {
            List<ChannelId> due = debts.due(CHANNELS_A_PASS);
            long now = System.nanoTime();
            boolean regular = now - lastRound >= claimEvery;
            boolean wanting = !claims.keySet().containsAll(due) && now - claimedAt >= CLAIM_AGAIN.toNanos();
            if (regular || wanting) {
                claim();
            }
            if (regular) {
                lastRound = now;
                settleMoved();
                settle(survived(now));
                announcing.tidy();
            }
            for (ChannelId channel : due) {
                if (stopped) {
                    return;
                }
                renew();
                lookSafely(channel);
            }
        } catch (UnavailableException e) {
            observer.storeAway(e);
        }
    }

    /** A pass may last: while Redis hangs each channel takes it a second, and a large one takes it many. */
    private void renew() {
        if (System.nanoTime() - claimedAt >= claimEvery) {
            claim();
        }
    }

    private void claim() {
        if (stopped) {
            return; // what is handed over by now is not to be taken back
        }
        long askedAt = System.nanoTime();
        int limit = claims.size() + MORE_CLAIMS; // so that what is held never keeps new ones out
        List<Claim> held = ports.ledger().claim(limit);
        Map<ChannelId, Claim> now = new ConcurrentHashMap<>(held.size() * 2);
        held.forEach(claim -> now.put(claim.channel(), claim));
        claims = now;
        debts.adopt(claims, askedAt, held.size() < limit);
        claimedAt = askedAt;
    }

    /** Whether a claim is surely ours: a process that stood still may have lost it to another, which announces now. */
    private boolean holds(Claim claim) {
        Claim now = claims.get(claim.channel());
        boolean ours = now != null && now.fence() == claim.fence();
        return ours && !stopped && System.nanoTime() - claimedAt < surelyHeld;
    }

    /** What moved in a channel that is ours but not claimed yet is looked at after the next claiming. */
    private void settleMoved() {
        Set<ChannelId> moved = debts.takeMoved();
        List<ChannelId> later = moved.stream()
                .filter(channel -> !claims.containsKey(channel) && debts.get(channel) != null)
                .toList();
        settle(moved);
        later.forEach(debts::ended);
    }

    private void settle(Collection<ChannelId> channels) {
        List<Claim> held =
                channels.stream().map(claims::get).filter(Objects::nonNull).toList();
        if (!held.isEmpty()) {
            claims.keySet().removeAll(ports.ledger().settle(held));
        }
    }

    /** Those that were taken over from holders who died, but not of them: their attempts begin anew. */
    private List<ChannelId> survived(long now) {
        return claims.values().stream()
                .filter(claim -> claim.attempts() > 0)
                .filter(claim -> {
                    Debt debt = debts.get(claim.channel());
                    return debt != null && now - debt.heldSince(claim.fence(), now) > SURVIVED.toNanos();
                })
                .map(Claim::channel)
                .toList();
    }

    /** One channel that cannot be looked at holds up no other. */
    private void lookSafely(ChannelId channel) {
        Debt debt = debts.get(channel);
        if (debt == null) {
            return;
        }
        try {
            look(channel, debt);
        } catch (UnavailableException e) {
            claim(); // or the store is away for all of them
            observer.storeAway(e);
            debt.timedOut(looks, System.nanoTime() + debts.backOff(debt).toNanos());
        } catch (RuntimeException e) {
            observer.defect(e);
            debt.stumbled(System.nanoTime() + debts.backOff(debt).toNanos());
        }
    }

    /** A page at a time, so that a large channel does not hold up the others; a smaller one if that was too much. */
    private void look(ChannelId channel, Debt debt) {
        Claim claim = claims.get(channel);
        if (claim == null) {
            debt.beginAgainAt(System.nanoTime() + CLAIM_EVERY.toNanos()); // another node holds it, or it is being made
            return;
        }
        UserId after = debt.lookedUpTo();
        if (after == null) {
            debt.beginAgainAt(System.nanoTime() + later().toNanos());
        }
        int size = Math.max(1, PAGE >> Math.min(debt.stumbles(), MAX_ATTEMPTS));
        List<Unsettled> page = ports.ledger().unsettled(claim, after, size);
        if (!page.isEmpty()) {
            look(claim, debt, page, isHopeless(claim, debt));
        }
        looks++;
        if (page.size() == size) {
            debt.goOnAfter(page.get(size - 1).user(), System.nanoTime(), isHopeless(claim, debt));
        } else if (!debt.wasLookedThrough(!page.isEmpty())) {
            debt.succeeded();
            settle(List.of(channel));
        }
    }

    private static boolean isHopeless(Claim claim, Debt debt) {
        return claim.attempts() >= MAX_ATTEMPTS || debt.stumbles() >= MAX_ATTEMPTS;
    }

    /** When to look again at a channel in which nothing in particular is waited for. */
    private Duration later() {
        return policy.receiptTimeout().compareTo(CLAIM_EVERY) > 0 ? policy.receiptTimeout() : CLAIM_EVERY;
    }

    private void look(Claim claim, Debt debt, List<Unsettled> page, boolean hopeless) {
        if (hopeless) {
            page.forEach(owed -> announcing.reject(claim, owed, "tried " + MAX_ATTEMPTS + " times in vain"));
            return;
        }
        Map<UserId, Whereabouts> found =
                locate(page.stream().map(Unsettled::user).toList());
        List<Unsettled> offline = new ArrayList<>();
        for (Unsettled owed : page) {
            renew();
            Whereabouts at = found.get(owed.user());
            if (at instanceof Whereabouts.Nowhere nowhere) {
                if (isOver(claim, nowhere)) {
                    debt.forget(owed.user());
                    offline.add(owed);
                }
            } else if (at instanceof Whereabouts.Where where) {
                if (isGivenUp(claim, debt, owed, where)) {
                    offline.add(owed);
                }
            } else {
                forwardEverywhere(claim, debt, owed);
            }
        }
        announcing.announce(claim, offline, () -> holds(claim));
    }

    private Map<UserId, Whereabouts> locate(List<UserId> users) {
        try {
            return ports.presence().locate(users);
        } catch (UnavailableException e) {
            observer.presenceAway(e);
            return Map.of();
        }
    }

    /** Who was connected until just now may be back in a moment. */
    private boolean isOver(Claim claim, Whereabouts.Nowhere nowhere) {
        Duration left = nowhere.since().map(policy.pushGrace()::minus).orElse(Duration.ZERO);
        if (left.isNegative() || left.isZero()) {
            return true;
        }
        debts.lookIn(claim.channel(), left);
        return false;
    }

    /** Looks after a connected receiver; true if his receipt is so long overdue that he counts as offline for it. */
    private boolean isGivenUp(Claim claim, Debt debt, Unsettled owed, Whereabouts.Where where) {
        long cut = where.registrations().stream()
                .filter(registration -> fanOut.nodes().isCut(registration.node()))
                .count();
        if (cut == where.registrations().size()) { // as soon as a node answers again, he is told to catch up
            debts.lookIn(claim.channel(), debts.backOff(debt));
            debt.forget(owed.user());
            return false;
        }
        if (fanOut.isBehind()) { // it may not have left yet
            debts.lookIn(claim.channel(), CLAIM_EVERY);
            return false;
        }
        return isOverdue(claim, debt, owed) && cut == 0;
    }

    private boolean isOverdue(Claim claim, Debt debt, Unsettled owed) {
        if (policy.receiptTimeout().isZero()) {
            trustTheNode(claim, debt, owed);
            return false;
        }
        long now = System.nanoTime();
        Patience patience = debt.patience(owed.user());
        OptionalLong forwardedAt = debt.forwardedAt(owed.first());
        if (debt.takeMissed(owed.user()) || (forwardedAt.isEmpty() && patience == null)) {
            forwardAgain(claim, owed); // it never arrived, or another node brought it
            patience = new Patience(owed.first(), now, false);
        } else if (patience == null || patience.first() != owed.first()) {
            if (forwardedAt.isEmpty()) {
                debt.forget(owed.user());
                debts.lookIn(claim.channel(), OTHERS_BROUGHT); // if it is still owed then, nobody did
                return false;
            }
            patience = new Patience(owed.first(), forwardedAt.getAsLong(), false);
        }
        long timeout = policy.receiptTimeout().toNanos();
        boolean overdue = now - patience.since() >= timeout;
        if (overdue && !patience.again()) {
            forwardAgain(claim, owed);
            patience = new Patience(owed.first(), now, true);
            overdue = false;
        }
        debt.patience(owed.user(), patience);
        if (!overdue) {
            debts.lookIn(claim.channel(), Duration.ofNanos(patience.since() + timeout - now));
        }
        return overdue;
    }

    private void trustTheNode(Claim claim, Debt debt, Unsettled owed) {
        boolean missed = debt.takeMissed(owed.user()); // a later event that was taken says nothing of this one
        if (!missed && debt.isTaken(owed.user(), owed.last())) {
            announcing.end(claim, owed, End.TAKEN);
        } else {
            forwardAgain(claim, owed);
            debts.lookIn(claim.channel(), debts.backOff(debt));
        }
    }

    private void forwardEverywhere(Claim claim, Debt debt, Unsettled owed) {
        parcels(claim, owed).forEach(fanOut.nodes()::forwardEverywhere);
        debts.lookIn(claim.channel(), debts.backOff(debt));
    }

    private void forwardAgain(Claim claim, Unsettled owed) {
        parcels(claim, owed).forEach(fanOut::forward);
    }

    /** Read as the receiver, so that nothing outside his periods can get among it. */
    private List<Parcel> parcels(Claim claim, Unsettled owed) {
        List<Event> events = ports.messages()
                .events(claim.channel(), owed.user(), owed.first() - 1, EVENTS_AGAIN)
                .map(LogPage::items)
                .orElse(List.of());
        return events.stream()
                .filter(event ->
                        event.sequence() <= owed.last() && !event.sender().equals(owed.user()))
                .map(event -> new Parcel(
                        claim.channel(), event.sequence(), ports.encoder().encode(event), List.of(owed.user()), false))
                .toList();
    }
}
