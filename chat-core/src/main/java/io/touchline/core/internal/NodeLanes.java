package io.touchline.core.internal;

import io.touchline.core.internal.NodeLane.Consignment;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.SocketRouter;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.port.Whereabouts.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * The ways to the chat nodes: a lane for each, so that a slow or dead one holds up nobody else. A node's word that a user
 * is not connected there beats the registry's: that entry is removed, and the user looked up once more.
 */
final class NodeLanes {
    /**
     * A node that the registry has not known for so long needs no lane. Where it lost its memory, each node is back within
     * a part of its lease, and with its lane is kept who has to catch up there.
     */
    private static final Duration UNKNOWN = Duration.ofMinutes(1);

    private final SocketRouter router;
    private final PresenceRegistry presence;
    private final Debts debts;
    private final ChatObserver observer;
    private final Acknowledging receipts;
    private final Consumer<Parcel> lookUpAgain;
    private final Executor workers;
    private final Map<NodeRef, NodeLane> lanes = new ConcurrentHashMap<>();
    private volatile Map<UserId, Instant> revoked = Map.of();

    NodeLanes(
            Delivering.Ports ports,
            Debts debts,
            ChatObserver observer,
            Acknowledging receipts,
            Consumer<Parcel> lookUpAgain,
            Executor workers) {
        this.router = ports.router();
        this.presence = ports.presence();
        this.debts = debts;
        this.observer = observer;
        this.receipts = receipts;
        this.lookUpAgain = lookUpAgain;
        this.workers = workers;
    }

    /**
     * Puts a parcel on a node's lane.
     *
     * @param found what the registry said of its receivers
     */
    void forward(NodeRef node, Parcel parcel, Map<UserId, ? extends Whereabouts> found) {
        lane(node).forward(new Consignment(parcel, found), this::failed);
    }

    private NodeLane lane(NodeRef node) {
        return lanes.computeIfAbsent(
                node,
                key -> new NodeLane(
                        key, router, workers, () -> revoked, (batch, result) -> answered(key, batch, result)));
    }

    /** Puts a parcel on the lane of every node that is, or lately was, known: its receivers may be on any. */
    void forwardEverywhere(Parcel parcel) {
        forwardEverywhere(parcel, (user, node) -> false);
    }

    /** @param sent who had it sent to which node already */
    void forwardEverywhere(Parcel parcel, BiPredicate<UserId, NodeRef> sent) {
        for (NodeRef node : lanes.keySet()) {
            List<UserId> others = parcel.receivers().stream()
                    .filter(user -> !sent.test(user, node))
                    .toList();
            if (!others.isEmpty()) {
                forward(node, parcel.once(others), Map.of());
            }
        }
    }

    /** Whether that node did not answer when it was last asked. */
    boolean isCut(NodeRef node) {
        NodeLane lane = lanes.get(node);
        return lane != null && lane.isCut();
    }

    /**
     * Learns which nodes there are, and asks each for receipts unless it was just asked: clients acknowledge also what
     * they caught up with, and read what came long ago. A registry that is away, or has lost its memory, makes no node
     * unknown.
     */
    void askForReceipts(Duration atMost) {
        learn();
        lanes.values().forEach(lane -> lane.ask(atMost, this::failed));
    }

    /** From now on every node is told of these before anything else. */
    void revoke(Map<UserId, Instant> all) {
        revoked = all;
    }

    /**
     * Tells every live node at once of what is revoked.
     *
     * @throws UnavailableException if one of them did not learn it in time, or nobody knows which there are; they are told
     *     later
     */
    void tellRevoked(UserId user, Instant time, Duration within) {
        List<NodeLane> live;
        try {
            live = presence.nodes().stream().map(this::lane).toList();
        } finally {
            lanes.values().forEach(lane -> lane.ask(this::failed)); // those that are known in any case
        }
        Threads.await(() -> live.stream().allMatch(lane -> lane.knowsRevoked(user, time)), within);
        for (NodeLane lane : live) {
            if (!lane.knowsRevoked(user, time)) {
                throw new UnavailableException(lane.node().address() + " could not be told whom to close", null);
            }
        }
    }

    private void learn() {
        try {
            Set<NodeRef> known = Set.copyOf(presence.nodes());
            known.forEach(node -> lane(node).known());
            long longAgo = System.nanoTime() - UNKNOWN.toNanos();
            lanes.values().removeIf(lane -> lane.isUnknownSince(longAgo));
        } catch (UnavailableException e) {
            observer.presenceAway(e);
        }
    }

    /** How many parcels wait at most on one lane. */
    int waiting() {
        return lanes.values().stream().mapToInt(NodeLane::waiting).max().orElse(0);
    }

    boolean areIdle() {
        return lanes.values().stream().allMatch(NodeLane::isIdle);
    }

    /** Says goodbye to the nodes that have everything; the others find out by themselves that nothing comes any more. */
    void leave() {
        lanes.values().stream().filter(NodeLane::isEven).forEach(lane -> router.leave(lane.node()));
    }

    private void failed(Consignment consignment, Throwable failure) {
        if (failure instanceof RuntimeException defect && !(failure instanceof UnavailableException)) {
            observer.defect(defect);
        }
        debts.missed(consignment.parcel());
    }

    private void answered(NodeRef node, List<Consignment> batch, ForwardResult result) {
        if (result instanceof ForwardResult.Forwarded forwarded) {
            observer.forwarded(node, batch.size(), receivers(batch));
            receipts.take(forwarded.receipts());
            batch.forEach(one -> debts.taken(one.parcel(), forwarded.absent()));
            if (!forwarded.absent().isEmpty()) {
                absent(node, batch, forwarded.absent());
            }
        } else if (result instanceof ForwardResult.Unreachable unreachable) {
            observer.nodeUnreachable(node, unreachable.reason());
            batch.forEach(one -> debts.missed(one.parcel()));
        } else {
            Set<UserId> everybody = new HashSet<>();
            batch.forEach(one -> everybody.addAll(one.parcel().receivers()));
            absent(node, batch, everybody);
        }
    }

    private static int receivers(List<Consignment> batch) {
        return batch.stream().mapToInt(one -> one.parcel().receivers().size()).sum();
    }

    private void absent(NodeRef node, List<Consignment> batch, Set<UserId> absent) {
        disprove(node, batch, absent);
        for (Consignment one : batch) {
            List<UserId> missing =
                    one.parcel().receivers().stream().filter(absent::contains).toList();
            if (missing.isEmpty() || one.found().isEmpty() || one.parcel().isSignal()) {
                continue; // nobody said that they were there, or nobody owes it to them
            }
            if (one.parcel().again()) {
                debts.lookNow(one.parcel().channel());
            } else {
                lookUpAgain.accept(one.parcel().again(missing));
            }
        }
    }

    private void disprove(NodeRef node, List<Consignment> batch, Set<UserId> absent) {
        Map<UserId, List<Registration>> wrong = new HashMap<>();
        for (Consignment one : batch) {
            for (UserId user : one.parcel().receivers()) {
                if (absent.contains(user) && one.found().get(user) instanceof Whereabouts.Where where) {
                    wrong.put(user, on(node, where));
                }
            }
        }
        if (wrong.isEmpty()) {
            return;
        }
        try {
            presence.disprove(wrong);
        } catch (UnavailableException e) {
            observer.presenceAway(e);
        }
    }

    private static List<Registration> on(NodeRef node, Whereabouts.Where where) {
        return where.registrations().stream()
                .filter(registration -> registration.node().equals(node))
                .toList();
    }
}
