package io.touchline.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.port.Whereabouts.Nowhere;
import io.touchline.core.port.Whereabouts.Registration;
import io.touchline.core.port.Whereabouts.Where;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private static final long LEASE = 10_000;

    private final Remembered memory = new Remembered();
    private final NodeRef node = NodeRef.at("http://10.0.0.1:8091");
    private final UserId alice = new UserId("alice");
    private final UserId bob = new UserId("bob");
    private final Where where = new Where(List.of(new Registration(node, "v1")));

    @Test
    void recallsWhoIsConnectedUnderTheSameStamp() {
        memory.remember(
                shard("one", LEASE), System.nanoTime(), Map.of(alice, where, bob, new Nowhere(Optional.empty())));

        assertThat(recall("one")).containsExactly(Map.entry(alice, where));
        assertThat(recall("two")).isEmpty();
    }

    @Test
    void forgetsOnceALeaseMayHaveEnded() {
        memory.remember(shard("one", 0), System.nanoTime(), Map.of(alice, where));

        assertThat(recall("one")).isEmpty();
    }

    @Test
    void remembersNothingOfAShardThatCannotTellItsChanges() {
        memory.remember(shard("", LEASE), System.nanoTime(), Map.of(alice, where));

        assertThat(recall("")).isEmpty();
        assertThat(memory.isEmpty()).isTrue();
    }

    @Test
    void forgetsWhoWasDisproved() {
        memory.remember(shard("one", LEASE), System.nanoTime(), Map.of(alice, where));

        memory.forget(alice);

        assertThat(recall("one")).isEmpty();
    }

    private Map<UserId, Whereabouts> recall(String stamp) {
        Map<UserId, Whereabouts> found = new HashMap<>();
        List<UserId> others = memory.recall(stamp, List.of(alice, bob), found);
        assertThat(others).hasSize(2 - found.size());
        return found;
    }

    private Shard shard(String stamp, long left) {
        return new Shard(0, true, stamp, Map.of(Keys.field(node), new Shard.Lease(node, left, LEASE)));
    }
}
