package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.port.Whereabouts.Where;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PresenceKeeperTest {
    private static final UserId ALICE = new UserId("alice");

    private final NodeRef node = NodeRef.at("http://node:1");
    private final Set<UserId> connected = new HashSet<>();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean away;
    private final InMemoryPresenceRegistry registry = new InMemoryPresenceRegistry(Clock.systemUTC()) {
        @Override
        public synchronized void register(NodeRef ref, Collection<UserId> users) {
            if (away) {
                throw new UnavailableException("away", null);
            }
            super.register(ref, users);
        }
    };
    private final List<UserId> said = new ArrayList<>();
    private final PresenceKeeper keeper =
            new PresenceKeeper(registry, () -> node, connected::contains, said::add, 100, tasks::add);

    @Test
    void tellsWhomTheRegistryHasNow() {
        connect();
        assertThat(said).isEmpty();
        runAll();
        assertThat(said).containsExactly(ALICE);
    }

    @BeforeEach
    void live() {
        registry.heartbeat(node, Duration.ofMinutes(1));
    }

    private void connect() {
        connected.add(ALICE);
        keeper.changed(ALICE, failure -> {});
    }

    private void disconnect() {
        connected.remove(ALICE);
        keeper.changed(ALICE, failure -> {});
    }

    private void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private boolean isLocated() {
        return registry.locate(Set.of(ALICE)).get(ALICE) instanceof Where;
    }

    @Test
    void whoReconnectsAtOnceStaysRegisteredThoughHisAbsenceWasSeen() {
        connect();
        runAll();
        Where before = (Where) registry.locate(Set.of(ALICE)).get(ALICE);

        disconnect();
        connect();
        runAll();
        registry.disprove(Map.of(ALICE, before.registrations()));

        assertThat(isLocated()).isTrue();
    }

    @Test
    void saysAgainSoonWhatTheRegistryDidNotTake() {
        connect();
        runAll();
        registry.forget();
        registry.heartbeat(node, Duration.ofMinutes(1));
        away = true;
        keeper.assertAgain(connected);
        runAll();
        away = false;

        keeper.writeLeftOver();
        runAll();

        assertThat(isLocated()).isTrue();
    }
}
