package io.touchline.core.inmemory;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.port.Whereabouts.Registration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Presence in this process, for nodes that live in it too. Since nobody can have registered before it was made, it
 * answers nowhere from the start; unknown only after {@link #forget}. A registration and the trace of a disconnecting
 * are kept for five minutes, a node whose lease ended for ten.
 *
 * <p>Any thread; one lock, nothing blocks under it.
 */
public class InMemoryPresenceRegistry implements PresenceRegistry {
    private static final Duration KEPT = Duration.ofMinutes(5);

    private final Clock clock;
    private final Map<String, Lease> leases = new HashMap<>();
    private final Map<UserId, Trace> traces = new HashMap<>();
    private final Map<String, Instant> apiLeases = new HashMap<>(); // until when
    private String epoch = newId();
    private @Nullable Instant epochBegan = Instant.EPOCH;

    public InMemoryPresenceRegistry(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized Heartbeat heartbeat(NodeRef node, Duration length) {
        Instant now = clock.instant();
        dropOutdated(now);
        if (epochBegan == null) {
            epochBegan = now;
        }
        Lease before = leases.put(node.incarnation(), new Lease(node, length, now.plus(length)));
        return new Heartbeat(before != null && before.isLive(now), epoch);
    }

    @Override
    public synchronized void retire(NodeRef node) {
        Instant now = clock.instant();
        leases.computeIfPresent(node.incarnation(), (incarnation, lease) -> lease.endedBy(now));
    }

    @Override
    public synchronized void register(NodeRef node, Collection<UserId> users) {
        Word word = new Word(newId(), clock.instant());
        users.forEach(user -> trace(user).words.put(node.incarnation(), word));
    }

    @Override
    public synchronized void unregister(NodeRef node, Collection<UserId> users) {
        Instant now = clock.instant();
        users.forEach(user -> trace(user).leave(node, now));
    }

    @Override
    public synchronized Map<UserId, Whereabouts> locate(Collection<UserId> users) {
        Instant now = clock.instant();
        return users.stream().distinct().collect(Collectors.toMap(user -> user, user -> locate(user, now)));
    }

    @Override
    public synchronized void disprove(Map<UserId, List<Registration>> absent) {
        Instant now = clock.instant();
        absent.forEach((user, registrations) -> registrations.forEach(registration -> {
            Trace trace = traces.get(user);
            if (trace != null && trace.says(registration)) {
                trace.leave(registration.node(), now);
            }
        }));
    }

    @Override
    public synchronized List<NodeRef> nodes() {
        Instant now = clock.instant();
        return leases.values().stream()
                .filter(lease -> lease.isLive(now))
                .map(Lease::node)
                .toList();
    }

    @Override
    public synchronized void heartbeat(String apiNode) {
        Instant now = clock.instant();
        apiLeases.values().removeIf(end -> !end.isAfter(now));
        apiLeases.put(apiNode, now.plus(API_LEASE));
    }

    @Override
    public synchronized void retire(String apiNode) {
        apiLeases.remove(apiNode);
    }

    @Override
    public synchronized Set<String> apiNodes() {
        Instant now = clock.instant();
        return apiLeases.entrySet().stream()
                .filter(lease -> lease.getValue().isAfter(now))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Loses everything, as a registry elsewhere may at any moment: for tests of what then happens. */
    public synchronized void forget() {
        leases.clear();
        traces.clear();
        apiLeases.clear();
        epoch = newId();
        epochBegan = null;
    }

    private Whereabouts locate(UserId user, Instant now) {
        Trace trace = traces.getOrDefault(user, new Trace());
        List<Registration> registrations = trace.recentWords(now)
                .map(entry -> registration(entry.getKey(), entry.getValue(), now))
                .flatMap(Optional::stream)
                .toList();
        if (!registrations.isEmpty()) {
            return new Whereabouts.Where(registrations);
        }
        return remembersALease(now) ? new Whereabouts.Nowhere(since(trace, now)) : new Whereabouts.Unknown();
    }

    private Optional<Registration> registration(String incarnation, Word word, Instant now) {
        return Optional.ofNullable(leases.get(incarnation))
                .filter(lease -> lease.isLive(now))
                .map(lease -> new Registration(lease.node(), word.version()));
    }

    private Optional<Duration> since(Trace trace, Instant now) {
        Stream<Instant> leaseEnds = trace.recentWords(now)
                .map(entry -> leases.get(entry.getKey()))
                .filter(Objects::nonNull)
                .map(Lease::end);
        return Stream.concat(leaseEnds, Stream.ofNullable(trace.gone))
                .max(Comparator.naturalOrder())
                .map(last -> Duration.between(last, now));
    }

    /** Whether every node that lives had the time to say again what was forgotten. */
    private boolean remembersALease(Instant now) {
        Instant began = epochBegan;
        return began != null
                && leases.values().stream()
                        .noneMatch(lease -> began.plus(lease.length()).isAfter(now));
    }

    private Trace trace(UserId user) {
        return traces.computeIfAbsent(user, u -> new Trace());
    }

    private void dropOutdated(Instant now) {
        leases.values().removeIf(lease -> lease.end().isBefore(now.minus(KEPT.multipliedBy(2))));
        traces.values().removeIf(trace -> trace.isOutdated(now));
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    private record Lease(NodeRef node, Duration length, Instant end) {
        boolean isLive(Instant now) {
            return end.isAfter(now);
        }

        Lease endedBy(Instant now) {
            return isLive(now) ? new Lease(node, length, now) : this;
        }
    }

    private record Word(String version, Instant said) {}

    /** What is known of one user: the nodes' words, by incarnation, and when he last left one. */
    private static final class Trace {
        final Map<String, Word> words = new HashMap<>();

        @Nullable Instant gone;

        boolean says(Registration registration) {
            Word word = words.get(registration.node().incarnation());
            return word != null && word.version().equals(registration.version());
        }

        void leave(NodeRef node, Instant now) {
            words.remove(node.incarnation());
            gone = now;
        }

        Stream<Map.Entry<String, Word>> recentWords(Instant now) {
            return words.entrySet().stream()
                    .filter(entry -> isRecent(entry.getValue().said(), now));
        }

        boolean isOutdated(Instant now) {
            words.values().removeIf(word -> !isRecent(word.said(), now));
            return words.isEmpty() && (gone == null || !isRecent(gone, now));
        }

        private static boolean isRecent(Instant time, Instant now) {
            return time.plus(KEPT).isAfter(now);
        }
    }
}
