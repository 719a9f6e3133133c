package io.touchline.core.internal;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.SocketRouter;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.port.Whereabouts.Registration;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The way to the chat nodes: a lane for each, so that a slow or dead one holds up nobody else. A node's word that a user
 * is not connected there beats the registry's: that entry is removed, and the user looked up once more.
 */
final class NodeLanes {
    private static final int MAX_WAITING = 20_000;
    private static final int MAX_BATCH = 1_000;

    /** A node that is gone, and that nothing was sent to for so long, needs no lane. */
    private static final Duration UNUSED = Duration.ofMinutes(1);

    private record Consignment(Parcel parcel, Map<UserId, Whereabouts> found) {}

    private final class NodeLane {
        final NodeRef node;
        final Lane<Consignment, Void> lane;
        volatile long lastUse = System.nanoTime();
        volatile long lastRequest;

        NodeLane(NodeRef node, Executor workers) {
            this.node = node;
            this.lane = new Lane<>("node " + node.address(), MAX_WAITING, MAX_BATCH, workers, this::forward);
        }

        private List<Void> forward(List<Consignment> batch) {
            lastRequest = System.nanoTime();
            List<Consignment> goods = batch.stream()
                    .filter(one -> !one.parcel.receivers().isEmpty())
                    .toList();
            NodeLanes.this.forward(node, goods);
            return Collections.nCopies(batch.size(), null);
        }
    }

    /** An empty forward asks for receipts. */
    private static final Consignment NOTHING = new Consignment(Parcel.NONE, Map.of());

    private final SocketRouter router;
    private final PresenceRegistry presence;
    private final Debts debts;
    private final ChatObserver observer;
    private final Acknowledging receipts;
    private final Consumer<Parcel> lookUpAgain;
    private final Executor workers;
    private final Map<NodeRef, NodeLane> lanes = new ConcurrentHashMap<>();
    private volatile Collection<NodeRef> known = Set.of();

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
    void forward(NodeRef node, Parcel parcel, Map<UserId, Whereabouts> found) {
        NodeLane lane = lane(node);
        lane.lastUse = System.nanoTime();
        submit(lane, new Consignment(parcel, found));
    }

    private NodeLane lane(NodeRef node) {
        return lanes.computeIfAbsent(node, key -> new NodeLane(key, workers));
    }

    /** Puts a parcel on the lane of every node that is, or last was, known: its receivers may be on any. */
    void forwardEverywhere(Parcel parcel) {
        for (NodeRef node : known) {
            forward(node, parcel, Map.of());
        }
    }

    /** Learns which nodes there are. If the registry is away, those of before stay known. */
    void refresh() {
        try {
            known = presence.nodes();
        } catch (UnavailableException e) {
            observer.presenceAway(e);
        }
    }

    /**
     * Asks every node for receipts, unless it was just asked: clients acknowledge also what they caught up with, and read
     * what came long ago.
     */
    void askForReceipts(Duration atMost) {
        long now = System.nanoTime();
        known.forEach(this::lane);
        lanes.values()
                .removeIf(lane ->
                        !known.contains(lane.node) && now - lane.lastUse > UNUSED.toNanos() && lane.lane.isIdle());
        for (NodeLane lane : lanes.values()) {
            if (now - lane.lastRequest > atMost.toNanos() && lane.lane.isIdle()) {
                submit(lane, NOTHING);
            }
        }
    }

    private void submit(NodeLane lane, Consignment consignment) {
        lane.lane.submit(consignment, (done, failure) -> {
            if (failure instanceof RuntimeException defect && !(failure instanceof UnavailableException)) {
                observer.defect(defect);
            }
            if (failure != null) {
                debts.missed(consignment.parcel());
            }
        });
    }

    private void forward(NodeRef node, List<Consignment> batch) {
        List<Delivery> deliveries = batch.stream()
                .map(one -> new Delivery(one.parcel.frame(), one.parcel.receivers()))
                .toList();
        ForwardResult result = router.forward(node, deliveries);
        if (result instanceof ForwardResult.Forwarded forwarded) {
            observer.forwarded(node, deliveries.size(), receivers(deliveries));
            receipts.take(forwarded.receipts());
            batch.forEach(one -> debts.taken(one.parcel, forwarded.absent()));
            if (!forwarded.absent().isEmpty()) {
                absent(node, batch, forwarded.absent());
            }
        } else if (result instanceof ForwardResult.Unreachable unreachable) {
            observer.nodeUnreachable(node, unreachable.reason());
            batch.forEach(one -> debts.missed(one.parcel));
        } else {
            Set<UserId> everybody = new HashSet<>();
            batch.forEach(one -> everybody.addAll(one.parcel.receivers()));
            absent(node, batch, everybody);
        }
    }

    private static int receivers(List<Delivery> deliveries) {
        return deliveries.stream()
                .mapToInt(delivery -> delivery.receivers().size())
                .sum();
    }

    private void absent(NodeRef node, List<Consignment> batch, Set<UserId> absent) {
        disprove(node, batch, absent);
        for (Consignment one : batch) {
            List<UserId> missing =
                    one.parcel.receivers().stream().filter(absent::contains).toList();
            if (missing.isEmpty() || one.found.isEmpty()) {
                continue; // nobody said that they were there
            }
            if (one.parcel.again()) {
                debts.lookNow(one.parcel.channel());
            } else {
                lookUpAgain.accept(one.parcel.again(missing));
            }
        }
    }

    private void disprove(NodeRef node, List<Consignment> batch, Set<UserId> absent) {
        Map<UserId, List<Registration>> wrong = new HashMap<>();
        for (Consignment one : batch) {
            for (UserId user : one.parcel.receivers()) {
                if (absent.contains(user) && one.found.get(user) instanceof Whereabouts.Where where) {
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
