package io.touchline.core;

import static io.touchline.core.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.Token;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult.Forwarded;
import io.touchline.core.port.ForwardResult.Gone;
import io.touchline.core.port.Frame;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.testkit.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChatNodeTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final ChannelId CHANNEL = new ChannelId("c1");

    private final SettableClock clock = new SettableClock();
    private final FailingPresence presence = new FailingPresence();
    private final List<ChatNode> nodes = new ArrayList<>();

    /** The in-memory registry, which can be told to be away. */
    private final class FailingPresence extends InMemoryPresenceRegistry {
        volatile boolean away;

        FailingPresence() {
            super(clock);
        }

        private void check() {
            if (away) {
                throw new UnavailableException("away", null);
            }
        }

        @Override
        public Heartbeat heartbeat(NodeRef node, Duration lease) {
            check();
            return super.heartbeat(node, lease);
        }

        @Override
        public void register(NodeRef node, Collection<UserId> users) {
            check();
            super.register(node, users);
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(ChatNode::close);
    }

    private ChatNode start(ChatNodeSettings settings) {
        ChatNode node = ChatNode.builder()
                .presence(presence)
                .frames(new TestFrames())
                .address("http://node:1")
                .settings(settings)
                .clock(clock)
                .build();
        node.start();
        nodes.add(node);
        return node;
    }

    private static ChatNodeSettings settings(Duration heartbeat, Duration writeDeadline, int bytes, int perUser) {
        return new ChatNodeSettings("n", Duration.ofSeconds(10), heartbeat, writeDeadline, bytes, perUser);
    }

    private static Token token(UserId user) {
        return new Token(user, null, null);
    }

    private static List<Delivery> delivery(String text, UserId... receivers) {
        return List.of(new Delivery(new Frame(text.getBytes(StandardCharsets.UTF_8)), List.of(receivers)));
    }

    private boolean isLocated(UserId user) {
        return presence.locate(Set.of(user)).get(user) instanceof Whereabouts.Where;
    }

    @Test
    void registersWithTheFirstConnectionAndUnregistersWithTheLast() {
        ChatNode node = start(ChatNodeSettings.named("n"));
        TestClient phone = new TestClient();
        TestClient laptop = new TestClient();
        Connection one = node.open(ALICE, phone, null);
        Connection two = node.open(ALICE, laptop, null);
        eventually(phone::frames, List.of("ready alice"));
        eventually(laptop::frames, List.of("ready alice"));
        assertThat(isLocated(ALICE)).isTrue();

        one.closed();
        assertThat(node.connectionCount()).isEqualTo(1);
        assertThat(isLocated(ALICE)).isTrue();
        two.closed();

        eventually(() -> isLocated(ALICE), false);
        assertThat(node.connectionCount()).isZero();
    }

    @Test
    void saysReadyBeforeAnythingElse() {
        ChatNode node = start(ChatNodeSettings.named("n"));
        TestClient client = new TestClient();
        Connection connection = node.open(ALICE, client, null);
        connection.ping();

        eventually(client::frames, List.of("ready alice", "pong"));
    }

    @Test
    void tellsWhoIsAbsentAndBringsTheReceipts() {
        ChatNode node = start(ChatNodeSettings.named("n"));
        Connection alice = node.open(ALICE, new TestClient(), null);
        alice.receipt(Map.of(CHANNEL, 3L), Map.of());
        alice.receipt(Map.of(), Map.of(CHANNEL, 5L));

        assertThat(node.forward(node.self(), delivery("x", ALICE, BOB)))
                .isEqualTo(new Forwarded(Set.of(BOB), List.of(new Receipt(ALICE, CHANNEL, 5, 5))));
        assertThat(node.forward(node.self(), List.of())).isEqualTo(new Forwarded(Set.of(), List.of()));
    }

    @Test
    void refusesWhatIsMeantForAnotherLife() {
        ChatNode node = start(ChatNodeSettings.named("n"));
        TestClient client = new TestClient();
        node.open(ALICE, client, null);

        assertThat(node.forward(NodeRef.at("http://node:1"), delivery("x", ALICE)))
                .isEqualTo(new Gone());
        eventually(client::frames, List.of("ready alice"));
    }

    @Test
    void closesWhoseQueuePassesItsBoundAndHoldsUpNobody() {
        ChatNode node = start(settings(Duration.ofSeconds(25), Duration.ofMinutes(1), 100, 8));
        TestClient slow = new TestClient();
        TestClient healthy = new TestClient();
        node.open(ALICE, slow, null);
        node.open(BOB, healthy, null);
        eventually(() -> slow.frames().size() + healthy.frames().size(), 2);
        slow.stall();

        for (int i = 0; i < 20; i++) {
            node.forward(node.self(), delivery("0123456789", ALICE, BOB));
        }

        eventually(() -> healthy.frames().size(), 21);
        assertThat(slow.closes()).containsExactly(4408);
        eventually(slow::isTerminated, true); // it does not answer the close
    }

    @Test
    void cutsWhoseWritePassesItsDeadline() {
        ChatNode node = start(settings(Duration.ofSeconds(25), Duration.ofMillis(50), 10_000, 8));
        TestClient slow = new TestClient();
        node.open(ALICE, slow, null);
        eventually(slow::frames, List.of("ready alice"));
        slow.stall();
        node.forward(node.self(), delivery("x", ALICE));

        eventually(slow::isTerminated, true);
        assertThat(slow.closes()).containsExactly(4408);
    }

    @Test
    void writesTogetherWhatWaitedTogether() {
        ChatNode node = start(ChatNodeSettings.named("n"));
        TestClient client = new TestClient();
        node.open(ALICE, client, null);
        eventually(client::frames, List.of("ready alice"));
        client.stall();
        for (String text : List.of("1", "2", "3", "4")) {
            node.forward(node.self(), delivery(text, ALICE));
        }
        client.goOn();

        eventually(client::frames, List.of("ready alice", "1", "2", "3", "4"));
        assertThat(client.writes()).isEqualTo(3); // ready, the one that stalled, and the rest
    }

    @Test
    void closesWhoAnswersNoPing() {
        ChatNode node = start(settings(Duration.ofSeconds(1), Duration.ofSeconds(10), 1_000, 8));
        TestClient silent = new TestClient();
        node.open(ALICE, silent, null);

        eventually(silent::closes, List.of(4408));
        assertThat(silent.pings()).isEqualTo(2);
    }

    @Test
    void tellsThatTheTokenEndsAndThenCloses() {
        ChatNode node = start(ChatNodeSettings.named("n"));
        TestClient client = new TestClient();
        Connection connection = node.open(ALICE, client, clock.instant().plusSeconds(90));
        eventually(client::frames, List.of("ready alice"));

        clock.pass(Duration.ofSeconds(40));
        eventually(client::frames, List.of("ready alice", "expiring 2026-01-01T00:01:30Z"));
        connection.renewed(new Token(ALICE, null, clock.instant().plusSeconds(65)));
        clock.pass(Duration.ofSeconds(60));
        eventually(() -> client.frames().size(), 3);
        assertThat(client.closes()).isEmpty();
        clock.pass(Duration.ofSeconds(5));

        eventually(client::closes, List.of(4401));
    }

    @Test
    void closesWhoRenewsWithARevokedTokenAndKeepsWhoRenewsInTime() {
        ChatNode node = start(ChatNodeSettings.named("n"));
        Instant time = clock.instant();
        Token old = new Token(ALICE, time.minusSeconds(1), null);
        Token fresh = new Token(ALICE, time.plusSeconds(1), null);
        TestClient early = new TestClient();
        TestClient late = new TestClient();
        node.open(old, early).renewed(fresh);
        Connection renewing = node.open(fresh, late);

        node.revoke(node.self(), Map.of(ALICE, time));
        assertThat(early.closes()).isEmpty();
        assertThat(late.closes()).isEmpty();
        renewing.renewed(old);

        assertThat(late.closes()).containsExactly(4401);
    }

    @Test
    void turnsAwayARevokedToken() {
        ChatNode node = start(ChatNodeSettings.named("n"));
        node.revoke(node.self(), Map.of(ALICE, clock.instant()));
        TestClient client = new TestClient();

        node.open(token(ALICE), client);

        assertThat(client.closes()).containsExactly(4401);
        assertThat(client.frames()).isEmpty();
        assertThat(isLocated(ALICE)).isFalse();
    }

    @Test
    void takesNobodyBeforeItIsToldWhoIsRevoked() throws Exception {
        ChatNode node = ChatNode.builder()
                .presence(presence)
                .frames(new TestFrames())
                .address("http://node:1")
                .settings(ChatNodeSettings.named("n"))
                .clock(clock)
                .awaitRevocations(Duration.ofMinutes(1))
                .build();
        nodes.add(node);
        Thread starting = new Thread(node::start);
        starting.start();
        eventually(node::isPresenceKnown, true);
        assertThat(node.admit(token(BOB))).isEqualTo(ChatNode.Admission.TRY_LATER);

        node.revoke(node.self(), Map.of(ALICE, clock.instant()));
        starting.join(10_000);

        assertThat(node.admit(token(ALICE))).isEqualTo(ChatNode.Admission.REVOKED);
        assertThat(node.admit(token(BOB))).isEqualTo(ChatNode.Admission.ADMITTED);
    }

    @Test
    void turnsAwayOneConnectionTooMany() {
        ChatNode node = start(settings(Duration.ofSeconds(25), Duration.ofSeconds(10), 1_000, 1));
        node.open(ALICE, new TestClient(), null);
        TestClient second = new TestClient();

        assertThat(node.admit(token(ALICE))).isEqualTo(ChatNode.Admission.TOO_MANY);
        node.open(ALICE, second, null);
        assertThat(second.closes()).containsExactly(4429);
        assertThat(node.admit(token(BOB))).isEqualTo(ChatNode.Admission.ADMITTED);
    }

    @Test
    void turnsAwayNewConnectionsWhilePresenceIsAwayAndKeepsTheOldOnes() {
        ChatNode node = start(new ChatNodeSettings(
                "n", Duration.ofMillis(300), Duration.ofSeconds(25), Duration.ofSeconds(10), 1_000, 8));
        TestClient old = new TestClient();
        node.open(ALICE, old, null);
        eventually(old::frames, List.of("ready alice"));

        presence.away = true;
        eventually(() -> node.admit(token(BOB)), ChatNode.Admission.TRY_LATER);
        node.forward(node.self(), delivery("still here", ALICE));
        eventually(old::frames, List.of("ready alice", "still here"));
        assertThat(old.closes()).isEmpty();

        presence.away = false;
        eventually(() -> node.admit(token(BOB)), ChatNode.Admission.ADMITTED);
    }

    @Test
    void takesANewLifeWhenItsLeaseHadEndedAndTellsItsClientsToSync() {
        ChatNode node = start(new ChatNodeSettings(
                "n", Duration.ofMillis(600), Duration.ofSeconds(25), Duration.ofSeconds(10), 1_000, 8));
        TestClient client = new TestClient();
        node.open(ALICE, client, null);
        eventually(client::frames, List.of("ready alice"));
        NodeRef before = node.self();

        clock.pass(Duration.ofSeconds(1));

        eventually(() -> node.self().equals(before), false);
        eventually(client::frames, List.of("ready alice", "sync"));
        eventually(
                () -> presence.locate(Set.of(ALICE)).get(ALICE) instanceof Whereabouts.Where where
                        && where.registrations().get(0).node().equals(node.self()),
                true);
    }

    @Test
    void saysEverythingAgainWhenTheRegistryLostItsMemory() {
        ChatNode node = start(new ChatNodeSettings(
                "n", Duration.ofMillis(300), Duration.ofSeconds(25), Duration.ofSeconds(10), 1_000, 8));
        TestClient client = new TestClient();
        node.open(ALICE, client, null);
        eventually(() -> isLocated(ALICE), true);

        presence.forget();

        eventually(() -> isLocated(ALICE), true);
    }

    @Test
    void saysGoodbyeToEverybodyWhenItGoesDown() {
        ChatNode node = start(ChatNodeSettings.named("n"));
        TestClient client = new TestClient();
        Connection connection = node.open(ALICE, client, null);
        eventually(client::frames, List.of("ready alice"));

        node.drain(Duration.ofMillis(50));

        assertThat(client.frames()).containsExactly("ready alice", "goodbye");
        assertThat(client.closes()).containsExactly(1012);
        assertThat(node.admit(token(BOB))).isEqualTo(ChatNode.Admission.TRY_LATER);
        connection.closed();
        PresenceRegistry after = presence;
        node.close();
        assertThat(after.nodes()).isEmpty();
    }

    @Test
    void countsWhoseOnlyConnectionIsClosingAsAbsent() {
        ChatNode node = start(ChatNodeSettings.named("n"));
        Connection closing = node.open(ALICE, new TestClient(), null);
        node.open(BOB, new TestClient(), null);
        Connection other = node.open(BOB, new TestClient(), null);
        closing.close(CloseCode.TOO_SLOW);
        other.close(CloseCode.TOO_SLOW);

        assertThat(node.forward(node.self(), delivery("x", ALICE, BOB)))
                .isEqualTo(new Forwarded(Set.of(ALICE), List.of()));
    }
}
