package io.touchline.core.internal;

import static java.util.Objects.requireNonNull;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.EventEncoder;
import io.touchline.core.port.Frame;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.port.Whereabouts.Registration;
import io.touchline.core.port.Whereabouts.Where;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Brings new events to the nodes of their receivers: finds who belongs, where they are, and puts each event on the lanes
 * of those nodes, encoded once. Off the thread of whoever sent it. What cannot be brought now stays owed, and the
 * {@link Debts} are told to look after it soon.
 */
final class FanOut {
    private static final int MAX_WAITING = 50_000;
    private static final int MAX_BATCH = 512;
    private static final int MANY = 2 * MAX_BATCH;

    /** A channel of ten thousand goes in pages of this many, so that it holds up nobody. */
    private static final int PAGE = 500;

    private final MembersCache members;
    private final PresenceRegistry presence;
    private final EventEncoder encoder;
    private final Debts debts;
    private final ChatObserver observer;
    private final BiFunction<ChannelId, UserId, Duration> gathering;
    private final NodeLanes nodes;
    private final Lane<Appended, Void> events;
    private final Lane<Parcel, Void> parcels;

    /** @param gathering how long what is new for somebody offline is gathered before he is to be looked after */
    FanOut(
            Delivering.Ports ports,
            Debts debts,
            ChatObserver observer,
            Acknowledging receipts,
            BiFunction<ChannelId, UserId, Duration> gathering,
            Executor workers) {
        this.members = new MembersCache(ports.messages());
        this.presence = ports.presence();
        this.encoder = ports.encoder();
        this.debts = debts;
        this.observer = observer;
        this.gathering = gathering;
        this.nodes = new NodeLanes(ports, debts, observer, receipts, this::forward, workers);
        this.events = new Lane<>("fan-out", MAX_WAITING, MAX_BATCH, workers, this::expand);
        this.parcels = new Lane<>("forwarding", MAX_WAITING, MAX_BATCH, workers, this::send);
    }

    NodeLanes nodes() {
        return nodes;
    }

    /** Brings a new event to everyone who belonged at its time, the sender's own connections included. */
    void deliver(Appended appended) {
        debts.made(appended.event());
        events.submit(appended, (done, failure) -> {
            if (failure != null) {
                failed(failure);
                debts.lost(appended.event().channel());
            }
        });
    }

    /** Brings a frame to receivers, wherever they are. */
    void forward(Parcel parcel) {
        for (int from = 0; from < parcel.receivers().size(); from += PAGE) {
            int to = Math.min(from + PAGE, parcel.receivers().size());
            parcels.submit(parcel.once(parcel.receivers().subList(from, to)), (done, failure) -> {
                if (failure != null) {
                    failed(failure);
                    lost(parcel);
                }
            });
        }
    }

    private void lost(Parcel parcel) {
        if (!parcel.isSignal()) {
            debts.lost(parcel.channel());
        }
    }

    /** Brings signals to whoever is in those channels now, as far as they are not larger than that. */
    void signal(Map<ChannelId, Frame> frames, int maxParticipants) {
        members.now(frames.keySet(), maxParticipants)
                .forEach((channel, users) ->
                        forward(Parcel.signal(channel, requireNonNull(frames.get(channel)), users)));
    }

    /** Brings a signal of a user's to whoever else is in the channel now, if it is not larger than that. */
    void signal(ChannelId channel, Frame frame, UserId from, int maxParticipants) {
        List<UserId> others = members.now(Set.of(channel), maxParticipants).getOrDefault(channel, List.of()).stream()
                .filter(user -> !user.equals(from))
                .toList();
        forward(Parcel.signal(channel, frame, others));
    }

    /**
     * Whether so much is on its way that what was sent long ago may not have left yet. To send it again would only make
     * the queue longer.
     */
    boolean isBehind() {
        return events.waiting() > MANY || parcels.waiting() > MANY || nodes.waiting() > MANY;
    }

    /** Whether nothing is on its way. */
    boolean isIdle() {
        return events.isIdle() && parcels.isIdle() && nodes.areIdle();
    }

    private void failed(Throwable failure) {
        if (failure instanceof UnavailableException away) {
            observer.storeAway(away);
        } else if (failure instanceof RuntimeException defect) {
            observer.defect(defect);
        }
    }

    /** From events to parcels; small ones go on at once, together. */
    private List<Void> expand(List<Appended> batch) {
        List<List<UserId>> receivers = members.receivers(batch);
        List<Parcel> small = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            Parcel parcel = parcel(batch.get(i).event(), receivers.get(i));
            if (parcel.receivers().size() <= PAGE) {
                small.add(parcel);
            } else {
                forward(parcel);
            }
        }
        send(small);
        return Collections.nCopies(batch.size(), null);
    }

    /** One event that cannot be encoded holds up no other. */
    private Parcel parcel(Event event, List<UserId> receivers) {
        try {
            return new Parcel(event.channel(), event.sequence(), encoder.encode(event), receivers, false);
        } catch (RuntimeException e) {
            failed(e);
            debts.lost(event.channel());
            return Parcel.NONE;
        }
    }

    /** At once to where receivers were found lately; a fresh look then tells who is, or is also, somewhere else. */
    private List<Void> send(List<Parcel> batch) {
        Set<UserId> users = new HashSet<>();
        batch.forEach(parcel -> users.addAll(parcel.receivers()));
        Map<UserId, Where> recalled = presence.recall(users);
        for (Parcel parcel : batch) {
            sendAhead(parcel, recalled);
        }
        Map<UserId, Whereabouts> found = locate(users);
        for (Parcel parcel : batch) {
            send(parcel, found, recalled);
        }
        return Collections.nCopies(batch.size(), null);
    }

    private Map<UserId, Whereabouts> locate(Set<UserId> users) {
        try {
            return presence.locate(users);
        } catch (UnavailableException e) {
            observer.presenceAway(e);
            return Map.of();
        }
    }

    private void sendAhead(Parcel parcel, Map<UserId, Where> recalled) {
        Map<NodeRef, List<UserId>> byNode = new LinkedHashMap<>();
        for (UserId user : parcel.receivers()) {
            Where at = recalled.get(user);
            if (at != null) {
                at.registrations().forEach(registration -> add(user, registration.node(), byNode));
            }
        }
        byNode.forEach((node, users) -> nodes.forward(node, parcel.once(users), recalled));
    }

    private void send(Parcel parcel, Map<UserId, Whereabouts> found, Map<UserId, Where> recalled) {
        Map<NodeRef, List<UserId>> byNode = new LinkedHashMap<>();
        List<UserId> lost = new ArrayList<>(0);
        List<UserId> offline = new ArrayList<>(0);
        for (UserId user : parcel.receivers()) {
            Whereabouts at = found.get(user);
            if (at instanceof Where where) {
                for (Registration registration : where.registrations()) {
                    if (!isAt(registration.node(), recalled.get(user))) {
                        add(user, registration.node(), byNode);
                    }
                }
            } else if (at instanceof Whereabouts.Nowhere) {
                offline.add(user);
            } else {
                lost.add(user);
            }
        }
        byNode.forEach((node, users) -> nodes.forward(node, parcel.once(users), found));
        if (parcel.isSignal()) {
            return;
        }
        if (!lost.isEmpty()) {
            nodes.forwardEverywhere(parcel.once(lost), (user, node) -> isAt(node, recalled.get(user)));
            debts.lookNow(parcel.channel());
        }
        offline.stream()
                .map(user -> gathering.apply(parcel.channel(), user))
                .min(Comparator.naturalOrder())
                .ifPresent(wait -> debts.lookIn(parcel.channel(), wait));
    }

    private static void add(UserId user, NodeRef node, Map<NodeRef, List<UserId>> byNode) {
        byNode.computeIfAbsent(node, key -> new ArrayList<>()).add(user);
    }

    private static boolean isAt(NodeRef node, @Nullable Where where) {
        return where != null
                && where.registrations().stream()
                        .anyMatch(registration -> registration.node().equals(node));
    }
}
