package io.touchline.core.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.touchline.core.ChatNode;
import io.touchline.core.ChatNode.Admission;
import io.touchline.core.ChatNodeSettings;
import io.touchline.core.Connection;
import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.Token;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.ForwardResult.Forwarded;
import io.touchline.core.port.ForwardResult.Gone;
import io.touchline.core.port.ForwardResult.Unreachable;
import io.touchline.core.port.Frame;
import io.touchline.core.port.SocketRouter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SocketRouter} keeps, with a real chat node at its other end; a subclass says how that is reached.
 * Each test has a node of its own.
 */
public abstract class SocketRouterContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String test = UUID.randomUUID().toString();
    private final UserId alice = new UserId("alice-" + test);
    private final UserId bob = new UserId("bob-" + test);
    private final UserId carol = new UserId("carol-" + test);
    private final ChannelId channel = ChannelId.random();

    private final ChatNode node = ChatNode.builder()
            .presence(new InMemoryPresenceRegistry(Clock.systemUTC()))
            .frames(new PlainFrames())
            .address("http://node.example:8091")
            .settings(new ChatNodeSettings(
                    "node", Duration.ofMinutes(10), Duration.ofMinutes(10), Duration.ofMinutes(10), 1 << 24, 10))
            .build();

    private SocketRouter router;
    private NodeRef there;

    /**
     * A router, and the address at which it reaches a node.
     *
     * @param address of that very node
     */
    public record Reach(SocketRouter router, String address) {}

    /** Makes the node reachable. Called once, before each test. */
    protected abstract Reach reach(ChatNode started) throws Exception;

    /** Where no node answers, in the worst way that there is: if possible, one that accepts and says nothing. */
    protected abstract NodeRef unreachable() throws Exception;

    @BeforeEach
    void startANode() throws Exception {
        node.start();
        Reach reach = reach(node);
        router = reach.router();
        there = new NodeRef(node.self().incarnation(), reach.address());
    }

    @AfterEach
    void stopTheNode() {
        node.close();
    }

    @Test
    @DisplayName("SR-1 every connection of every receiver gets the frame, and nobody else does")
    void deliversToEveryConnectionOfEveryReceiver() {
        RecordingSocket phone = connect(alice);
        RecordingSocket laptop = connect(alice);
        RecordingSocket bobs = connect(bob);
        RecordingSocket carols = connect(carol);

        assertTaken(forward(delivery("news", alice, bob)));
        assertTaken(forward(delivery("end", alice, bob, carol)));

        assertEquals(List.of("news", "end"), phone.texts(2));
        assertEquals(List.of("news", "end"), laptop.texts(2));
        assertEquals(List.of("news", "end"), bobs.texts(2));
        assertEquals(List.of("end"), carols.texts(1));
    }

    @Test
    @DisplayName("SR-1 frames arrive byte for byte, whatever is in them, empty or long")
    void changesNoFrame() {
        RecordingSocket socket = connect(alice);
        String everything = "\"\\\u0001 \r\n\u00e9 \u6f22\u5b57 \ud83d\ude00 \u202e\u200f\ufeff {}[]";
        String longOne = "x\u00e9\u6f22\ud83d\ude00".repeat(12_000);

        assertTaken(forward(delivery(everything, alice), delivery("", alice), delivery(longOne, alice)));

        List<String> arrived = socket.texts(3);
        assertEquals(List.of(everything, ""), arrived.subList(0, 2));
        assertTrue(arrived.get(2).equals(longOne), "the long one has changed"); // which nobody wants to see printed
        assertEquals(3, arrived.size());
    }

    @Test
    @DisplayName("SR-1 each of many receivers gets his own frames")
    void servesManyReceiversAtOnce() {
        List<UserId> users = IntStream.range(0, 300)
                .mapToObj(i -> new UserId("u" + i + "-" + test))
                .toList();
        List<RecordingSocket> sockets = users.stream().map(this::connect).toList();
        List<Delivery> deliveries = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            deliveries.add(delivery("odd or even " + i % 2, users.get(i)));
        }
        deliveries.add(new Delivery(frame("thirds"), everyThird(users)));
        deliveries.add(new Delivery(frame("all"), users));

        assertTaken(forward(deliveries.toArray(Delivery[]::new)));

        for (int i = 0; i < 300; i++) {
            List<String> expected = i % 3 == 0
                    ? List.of("odd or even " + i % 2, "thirds", "all")
                    : List.of("odd or even " + i % 2, "all");
            assertEquals(expected, sockets.get(i).texts(expected.size()));
        }
    }

    @Test
    @DisplayName("SR-2 who is not connected there is absent, and nobody else is")
    void tellsWhoIsAbsent() {
        connect(bob);

        Forwarded answer = forwarded(forward(delivery("one", alice, bob), delivery("two", bob, carol)));

        assertEquals(Set.of(alice, carol), answer.absent());
    }

    @Test
    @DisplayName("SR-2 each of many absent receivers is named")
    void namesEachOfMany() {
        Set<UserId> away = new HashSet<>();
        List<UserId> receivers = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            UserId user = new UserId("u" + i + "-" + test);
            receivers.add(user);
            if (i % 7 == 0 || i > 500) {
                away.add(user);
            } else {
                connect(user);
            }
        }

        assertEquals(
                away, forwarded(forward(new Delivery(frame("all"), receivers))).absent());
    }

    @Test
    @DisplayName("SR-2 who has left is absent")
    void tellsWhoHasLeft() {
        RecordingSocket socket = connect(alice);
        assertTaken(forward(delivery("one", alice)));
        assertEquals(List.of("one"), socket.texts(1));

        socket.leave();

        assertEquals(new Forwarded(Set.of(alice), List.of()), forward(delivery("two", alice)));
        assertEquals(List.of("one"), socket.texts(1));
    }

    @Test
    @DisplayName("SR-3 a forward for another life of the node is refused, and delivers nothing")
    void refusesWhatIsMeantForAnotherLife() {
        RecordingSocket socket = connect(alice);

        assertInstanceOf(
                Gone.class, router.forward(NodeRef.at(there.address()), List.of(delivery("not for us", alice))));

        assertTaken(forward(delivery("for us", alice)));
        assertEquals(List.of("for us"), socket.texts(1));
    }

    @Test
    @DisplayName("SR-3 a refused forward leaves the receipts for one that is not")
    void keepsReceiptsFromTheWrongLife() {
        connect(alice);
        acknowledge(alice, 3, 0);

        assertInstanceOf(Gone.class, router.forward(NodeRef.at(there.address()), List.of()));

        assertEquals(
                List.of(new Receipt(alice, channel, 3, 0)), forwarded(forward()).receipts());
    }

    @Test
    @DisplayName("SR-4 receipts come with one answer, and not again with the next")
    void bringsReceiptsOnce() {
        connect(alice);
        connect(bob);
        acknowledge(alice, 7, 4);
        acknowledge(bob, Long.MAX_VALUE, 0);

        Forwarded first = forwarded(forward(delivery("news", alice)));
        Forwarded second = forwarded(forward(delivery("more", alice)));

        assertEquals(
                Set.of(new Receipt(alice, channel, 7, 4), new Receipt(bob, channel, Long.MAX_VALUE, 0)),
                Set.copyOf(first.receipts()));
        assertEquals(2, first.receipts().size());
        assertEquals(List.of(), second.receipts());
    }

    @Test
    @DisplayName("SR-4 what was acknowledged since comes with the next answer")
    void bringsWhatCameSince() {
        connect(alice);
        acknowledge(alice, 7, 0);
        forwarded(forward());
        acknowledge(alice, 8, 8);

        assertEquals(
                List.of(new Receipt(alice, channel, 8, 8)), forwarded(forward()).receipts());
    }

    @Test
    @DisplayName("SR-5 a forward with no deliveries brings the receipts, and else nothing")
    void bringsReceiptsWithoutDeliveries() {
        connect(alice);
        assertTaken(forward());
        acknowledge(alice, 1, 1);

        assertEquals(new Forwarded(Set.of(), List.of(new Receipt(alice, channel, 1, 1))), forward());
    }

    @Test
    @DisplayName("SR-6 a node that does not answer is an answer in time")
    protected void tellsThatANodeIsUnreachable() throws Exception {
        NodeRef nowhere = unreachable();

        assertTimeoutPreemptively(
                PATIENCE,
                () -> assertInstanceOf(
                        Unreachable.class, router.forward(nowhere, List.of(delivery("anybody there", alice)))));
    }

    @Test
    @DisplayName("SR-7 frames arrive in the order of the forwards, and of the deliveries in each")
    void keepsTheOrder() {
        RecordingSocket alices = connect(alice);
        RecordingSocket bobs = connect(bob);
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String number = Integer.toString(i);
            assertTaken(forward(delivery(number + "a", alice, bob), delivery(number + "b", bob, alice)));
            sent.add(number + "a");
            sent.add(number + "b");
        }

        assertEquals(sent, alices.texts(100));
        assertEquals(sent, bobs.texts(100));
    }

    @Test
    @DisplayName("SR-8 who is to catch up is told so on every connection, and nobody else is")
    void tellsWhoIsToCatchUp() {
        RecordingSocket phone = connect(alice);
        RecordingSocket laptop = connect(alice);
        RecordingSocket bobs = connect(bob);
        acknowledge(bob, 3, 0);

        assertEquals(
                new Forwarded(Set.of(carol), List.of(new Receipt(bob, channel, 3, 0))),
                router.resync(there, Set.of(alice, carol)));
        assertTaken(forward(delivery("end", alice, bob)));

        assertEquals(List.of("sync", "end"), phone.texts(2));
        assertEquals(List.of("sync", "end"), laptop.texts(2));
        assertEquals(List.of("end"), bobs.texts(1));
    }

    @Test
    @DisplayName("SR-8 if nobody is named, everybody is told to catch up")
    void tellsEverybodyToCatchUp() {
        RecordingSocket alices = connect(alice);
        RecordingSocket bobs = connect(bob);

        assertTaken(router.resync(there, Set.of()));

        assertEquals(List.of("sync"), alices.texts(1));
        assertEquals(List.of("sync"), bobs.texts(1));
    }

    @Test
    @DisplayName("SR-8 nobody is told to catch up in the name of another life")
    void refusesToCatchUpForAnotherLife() {
        RecordingSocket socket = connect(alice);

        assertInstanceOf(Gone.class, router.resync(NodeRef.at(there.address()), Set.of(alice)));

        assertTaken(forward(delivery("end", alice)));
        assertEquals(List.of("end"), socket.texts(1));
    }

    @Test
    @DisplayName("SR-9 whose tokens are revoked is closed wherever he has an older one, and nobody else is")
    void closesWhoseTokensAreRevoked() {
        Instant time = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        RecordingSocket old = connect(token(alice, time.minusSeconds(1)));
        RecordingSocket ofThatSecond = connect(token(alice, time));
        RecordingSocket untold = connect(token(alice, null));
        RecordingSocket fresh = connect(token(alice, time.plusSeconds(1)));
        RecordingSocket bobs = connect(token(bob, time.minusSeconds(1)));

        assertTaken(router.revoke(there, Map.of(alice, time.plusMillis(500), carol, time)));
        assertTaken(forward(delivery("end", alice, bob)));

        assertEquals(List.of(4403), old.closes());
        assertEquals(List.of(4403), ofThatSecond.closes());
        assertEquals(List.of(4403), untold.closes());
        assertEquals(List.of(), fresh.closes());
        assertEquals(List.of("end"), fresh.texts(1));
        assertEquals(List.of(), bobs.closes());
        assertEquals(List.of("end"), bobs.texts(1));
    }

    @Test
    @DisplayName("SR-9 a revoked token is taken no more, and a newer one is")
    void takesNoRevokedToken() {
        Instant time = Instant.now();

        assertTaken(router.revoke(there, Map.of(alice, time)));

        assertEquals(Admission.REVOKED, node.admit(token(alice, time)));
        assertEquals(Admission.REVOKED, node.admit(token(alice, null)));
        assertEquals(Admission.ADMITTED, node.admit(token(alice, time.plusSeconds(1))));
        assertEquals(Admission.ADMITTED, node.admit(token(bob, time)));
        assertTaken(router.revoke(there, Map.of(alice, time.minusSeconds(60))));
        assertEquals(Admission.REVOKED, node.admit(token(alice, time)));
    }

    @Test
    @DisplayName("SR-9 revoking in the name of another life closes as well")
    void revokesInWhateverLife() {
        RecordingSocket socket = connect(alice);

        assertInstanceOf(Gone.class, router.revoke(NodeRef.at(there.address()), Map.of(alice, Instant.now())));

        assertEquals(List.of(4403), socket.closes());
    }

    @Test
    @DisplayName("SR-9 revoking nothing closes nobody, and brings the receipts")
    void revokesNothing() {
        RecordingSocket socket = connect(alice);
        acknowledge(alice, 3, 0);

        assertEquals(
                new Forwarded(Set.of(), List.of(new Receipt(alice, channel, 3, 0))), router.revoke(there, Map.of()));

        assertEquals(List.of(), socket.closes());
    }

    private ForwardResult forward(Delivery... deliveries) {
        return router.forward(there, List.of(deliveries));
    }

    private static void assertTaken(ForwardResult answer) {
        assertEquals(new Forwarded(Set.of(), List.of()), answer);
    }

    private static Forwarded forwarded(ForwardResult answer) {
        return assertInstanceOf(Forwarded.class, answer);
    }

    private static Delivery delivery(String text, UserId... receivers) {
        return new Delivery(frame(text), List.of(receivers));
    }

    private static Frame frame(String text) {
        return new Frame(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<UserId> everyThird(List<UserId> users) {
        return IntStream.range(0, users.size())
                .filter(i -> i % 3 == 0)
                .mapToObj(users::get)
                .toList();
    }

    private static Token token(UserId user, Instant issuedAt) {
        return new Token(user, issuedAt, null);
    }

    private RecordingSocket connect(UserId user) {
        return connect(token(user, null));
    }

    private RecordingSocket connect(Token token) {
        RecordingSocket socket = new RecordingSocket();
        Connection connection = node.open(token, socket);
        socket.onLeaving(connection::closed);
        socket.awaitReady();
        return socket;
    }

    /** By a connection of its own, so that it does not matter who else is connected. */
    private void acknowledge(UserId user, long delivered, long read) {
        RecordingSocket socket = new RecordingSocket();
        Connection connection = node.open(user, socket, null);
        socket.awaitReady();
        connection.receipt(Map.of(channel, delivered), read == 0 ? Map.of() : Map.of(channel, read));
        connection.closed();
    }
}
