package io.touchline.core.internal;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.PresenceRegistry;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings what the presence registry says of this node's users in line with who is connected. One batch of writes is under
 * way at a time, and each user's wanted state is read when his write begins, so that connecting and disconnecting in
 * whatever rhythm ends with the truth.
 */
public final class PresenceKeeper {
    private static final int MAX_BATCH = 500;

    private final PresenceRegistry registry;
    private final Supplier<NodeRef> node;
    private final Predicate<UserId> isConnected;
    private final Consumer<UserId> said;
    private final Set<UserId> registered = ConcurrentHashMap.newKeySet();
    private final Set<UserId> unsaid = ConcurrentHashMap.newKeySet(); // nobody knows whether the registry has them
    private final Lane<UserId, Void> lane;

    /**
     * @param node this node as it now is
     * @param isConnected whether a user has a connection here now
     * @param said told of each user whom the registry has now; must return at once
     */
    public PresenceKeeper(
            PresenceRegistry registry,
            Supplier<NodeRef> node,
            Predicate<UserId> isConnected,
            Consumer<UserId> said,
            int capacity,
            Executor executor) {
        this.registry = registry;
        this.node = node;
        this.isConnected = isConnected;
        this.said = said;
        this.lane = new Lane<>("presence", capacity, MAX_BATCH, executor, this::write);
    }

    /**
     * Something changed about a user's connections.
     *
     * @param written told once the registry has it, with null, or what went wrong
     */
    public void changed(UserId user, Consumer<@Nullable Throwable> written) {
        lane.submit(user, (done, failure) -> written.accept(failure));
    }

    /** Says it again, as the registry keeps nothing for long and may have lost its memory. */
    public void assertAgain(Collection<UserId> users) {
        users.forEach(user -> changed(user, failure -> {}));
    }

    /** Writes again what could not be written: who is connected, and who is registered here and no longer connected. */
    public void writeLeftOver() {
        assertAgain(unsaid);
        assertAgain(registered.stream().filter(isConnected.negate()).toList());
    }

    /** Forgets what was written, as it was written for a life of the node that is over. */
    public void forget() {
        registered.clear();
    }

    /**
     * Whoever is connected is said again even if he is registered: he may have been away for a moment, and an API node
     * that learned it may be removing that very word.
     */
    private List<Void> write(List<UserId> users) {
        Set<UserId> come = new HashSet<>();
        Set<UserId> gone = new HashSet<>();
        for (UserId user : users) {
            boolean connected = isConnected.test(user);
            (connected ? gone : come).remove(user);
            if (connected) {
                come.add(user);
            } else if (registered.contains(user) || unsaid.contains(user)) {
                gone.add(user);
            }
        }
        NodeRef now = node.get();
        if (!come.isEmpty()) {
            unsaid.addAll(come);
            registry.register(now, come);
            registered.addAll(come);
            unsaid.removeAll(come);
            come.forEach(said);
        }
        if (!gone.isEmpty()) {
            registry.unregister(now, gone);
            registered.removeAll(gone);
            unsaid.removeAll(gone);
        }
        return Collections.nCopies(users.size(), null);
    }
}
