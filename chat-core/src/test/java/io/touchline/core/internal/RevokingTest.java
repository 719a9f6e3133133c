package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.Token;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.ForwardResult.Forwarded;
import io.touchline.core.port.ForwardResult.Unreachable;
import io.touchline.core.port.Frame;
import io.touchline.core.port.SocketRouter;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RevokingTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");

    private final SettableClock clock = new SettableClock();
    private final InMemoryStorage storage = new InMemoryStorage(clock);
    private final InMemoryPresenceRegistry presence = new InMemoryPresenceRegistry(clock);
    private final NodeRef node = NodeRef.at("http://node:1");
    private final List<String> told = new ArrayList<>();
    private final Process one = new Process();
    private final Process other = new Process();
    private boolean unreachable;
    private boolean away;

    /** What reaches the node, in order. */
    private final class Router implements SocketRouter {
        @Override
        public String name() {
            return "api";
        }

        @Override
        public ForwardResult forward(NodeRef to, List<Delivery> deliveries) {
            return take("forward " + deliveries.size());
        }

        @Override
        public ForwardResult resync(NodeRef to, Collection<UserId> users) {
            return take("resync");
        }

        @Override
        public ForwardResult revoke(NodeRef to, Map<UserId, Instant> revocations) {
            return take("revoke " + new TreeMap<>(revocations).keySet());
        }

        @Override
        public void leave(NodeRef to) {}

        private ForwardResult take(String what) {
            if (unreachable) {
                return new Unreachable("cut off");
            }
            told.add(what);
            return new Forwarded(Set.of(), List.of());
        }
    }

    private final class Registry extends InMemoryPresenceRegistry {
        Registry() {
            super(clock);
        }

        @Override
        public List<NodeRef> nodes() {
            if (away) {
                throw new UnavailableException("away", null);
            }
            return presence.nodes();
        }
    }

    private final class Process {
        private final NodeLanes nodes;
        private final Revoking revoking;

        Process() {
            ChatObserver observer = new ChatObserver() {};
            Debts debts = new Debts(Duration.ofMinutes(1));
            Delivering.Ports ports = new Delivering.Ports(
                    storage.messages(),
                    storage.channels(),
                    storage.ledger(),
                    storage.devices(),
                    new Registry(),
                    new Router(),
                    announcements -> List.of(),
                    event -> new Frame(new byte[0]));
            Acknowledging receipts =
                    new Acknowledging(ports.ledger(), user -> {}, moved -> {}, observer, Runnable::run);
            nodes = new NodeLanes(ports, debts, observer, receipts, parcel -> {}, Runnable::run);
            revoking = new Revoking(storage.users(), nodes, clock);
        }

        void bring() {
            nodes.forward(
                    node, new Parcel(new ChannelId("c1"), 1, new Frame(new byte[0]), List.of(ALICE), false), Map.of());
        }
    }

    @BeforeEach
    void beat() {
        presence.heartbeat(node, Duration.ofDays(100));
    }

    private Token token(UserId user, Duration age) {
        return new Token(user, clock.instant().minus(age), null);
    }

    @Test
    void nobodyCanTellBeforeItHasLooked() {
        Token token = token(ALICE, Duration.ZERO);
        assertThatThrownBy(() -> one.revoking.isRevoked(token)).isInstanceOf(UnavailableException.class);

        one.revoking.learn();

        assertThat(one.revoking.isRevoked(token)).isFalse();
    }

    @Test
    void aNodeIsToldBeforeItIsBroughtAnything() {
        storage.users().revoke(ALICE);
        one.revoking.learn();

        one.bring();
        one.bring();

        assertThat(told).containsExactly("revoke [alice]", "forward 1", "forward 1");
    }

    @Test
    void aNodeIsToldWhatIsNewAtOnceAndOnlyThat() {
        one.revoking.learn();
        one.revoking.revoke(BOB);
        told.clear();

        one.revoking.revoke(ALICE);

        assertThat(told).startsWith("revoke [alice]").doesNotContain("revoke [alice, bob]");
        assertThat(one.revoking.isRevoked(token(ALICE, Duration.ZERO))).isTrue();
        clock.pass(Duration.ofSeconds(1));
        assertThat(one.revoking.isRevoked(token(ALICE, Duration.ZERO))).isFalse();
        assertThat(one.revoking.isRevoked(token(new UserId("carol"), Duration.ofDays(1))))
                .isFalse();
    }

    @Test
    void whatAnotherProcessRevokedIsLearnedAndTold() {
        one.revoking.learn();
        other.revoking.learn();
        one.bring();
        told.clear();
        other.revoking.revoke(ALICE);
        told.clear();

        one.revoking.learn();
        one.bring();

        assertThat(one.revoking.isRevoked(token(ALICE, Duration.ZERO))).isTrue();
        assertThat(told).containsExactly("revoke [alice]", "forward 1");
    }

    @Test
    void aNodeThatCannotBeToldIsAFailureAndIsToldLater() {
        one.revoking.learn();
        unreachable = true;
        assertThatThrownBy(() -> one.revoking.revoke(ALICE))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("http://node:1");
        assertThat(one.revoking.isRevoked(token(ALICE, Duration.ZERO))).isTrue();

        unreachable = false;
        one.nodes.askForReceipts(Duration.ZERO);

        assertThat(told).startsWith("revoke [alice]");
    }

    @Test
    void withoutTheRegistryTheKnownNodesAreToldAndItIsAFailure() {
        one.revoking.learn();
        one.bring();
        told.clear();
        away = true;

        assertThatThrownBy(() -> one.revoking.revoke(ALICE)).isInstanceOf(UnavailableException.class);

        assertThat(told).startsWith("revoke [alice]");
    }

    @Test
    void whatIsOldIsForgotten() {
        one.revoking.learn();
        one.revoking.revoke(ALICE);
        clock.pass(Duration.ofDays(30).plusSeconds(1));

        one.revoking.revoke(BOB);

        assertThat(one.revoking.isRevoked(token(ALICE, Duration.ofDays(60)))).isFalse();
        assertThat(one.revoking.isRevoked(token(BOB, Duration.ofDays(60)))).isTrue();
    }
}
