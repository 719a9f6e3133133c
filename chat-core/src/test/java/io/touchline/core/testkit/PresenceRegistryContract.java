package io.touchline.core.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.PresenceRegistry.Heartbeat;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.port.Whereabouts.Nowhere;
import io.touchline.core.port.Whereabouts.Registration;
import io.touchline.core.port.Whereabouts.Unknown;
import io.touchline.core.port.Whereabouts.Where;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link PresenceRegistry} keeps; a subclass says which one, how its time passes and how it forgets. */
public abstract class PresenceRegistryContract {
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final NodeRef node = NodeRef.at("http://10.0.0.1:8091");
    private final NodeRef other = NodeRef.at("http://10.0.0.2:8091");
    private final UserId alice = newUser();
    private final UserId bob = newUser();
    private PresenceRegistry registry;
    private long startedAt;

    /** An empty registry without nodes, that has remembered for longer than any lease. */
    protected abstract PresenceRegistry registry() throws Exception;

    /** Lets that much of the registry's time pass, to the millisecond. */
    protected abstract void pass(Duration time) throws Exception;

    /** Makes the registry forget everything, as after a crash. */
    protected abstract void loseMemory() throws Exception;

    @BeforeEach
    void beginWithTwoLiveNodes() throws Exception {
        startedAt = System.nanoTime();
        registry = registry();
        registry.heartbeat(node, LEASE);
        registry.heartbeat(other, LEASE);
    }

    @Test
    @DisplayName("PR-1 a registered user is on that node, and nobody else is")
    void locatesTheRegistered() {
        registry.register(node, List.of(alice));

        Map<UserId, Whereabouts> found = registry.locate(List.of(alice, bob));

        assertEquals(Set.of(alice, bob), found.keySet());
        assertEquals(Set.of(node), nodesOf(found.get(alice)));
        assertEquals(new Nowhere(Optional.empty()), found.get(bob));
    }

    @Test
    @DisplayName("PR-1 a user registered by several nodes is on all of them, once on each")
    void locatesOnSeveralNodes() {
        registry.register(node, List.of(alice));
        registry.register(other, List.of(alice));
        registry.register(node, List.of(alice));

        Where where = assertInstanceOf(Where.class, locate(alice));

        assertEquals(2, where.registrations().size());
        assertEquals(Set.of(node, other), nodesOf(where));
    }

    @Test
    @DisplayName("PR-1 many users are registered, found and unregistered at once, whoever asks twice included")
    void takesManyAtOnce() {
        List<UserId> users = IntStream.range(0, 600).mapToObj(i -> newUser()).toList();
        registry.register(node, users);

        Map<UserId, Whereabouts> found = registry.locate(
                IntStream.range(0, 1200).mapToObj(i -> users.get(i % 600)).toList());

        assertEquals(Set.copyOf(users), found.keySet());
        found.forEach((user, whereabouts) -> assertEquals(Set.of(node), nodesOf(whereabouts)));
        registry.unregister(node, users);
        registry.locate(users).forEach((user, whereabouts) -> assertInstanceOf(Nowhere.class, whereabouts));
    }

    @Test
    @DisplayName("PR-1 nobody registers, is found or leaves when nobody is named")
    void takesNobody() {
        registry.register(node, List.of());
        registry.unregister(node, List.of());
        registry.disprove(Map.of());

        assertEquals(Map.of(), registry.locate(List.of()));
    }

    @Test
    @DisplayName("PR-1 a node that lives but does not assert a user any more has him no longer after an hour")
    void keepsNothingForLong() throws Exception {
        registry.register(node, List.of(alice));

        pass(Duration.ofHours(1));
        registry.heartbeat(node, LEASE);

        assertEquals(new Nowhere(Optional.empty()), locate(alice));
    }

    @Test
    @DisplayName("PR-2 unregistering leaves the other node's word")
    void unregistersFromOneNode() {
        registry.register(node, List.of(alice));
        registry.register(other, List.of(alice));

        registry.unregister(node, List.of(alice));

        assertEquals(Set.of(other), nodesOf(locate(alice)));
    }

    @Test
    @DisplayName("PR-2 unregistering leaves the other users")
    void unregistersOneUser() {
        registry.register(node, List.of(alice, bob));

        registry.unregister(node, List.of(alice));

        assertInstanceOf(Nowhere.class, locate(alice));
        assertEquals(Set.of(node), nodesOf(locate(bob)));
    }

    @Test
    @DisplayName("PR-3 when the lease has ended nobody is on that node")
    void leaseEnds() throws Exception {
        registry.register(node, List.of(alice));
        registry.register(node, List.of(bob));
        registry.register(other, List.of(bob));

        pass(LEASE.dividedBy(2));
        registry.heartbeat(other, LEASE);
        pass(LEASE.dividedBy(2));

        assertInstanceOf(Nowhere.class, locate(alice));
        assertEquals(Set.of(other), nodesOf(locate(bob)));
    }

    @Test
    @DisplayName("PR-3 a lease that is renewed goes on")
    void leaseIsRenewed() throws Exception {
        registry.register(node, List.of(alice));

        for (int i = 0; i < 4; i++) {
            pass(LEASE.dividedBy(2));
            registry.heartbeat(node, LEASE);
        }

        assertEquals(Set.of(node), nodesOf(locate(alice)));
    }

    @Test
    @DisplayName("PR-3 when the lease was ended nobody is on that node")
    void leaseIsEnded() {
        registry.register(node, List.of(alice));
        registry.register(other, List.of(bob));

        registry.retire(node);

        assertInstanceOf(Nowhere.class, locate(alice));
        assertEquals(Set.of(other), nodesOf(locate(bob)));
    }

    @Test
    @DisplayName("PR-3 nobody is on a node that never began a lease")
    void noLease() {
        registry.register(NodeRef.at("http://10.0.0.3:8091"), List.of(alice));

        assertEquals(new Nowhere(Optional.empty()), locate(alice));
    }

    @Test
    @DisplayName("PR-4 who disconnected is nowhere since then")
    void sinceDisconnecting() throws Exception {
        registry.register(node, List.of(alice));
        registry.unregister(node, List.of(alice));

        pass(Duration.ofSeconds(3));

        assertSince(Duration.ofSeconds(3), alice);
    }

    @Test
    @DisplayName("PR-4 who was nowhere and disconnected again is nowhere since then, though his node's word was gone")
    void sinceDisconnectingAgain() throws Exception {
        registry.register(node, List.of(alice));
        registry.unregister(node, List.of(alice));
        pass(Duration.ofMinutes(1));
        assertSince(Duration.ofMinutes(1), alice);

        registry.unregister(node, List.of(alice));

        assertSince(Duration.ZERO, alice);
    }

    @Test
    @DisplayName("PR-4 whose node's lease ran out is nowhere since its end")
    void sinceTheEndOfTheLease() throws Exception {
        registry.register(node, List.of(alice));

        pass(LEASE.plusSeconds(7));

        assertSinceLease(Duration.ofSeconds(7), alice);
    }

    @Test
    @DisplayName("PR-4 whose node ended its lease is nowhere since then, however long the lease was")
    void sinceRetiring() throws Exception {
        registry.register(node, List.of(alice));
        registry.retire(node);
        registry.retire(node);

        pass(LEASE.plusSeconds(2));
        registry.retire(node);

        assertSince(LEASE.plusSeconds(2), alice);
    }

    @Test
    @DisplayName("PR-4 of several traces the latest counts")
    void sinceTheLatest() throws Exception {
        registry.register(node, List.of(alice, bob));
        registry.register(other, List.of(alice, bob));
        registry.unregister(node, List.of(bob));
        pass(Duration.ofSeconds(4));
        registry.unregister(other, List.of(bob));
        registry.unregister(node, List.of(alice));

        pass(LEASE);

        assertSinceLease(Duration.ofSeconds(4), alice);
        assertSince(LEASE, bob);
    }

    @Test
    @DisplayName("PR-4 who comes back is not nowhere any more")
    void comesBack() {
        registry.register(node, List.of(alice));
        registry.unregister(node, List.of(alice));

        registry.register(other, List.of(alice));

        assertEquals(Set.of(other), nodesOf(locate(alice)));
    }

    @Test
    @DisplayName("PR-4 who was disproved is nowhere since then, as his own node's word may be on its way")
    void sinceDisproving() throws Exception {
        registry.register(node, List.of(alice));
        registry.disprove(Map.of(alice, registrations(alice)));

        pass(Duration.ofSeconds(3));

        assertSince(Duration.ofSeconds(3), alice);
    }

    @Test
    @DisplayName("PR-5 a disproved word is gone, the other node's is not")
    void disprovesOneWord() {
        registry.register(node, List.of(alice));
        List<Registration> read = registrations(alice);
        registry.register(other, List.of(alice));

        registry.disprove(Map.of(alice, read));

        assertEquals(Set.of(other), nodesOf(locate(alice)));
    }

    @Test
    @DisplayName("PR-5 several words of several users are disproved at once")
    void disprovesMany() {
        registry.register(node, List.of(alice, bob));
        registry.register(other, List.of(alice));

        registry.disprove(Map.of(alice, registrations(alice), bob, registrations(bob)));

        assertInstanceOf(Nowhere.class, locate(alice));
        assertInstanceOf(Nowhere.class, locate(bob));
    }

    @Test
    @DisplayName("PR-5 who came back to the same node since the word was read stays")
    void disproveSparesWhoCameBack() {
        registry.register(node, List.of(alice));
        List<Registration> read = registrations(alice);
        registry.unregister(node, List.of(alice));
        registry.register(node, List.of(alice));

        registry.disprove(Map.of(alice, read));

        assertEquals(Set.of(node), nodesOf(locate(alice)));
    }

    @Test
    @DisplayName("PR-5 whom the same node registered again since the word was read stays, unregistered between or not")
    void disproveSparesTheNewer() {
        registry.register(node, List.of(alice));
        List<Registration> read = registrations(alice);
        registry.register(node, List.of(alice));

        registry.disprove(Map.of(alice, read));

        assertEquals(Set.of(node), nodesOf(locate(alice)));
        assertNotEquals(read, registrations(alice));
    }

    @Test
    @DisplayName("PR-5 no version comes back, however often the same node registers him")
    void versionsDoNotRepeat() {
        Set<String> versions = IntStream.range(0, 5)
                .mapToObj(i -> {
                    registry.register(node, List.of(alice));
                    String version = registrations(alice).get(0).version();
                    registry.unregister(node, List.of(alice));
                    return version;
                })
                .collect(Collectors.toSet());

        assertEquals(5, versions.size());
    }

    @Test
    @DisplayName("PR-6 a registry that lost its memory answers unknown, and before the first heartbeat too")
    void unknownWithoutMemory() throws Exception {
        registry.register(node, List.of(alice));
        loseMemory();

        assertEquals(new Unknown(), locate(alice));
        pass(LEASE.multipliedBy(2));
        assertEquals(new Unknown(), locate(alice));
    }

    @Test
    @DisplayName("PR-6 it answers unknown for a lease after it lost its memory, and nowhere after that")
    void unknownForALease() throws Exception {
        loseMemory();
        registry.heartbeat(node, LEASE);

        assertEquals(new Unknown(), locate(alice));
        pass(LEASE.dividedBy(2));
        registry.heartbeat(node, LEASE);
        assertEquals(new Unknown(), locate(alice));
        pass(LEASE.dividedBy(2));
        registry.heartbeat(node, LEASE);
        assertEquals(new Nowhere(Optional.empty()), locate(alice));
    }

    @Test
    @DisplayName("PR-6 who disconnected while it is young is unknown too: another node may not have asserted him yet")
    void unknownAfterDisconnecting() throws Exception {
        loseMemory();
        registry.heartbeat(node, LEASE);
        registry.register(node, List.of(alice));
        registry.unregister(node, List.of(alice));

        assertEquals(new Unknown(), locate(alice));
    }

    @Test
    @DisplayName("PR-6 who was registered since it lost its memory is located")
    void locatesWhileYoung() throws Exception {
        loseMemory();
        registry.heartbeat(node, LEASE);
        registry.register(node, List.of(alice));

        assertEquals(Set.of(node), nodesOf(locate(alice)));
    }

    @Test
    @DisplayName("PR-7 a heartbeat tells whether the lease was held")
    void tellsWhetherTheLeaseWasHeld() throws Exception {
        NodeRef third = NodeRef.at("http://10.0.0.3:8091");

        assertFalse(registry.heartbeat(third, LEASE).held());
        assertTrue(registry.heartbeat(third, LEASE).held());
        pass(LEASE);
        pass(Duration.ofSeconds(1));
        assertFalse(registry.heartbeat(third, LEASE).held());
        assertTrue(registry.heartbeat(third, LEASE).held());
        registry.retire(third);
        assertFalse(registry.heartbeat(third, LEASE).held());
    }

    @Test
    @DisplayName("PR-7 the epoch is the same for all nodes and stays")
    void epochStays() throws Exception {
        String epoch = registry.heartbeat(node, LEASE).epoch();

        assertEquals(epoch, registry.heartbeat(other, LEASE).epoch());
        pass(Duration.ofHours(1));
        assertEquals(epoch, registry.heartbeat(node, LEASE).epoch());
    }

    @Test
    @DisplayName("PR-7 with its memory the registry loses the leases, and the epoch is another")
    void epochChanges() throws Exception {
        String epoch = registry.heartbeat(node, LEASE).epoch();
        loseMemory();

        Heartbeat after = registry.heartbeat(node, LEASE);

        assertFalse(after.held());
        assertNotEquals(epoch, after.epoch());
        assertEquals(after.epoch(), registry.heartbeat(other, LEASE).epoch());
    }

    @Test
    @DisplayName("PR-8 the live nodes are listed with their addresses")
    void listsLiveNodes() throws Exception {
        NodeRef third = NodeRef.at(node.address());
        registry.heartbeat(third, LEASE.multipliedBy(3));
        assertNodes(node, other, third);

        registry.retire(other);
        assertNodes(node, third);

        pass(LEASE);
        assertNodes(third);
    }

    @Test
    @DisplayName("PR-10 what is recalled is what was located last, and nothing of who was never looked for")
    void recallsWhatWasLocated() {
        registry.register(node, List.of(alice, bob));
        Whereabouts before = locate(alice);
        assertRecalledIsNothingOr(before);
        assertEquals(Map.of(), registry.recall(List.of(bob)));

        registry.register(other, List.of(alice));
        assertRecalledIsNothingOr(locate(alice));
    }

    @Test
    @DisplayName("PR-10 who was disproved is not recalled")
    void recallsNobodyDisproved() {
        registry.register(node, List.of(alice));
        List<Registration> read = registrations(alice);

        registry.disprove(Map.of(alice, read));

        assertEquals(Map.of(), registry.recall(List.of(alice)));
    }

    private void assertRecalledIsNothingOr(Whereabouts located) {
        registry.recall(List.of(alice)).forEach((user, where) -> {
            assertEquals(alice, user);
            assertEquals(located, where);
        });
    }

    @Test
    @DisplayName("PR-9 an API node is listed until its lease has ended, and once more when it is back")
    void listsApiNodesWhileTheirLeasesRun() throws Exception {
        assertEquals(Set.of(), registry.apiNodes());
        registry.heartbeat("one");
        pass(PresenceRegistry.API_LEASE.dividedBy(2));
        registry.heartbeat("two");
        assertEquals(Set.of("one", "two"), registry.apiNodes());

        pass(PresenceRegistry.API_LEASE.dividedBy(2));
        assertEquals(Set.of("two"), registry.apiNodes());
        registry.heartbeat("one");
        assertEquals(Set.of("one", "two"), registry.apiNodes());
    }

    @Test
    @DisplayName("PR-9 a heartbeat renews the lease of an API node")
    void apiLeaseIsRenewed() throws Exception {
        for (int i = 0; i < 4; i++) {
            registry.heartbeat("one");
            pass(PresenceRegistry.API_LEASE.dividedBy(2));
        }

        assertEquals(Set.of("one"), registry.apiNodes());
    }

    @Test
    @DisplayName("PR-9 an API node that ended its lease is not listed, the others are")
    void apiLeaseIsEnded() {
        registry.heartbeat("one");
        registry.heartbeat("two");

        registry.retire("one");
        registry.retire("three");

        assertEquals(Set.of("two"), registry.apiNodes());
    }

    @Test
    @DisplayName("PR-9 with its memory the registry loses the API nodes, and each is back with its next heartbeat")
    void forgetsApiNodes() throws Exception {
        registry.heartbeat("one");
        loseMemory();
        assertEquals(Set.of(), registry.apiNodes());

        registry.heartbeat("one");
        assertEquals(Set.of("one"), registry.apiNodes());
    }

    private void assertNodes(NodeRef... expected) {
        List<NodeRef> nodes = registry.nodes();
        assertEquals(expected.length, nodes.size(), nodes::toString);
        assertEquals(Set.of(expected), Set.copyOf(nodes));
    }

    /** Since that long, to the millisecond, and what really passed while the test ran. */
    private void assertSince(Duration expected, UserId user) {
        Duration since = since(user);
        assertTrue(since.compareTo(expected) >= 0, () -> since + " is less than " + expected);
        assertTrue(since.compareTo(expected.plus(elapsed())) <= 0, () -> since + " is more than " + expected);
    }

    /** The same, for a lease that began up to that long after what it is measured from. */
    private void assertSinceLease(Duration expected, UserId user) {
        Duration since = since(user);
        assertTrue(since.plus(elapsed()).compareTo(expected) >= 0, () -> since + " is less than " + expected);
        assertTrue(since.compareTo(expected.plus(elapsed())) <= 0, () -> since + " is more than " + expected);
    }

    private Duration since(UserId user) {
        return assertInstanceOf(Nowhere.class, locate(user)).since().orElseThrow();
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedAt).plusMillis(5);
    }

    private Whereabouts locate(UserId user) {
        return registry.locate(List.of(user)).get(user);
    }

    private List<Registration> registrations(UserId user) {
        return assertInstanceOf(Where.class, locate(user)).registrations();
    }

    private static Set<NodeRef> nodesOf(Whereabouts whereabouts) {
        return assertInstanceOf(Where.class, whereabouts).registrations().stream()
                .map(Registration::node)
                .collect(Collectors.toSet());
    }

    private static UserId newUser() {
        return new UserId("u" + UUID.randomUUID());
    }
}
