package io.touchline.adapter.websocket;

import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.UnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The API nodes that may have something for this chat node: those that talk to it, and those that the registry lists,
 * which may die before they come to it. Each asks about once a second even when it has nothing to bring. So one that
 * falls silent without taking leave died or is cut off, perhaps with something still on its way here, and is missed.
 *
 * <p>One that is only cut off goes on with its work, and remembers whom it could not bring something. It is kept until it
 * talks again, and brings that itself; or until it is not listed any more, and so died with what it remembered, and is
 * missed once more. Since a registry that lost its memory lists nobody at first, that takes a whole lease.
 *
 * <p>Any thread; the registry is asked by the one that looks, without a lock.
 */
final class Peers {
    /** How often {@link #look} is to be called. */
    static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private static final Duration SILENCE = Duration.ofSeconds(3);

    /** Who looks so late after the last look stood still himself. */
    private static final Duration LATE = Duration.ofSeconds(2);

    /** Far more than there are; who knows the secret and still makes up names is not to fill the memory. */
    private static final int MAX_PEERS = 10_000;

    private final Supplier<Set<String>> living;
    private final Runnable lost;
    private final LongSupplier nanoTime;
    private final Map<String, Peer> peers = new HashMap<>();
    private long looked;

    /**
     * @param living asked at every look which API nodes live; throws {@link UnavailableException} while nobody knows
     * @param lost called at a look at which one or more are missed
     */
    Peers(Supplier<Set<String>> living, Runnable lost, LongSupplier nanoTime) {
        this.living = living;
        this.lost = lost;
        this.nanoTime = nanoTime;
        this.looked = nanoTime.getAsLong();
    }

    synchronized void heard(String name) {
        Peer peer = peer(name);
        if (peer != null) {
            peer.state = State.TALKING;
            peer.heard = nanoTime.getAsLong();
        }
    }

    synchronized void left(String name) {
        Peer peer = peers.get(name);
        if (peer != null) {
            peer.state = State.LEFT;
        }
    }

    /** Looks who fell silent, and who of the silent died. By one thread, at a time. */
    void look() {
        boolean stoodStill = nanoTime.getAsLong() - looked > LATE.toNanos();
        Optional<Set<String>> listed = listed();
        if (isAnyMissed(listed, stoodStill)) {
            lost.run();
        }
        looked = nanoTime.getAsLong();
    }

    private Optional<Set<String>> listed() {
        try {
            return Optional.of(living.get());
        } catch (UnavailableException e) {
            return Optional.empty();
        }
    }

    /** If it was this process that stood still, nobody is to blame for silence. */
    private synchronized boolean isAnyMissed(Optional<Set<String>> listed, boolean stoodStill) {
        long now = nanoTime.getAsLong();
        listed.ifPresent(names -> names.forEach(this::peer));
        boolean missed = false;
        for (Iterator<Map.Entry<String, Peer>> all = peers.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Peer> entry = all.next();
            Peer peer = entry.getValue();
            boolean mayLive = listed.isEmpty() || listed.get().contains(entry.getKey());
            if (stoodStill) {
                peer.heard = now;
            }
            if (stoodStill || mayLive) {
                peer.mayHaveLived = now;
            }
            if (peer.state == State.LEFT && !mayLive) {
                all.remove();
            } else if (peer.state == State.TALKING && now - peer.heard > SILENCE.toNanos()) {
                peer.state = State.SILENT;
                peer.mayHaveLived = now;
                missed = true;
            } else if (peer.state == State.SILENT && now - peer.mayHaveLived >= PresenceRegistry.API_LEASE.toNanos()) {
                all.remove();
                missed = true;
            }
        }
        return missed;
    }

    private @Nullable Peer peer(String name) {
        return peers.size() < MAX_PEERS
                ? peers.computeIfAbsent(name, unknown -> new Peer(nanoTime.getAsLong()))
                : peers.get(name);
    }

    private enum State {
        TALKING,
        /** And missed already. */
        SILENT,
        /** It has nothing for this node any more, though it may be listed for a moment. */
        LEFT
    }

    private static final class Peer {
        State state = State.TALKING;
        long heard;
        long mayHaveLived;

        Peer(long nanoTime) {
            this.heard = nanoTime;
            this.mayHaveLived = nanoTime;
        }
    }
}
