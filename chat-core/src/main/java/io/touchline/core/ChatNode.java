package io.touchline.core;

import io.touchline.core.internal.PresenceKeeper;
import io.touchline.core.internal.ReceiptBox;
import io.touchline.core.internal.Revocations;
import io.touchline.core.internal.Threads;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.Token;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ClientSocket;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.Frame;
import io.touchline.core.port.NodeFrames;
import io.touchline.core.port.NodeObserver;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.SocketRouter;
import io.touchline.core.port.UnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A chat node: it holds users' connections, says in the presence registry who is connected to it, and hands them what API
 * nodes forward. It knows no database.
 *
 * <p>A user is registered with his first connection and unregistered with his last. Each connection has a bounded queue
 * and one writer of its own, so that none can hold up another, nor a forward. If the node finds that its lease has ended
 * it takes a new incarnation, since others have counted it as gone, and tells its clients to catch up.
 *
 * <p>No method blocks but {@link #start}, {@link #drain} and {@link #close}; all may be called by any thread. In one
 * process with the API, a chat node is its own {@link SocketRouter}.
 */
public final class ChatNode implements SocketRouter, AutoCloseable {
    /** Everybody is said again within a minute, a slice of them each second. */
    private static final int ASSERT_SLICES = 60;

    private static final Duration SYNC_SPREAD = Duration.ofSeconds(2);
    private static final int MAX_SYNCS_A_SECOND = 2_000;
    private static final int MAX_WAITING_PRESENCE = 200_000;

    private final PresenceRegistry registry;
    private final NodeFrames frames;
    private final NodeObserver observer;
    private final ChatNodeSettings settings;
    private final Clock clock;
    private final String address;

    private final Map<UserId, List<Connection>> connections = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final Set<UserId> unsynced = ConcurrentHashMap.newKeySet();
    private final Revocations revocations = new Revocations();
    private final CountDownLatch told = new CountDownLatch(1);
    private final Duration revocationsWithin;
    private final ReceiptBox receipts;
    private final ScheduledExecutorService scheduler;
    private final ExecutorService workers;
    private final PresenceKeeper presence;

    private volatile NodeRef self;
    private volatile String epoch = "";
    private volatile long lastHeartbeat;
    private volatile boolean presenceAway = true;
    private volatile boolean presenceFailed;
    private volatile boolean started;
    private volatile boolean draining;
    private int slice;

    ChatNode(ChatNodeBuilder parts) {
        this.registry = parts.presence();
        this.frames = parts.frames();
        this.observer = parts.observer;
        this.settings = parts.settings();
        this.clock = parts.clock;
        this.address = parts.address();
        this.revocationsWithin = parts.revocationsWithin;
        this.self = NodeRef.at(address);
        this.receipts = new ReceiptBox(observer::receiptsDropped);
        this.scheduler = Threads.scheduler("touchline-node-timer", 2);
        this.workers = Threads.workers("touchline-node");
        this.presence = new PresenceKeeper(
                registry, () -> self, connections::containsKey, this::registered, MAX_WAITING_PRESENCE, workers);
    }

    /** Begins to put a chat node together. */
    public static ChatNodeBuilder builder() {
        return new ChatNodeBuilder();
    }

    /** Whether a user may open a connection now. */
    public enum Admission {
        ADMITTED,
        /** An administrator has closed his connections since his token was issued. */
        REVOKED,
        /** He has as many as one may have. */
        TOO_MANY,
        /** The node is going down, or the presence registry is away. */
        TRY_LATER
    }

    /**
     * Takes the first heartbeat and goes on with them. If the registry is away, connections are turned away until it is
     * back. Returns when connections are taken: once an API node has told which tokens are revoked, or the wait for that
     * is over.
     */
    public void start() {
        heartbeat();
        long beat = settings.lease().toMillis() / 3;
        Threads.repeat(scheduler, this::heartbeat, Duration.ofMillis(beat), observer::defect);
        Threads.repeat(scheduler, this::tick, Duration.ofSeconds(1), observer::defect);
        Threads.await(told, revocationsWithin);
        started = true;
    }

    /** The node's present life. */
    public NodeRef self() {
        return self;
    }

    /** How many connections are open. */
    public int connectionCount() {
        return count.get();
    }

    /** Whether the presence registry answers, as of the last heartbeat. */
    public boolean isPresenceKnown() {
        return !presenceAway;
    }

    /** Whether {@link #open} would take a connection with that token now. */
    public Admission admit(Token token) {
        if (!started || draining || presenceAway) {
            return Admission.TRY_LATER;
        }
        if (isRevoked(token)) {
            return Admission.REVOKED;
        }
        return connections.getOrDefault(token.user(), List.of()).size() < settings.maxConnectionsPerUser()
                ? Admission.ADMITTED
                : Admission.TOO_MANY;
    }

    /**
     * Takes a connection of a user of whose token nobody knows when it was issued.
     *
     * @param expiresAt when the token ends, null for never
     */
    public Connection open(UserId user, ClientSocket socket, @Nullable Instant expiresAt) {
        return open(new Token(user, null, expiresAt), socket);
    }

    /**
     * Takes a connection. It is told that it is ready once the registry has it; if it is not admitted, or the registry
     * cannot be told, it is closed with the code that says why.
     */
    public Connection open(Token token, ClientSocket socket) {
        UserId user = token.user();
        Connection connection = new Connection(this, token, socket, frames);
        count.incrementAndGet();
        Admission admission = admit(token);
        if (admission != Admission.ADMITTED) {
            connection.close(CloseCode.of(admission));
            return connection;
        }
        connections.compute(user, (id, open) -> with(open, connection));
        if (isRevoked(token)) { // since it was admitted, and too early to be found among the connections
            connection.close(CloseCode.UNAUTHORIZED);
        }
        presence.changed(user, failure -> {
            if (failure == null) {
                connection.ready(settings.name(), settings.heartbeat());
            } else {
                connection.close(CloseCode.TRY_LATER);
            }
        });
        return connection;
    }

    /** In one process, the API goes by the node's name. */
    @Override
    public String name() {
        return settings.name();
    }

    /** Hands frames to the receivers' open connections: each gets all of its own in one write. */
    @Override
    public ForwardResult forward(NodeRef node, List<Delivery> deliveries) {
        if (!node.incarnation().equals(self.incarnation()) || wasPaused()) {
            return new ForwardResult.Gone();
        }
        Set<UserId> absent = new HashSet<>();
        Set<Connection> queued = new LinkedHashSet<>();
        for (Delivery delivery : deliveries) {
            for (UserId receiver : delivery.receivers()) {
                List<Connection> open = connections.get(receiver);
                if (open == null || !queue(open, delivery.frame())) {
                    absent.add(receiver);
                } else {
                    queued.addAll(open);
                }
            }
        }
        queued.forEach(Connection::write);
        return new ForwardResult.Forwarded(absent, receipts.take());
    }

    @Override
    public ForwardResult resync(NodeRef node, Collection<UserId> users) {
        if (!node.incarnation().equals(self.incarnation()) || wasPaused()) {
            return new ForwardResult.Gone();
        }
        if (users.isEmpty()) {
            resyncAll();
        }
        Set<UserId> absent = new HashSet<>();
        for (UserId user : users) {
            List<Connection> open = connections.getOrDefault(user, List.of());
            open.forEach(users.size() > MAX_SYNCS_A_SECOND ? this::syncLater : Connection::sync);
            if (open.stream().allMatch(Connection::isClosing)) {
                absent.add(user);
            }
        }
        return new ForwardResult.Forwarded(absent, receipts.take());
    }

    @Override
    public ForwardResult revoke(NodeRef node, Map<UserId, Instant> upTo) {
        revocations.add(upTo);
        for (UserId user : upTo.keySet()) {
            connections.getOrDefault(user, List.of()).forEach(Connection::closeIfRevoked);
        }
        told.countDown();
        return forward(node, List.of());
    }

    /** In one process, who leaves takes the node with him. */
    @Override
    public void leave(NodeRef node) {
        // there is nobody to tell
    }

    /**
     * Tells every client to catch up, each at a moment of its own so that they do not all ask at once: somebody who had
     * something for them may have gone without bringing it.
     */
    public void resyncAll() {
        all().forEach(this::syncLater);
    }

    private void syncLater(Connection connection) {
        long spread = Math.max(SYNC_SPREAD.toMillis(), count.get() * 1_000L / MAX_SYNCS_A_SECOND);
        long delay = ThreadLocalRandom.current().nextLong(spread);
        Threads.after(scheduler, Duration.ofMillis(delay), connection::sync);
    }

    /** What was sent to a user before the registry had him again may have gone elsewhere only. */
    private void registered(UserId user) {
        if (unsynced.remove(user)) {
            connections.getOrDefault(user, List.of()).forEach(this::syncLater);
        }
    }

    /** The registry knows nobody of this node any more. */
    private void assertAll() {
        unsynced.addAll(connections.keySet());
        presence.assertAgain(connections.keySet());
    }

    /** Whether any of them could take it: one that is closing never brings it to its client. */
    private static boolean queue(List<Connection> open, Frame frame) {
        boolean taken = false;
        for (Connection connection : open) {
            taken |= connection.queue(frame);
        }
        return taken;
    }

    /**
     * Goes down in good order: takes no more connections, says goodbye to every client at a moment of its own within the
     * window, unregisters, and ends the lease last.
     */
    public void drain(Duration window) {
        draining = true;
        List<Connection> open = all();
        long millis = Math.max(1, window.toMillis());
        CountDownLatch told = new CountDownLatch(open.size());
        for (Connection connection : open) {
            long reconnectAfter = ThreadLocalRandom.current().nextLong(millis) + 1;
            Threads.after(
                    scheduler, Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis)), () -> {
                        connection.goodbye(Duration.ofMillis(reconnectAfter));
                        told.countDown();
                    });
        }
        Threads.await(told, window.plusSeconds(1));
    }

    /** Ends the node at once: closes every connection, and ends the lease. */
    @Override
    public void close() {
        draining = true;
        all().forEach(connection -> connection.close(CloseCode.GOING_DOWN));
        scheduler.shutdownNow();
        Threads.stop(workers);
        try {
            registry.retire(self);
        } catch (UnavailableException e) {
            observer.presenceAway(e); // the lease ends by itself
        }
    }

    ChatNodeSettings settings() {
        return settings;
    }

    boolean isRevoked(Token token) {
        return revocations.contain(token);
    }

    void receipt(UserId user, Map<ChannelId, Long> delivered, Map<ChannelId, Long> read) {
        receipts.add(user, delivered, read);
    }

    void closing(Connection connection, CloseCode reason) {
        observer.connectionClosed(connection.user(), reason.code());
    }

    void closed(Connection connection) {
        count.decrementAndGet();
        UserId user = connection.user();
        if (connections.computeIfPresent(user, (id, open) -> without(open, connection)) == null) {
            unsynced.remove(user);
            presence.changed(user, failure -> {}); // if it fails, the next tick tries again
        }
    }

    private static List<Connection> with(@Nullable List<Connection> open, Connection connection) {
        if (open == null) {
            return List.of(connection);
        }
        Connection[] more = open.toArray(new Connection[open.size() + 1]);
        more[open.size()] = connection;
        return List.of(more);
    }

    private static @Nullable List<Connection> without(List<Connection> open, Connection connection) {
        List<Connection> left =
                open.stream().filter(other -> other != connection).toList();
        return left.isEmpty() ? null : left;
    }

    private List<Connection> all() {
        return connections.values().stream().flatMap(Collection::stream).toList();
    }

    /** A process that was stopped for longer than its lease has been counted as gone, though it cannot know it yet. */
    private boolean wasPaused() {
        return System.nanoTime() - lastHeartbeat > settings.lease().toNanos();
    }

    private void heartbeat() {
        boolean first = epoch.isEmpty();
        boolean paused = !first && wasPaused();
        try {
            if (paused) {
                beginNewLife();
            }
            PresenceRegistry.Heartbeat beat = registry.heartbeat(self, settings.lease());
            if (!first && !paused && !beat.held()) {
                registry.retire(self);
                beginNewLife();
                beat = registry.heartbeat(self, settings.lease());
            }
            boolean forgotten = !beat.epoch().equals(epoch);
            epoch = beat.epoch();
            if (first) {
                observer.incarnated(self);
            } else if (forgotten) {
                assertAll();
            }
            presenceAnswers();
        } catch (UnavailableException e) {
            presenceAway = true;
            presenceFailed = true;
            observer.presenceAway(e);
        }
        lastHeartbeat = System.nanoTime();
    }

    /** Nothing that was meant for the life before is accepted; clients may have missed something meanwhile. */
    private void beginNewLife() {
        self = NodeRef.at(address);
        lastHeartbeat = System.nanoTime(); // or it would refuse, and so have disproved, whom it is about to assert
        presence.forget();
        assertAll();
        observer.incarnated(self);
    }

    private void presenceAnswers() {
        presenceAway = false;
        if (presenceFailed) {
            presenceFailed = false;
            observer.presenceBack();
        }
    }

    private void tick() {
        long nanoTime = System.nanoTime();
        all().forEach(connection -> connection.tick(nanoTime, clock.instant(), settings));
        slice = (slice + 1) % ASSERT_SLICES;
        presence.assertAgain(connections.keySet().stream()
                .filter(user -> Math.floorMod(user.hashCode(), ASSERT_SLICES) == slice)
                .toList());
        if (!presenceAway) {
            presence.writeLeftOver();
        }
    }
}
