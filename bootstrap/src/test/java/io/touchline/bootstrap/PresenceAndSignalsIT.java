package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Answer;
import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.Backends;
import io.touchline.bootstrap.harness.Client;
import io.touchline.bootstrap.harness.FaultProxy;
import io.touchline.bootstrap.harness.Handshake;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Rest;
import io.touchline.bootstrap.harness.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;

/** Who is typing, who is there, and whom an administrator sends away. */
class PresenceAndSignalsIT {
    private static final int CLOSED_BY_ADMINISTRATOR = 4403;
    private static final int BAD_TOKEN = 4401;
    private static final Duration TYPING_EVERY = Duration.ofSeconds(3);

    /** Who cuts some waits for those who need them. */
    private static final String LINES = "the lines of the cluster";

    private final FaultyCluster cluster = FaultyCluster.shared();
    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final String channel = "c-" + id;
    private final String alice = "alice-" + id;
    private final String bob = "bob-" + id;
    private final String carol = "carol-" + id;
    private final Rest administrator = new Rest(cluster.api(0).uri(), Tokens.ofAdministrator("admin-" + id));

    /** A chat node that another test killed counts as alive until its lease ends, and cannot be told to close anything. */
    @BeforeAll
    static void awaitEndOfLeases() {
        Rest anyAdministrator = new Rest(FaultyCluster.shared().api(0).uri(), Tokens.ofAdministrator("anybody"));
        Await.until(
                "nodes that are dead to be forgotten",
                Await.SOON,
                () -> anyAdministrator.delete("/users/nobody/connections").status() == 204);
    }

    // ---- Typing

    @Test
    void typingIsShownToTheOthersOnAllTheirConnectionsAndKeptNowhere() {
        cluster.api(0).as(carol).registerDevice(carol);
        rest(alice).createChannel(channel, List.of(bob, carol));
        try (Client own = client(alice, 0);
                Client phone = client(bob, 0);
                Client laptop = client(bob, 1);
                Client stranger = client("stranger-" + id, 0)) {
            type(alice).expect(204);
            for (Client client : List.of(phone, laptop)) {
                Await.until("typing", Await.SOON, () -> !client.typing().isEmpty());
                assertThat(client.typing().get(0).toString())
                        .isEqualTo("{\"type\":\"typing\",\"channel\":\"" + channel + "\",\"user\":\"" + alice + "\"}");
            }
            type(bob).expect(204);
            Await.until("typing", Await.SOON, () -> !own.typing().isEmpty());

            assertThat(own.typing())
                    .extracting(frame -> frame.get("user").asString())
                    .containsExactly(bob);
            assertThat(stranger.typing()).isEmpty();
            assertThat(rest(carol).events(channel, 0)).hasSize(1);
            assertThat(Backends.fcm().received(carol)).isEmpty();
            try (Client late = client(carol, 1)) {
                rest(alice).send(channel, "done");
                late.await(channel, 2);
                assertThat(late.typing()).isEmpty();
            }
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @ResourceLock(value = LINES, mode = ResourceAccessMode.READ)
    void typingIsPassedOnOnceInThreeSecondsAndThenAgain() {
        rest(alice).createChannel(channel, List.of(bob));
        try (Client client = client(bob, 1)) {
            long begun = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                type(alice).expect(204);
            }
            long periods = (System.nanoTime() - begun) / TYPING_EVERY.toNanos();
            rest(alice).send(channel, "done");
            client.await(channel, 2);
            Await.until("typing", Await.SOON, () -> !client.typing().isEmpty());
            assertThat((long) client.typing().size()).isLessThanOrEqualTo(1 + periods);

            int before = client.typing().size();
            Await.until("typing again", Await.SOON, () -> {
                type(alice).expect(204);
                return client.typing().size() > before;
            });
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(TYPING_EVERY);
        }
    }

    @Test
    void nobodyIsToldInALargeChannel() {
        List<String> crowd =
                IntStream.range(0, 100).mapToObj(i -> "crowd-" + i + "-" + id).collect(Collectors.toList());
        crowd.add(bob);
        rest(alice).createChannel(channel, crowd);
        try (Client client = client(bob, 0)) {
            type(alice).expect(204);
            rest(alice).send(channel, "done");
            client.await(channel, 2);
            assertThat(client.typing()).isEmpty();
        }
    }

    @Test
    void whoIsNotInTheChannelMayNotType() {
        rest(alice).createChannel(channel, List.of(bob));
        rest(bob).delete("/channels/" + channel + "/participants/" + bob).expect(204);

        assertProblem(type(bob), 404, "not-found");
        assertProblem(type(carol), 404, "not-found");
        assertProblem(rest(alice).post("/channels/c-none-" + id + "/typing", Map.of()), 404, "not-found");
        assertProblem(rest(alice).post("/channels/a%20b/typing", Map.of()), 400, "invalid-request");
        assertProblem(rest(alice).get("/channels/" + channel + "/typing"), 405, "method-not-allowed");
        assertProblem(
                new Rest(cluster.api(0).uri(), null).post("/channels/" + channel + "/typing", Map.of()),
                401,
                "unauthenticated");
    }

    // ---- Presence

    @Test
    void whoIsConnectedAnywhereIsOnlineAndWhoHasLeftIsNot() {
        rest(alice).createChannel(channel, List.of(bob, carol));
        try (Client bobs = client(bob, 0);
                Client carols = client(carol, 1)) {
            assertThat(online(alice, alice, bob, carol))
                    .containsExactly(alice + " false", bob + " true", carol + " true");
            bobs.disconnect();
            List<String> expected = List.of(alice + " false", bob + " false", carol + " true");
            Await.until(
                    "bob to be offline",
                    Await.SOON,
                    () -> online(alice, alice, bob, carol).equals(expected));
            assertThat(carols.frames()).isPositive();
        }
    }

    /** That it survives a restart is seen below, where a node is started. */
    @Test
    void lastSeenIsNotedWithReceiptsAndMessages() {
        Instant begun = Instant.now().minusSeconds(1);
        rest(alice).createChannel(channel, List.of(bob, carol));
        rest(alice).send(channel, "hello");
        rest(bob).post("/receipts", Map.of("delivered", Map.of(channel, 2))).expect(204);
        Await.until(
                "both to have been seen",
                Await.SOON,
                () -> lastSeen(bob, alice) != null && lastSeen(alice, bob) != null);
        assertThat(Instant.parse(lastSeen(bob, alice)))
                .isBetween(begun, Instant.now().plusSeconds(1));
        assertThat(Instant.parse(lastSeen(alice, bob)))
                .isBetween(begun, Instant.now().plusSeconds(1));
        assertThat(lastSeen(alice, carol)).isNull();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @ResourceLock(value = LINES, mode = ResourceAccessMode.READ)
    void aReceiptOverASocketIsASignOfLife() {
        rest(alice).createChannel(channel, List.of(bob));
        try (Client client = client(bob, 1)) {
            client.await(channel, 1);
            Await.until("bob to have been seen", Await.SOON, () -> lastSeen(alice, bob) != null);
        }
    }

    @Test
    void nobodyLearnsOfWhomHeSharesNoChannelWith() {
        rest(alice).createChannel(channel, List.of(bob));
        try (Client client = client(bob, 0)) {
            assertThat(online(carol, alice, bob, carol)).containsExactly(carol + " false");
            rest(bob).delete("/channels/" + channel + "/participants/" + bob).expect(204);
            assertThat(online(alice, bob)).isEmpty();
            assertThat(online(bob, alice, bob)).containsExactly(bob + " true");
            assertThat(client.frames()).isPositive();
        }
    }

    @Test
    void presenceIsAskedOfOneToTwoHundredUsers() {
        String many = IntStream.range(0, 201).mapToObj(i -> "user=u" + i).collect(Collectors.joining("&"));

        for (String query : List.of("", "?user=", "?user=a%20b", "?user=a,b", "?user=" + "u".repeat(65), "?" + many)) {
            Answer answer = rest(alice).get("/presence" + query);
            assertProblem(answer, 400, "invalid-request");
            assertThat(answer.json().get("errors").get(0).get("field").asString())
                    .isEqualTo("user");
        }
        assertProblem(new Rest(cluster.api(0).uri(), null).get("/presence?user=" + bob), 401, "unauthenticated");
        assertProblem(rest(alice).post("/presence?user=" + bob, Map.of()), 405, "method-not-allowed");
    }

    // ---- Closing

    @Test
    void anAdministratorClosesEveryConnectionAndRefusesTheTokensOfBefore() {
        String old = Tokens.of(alice, Instant.now().minusSeconds(5));
        rest(alice).createChannel(channel, List.of(bob));
        try (Client phone = client(alice, 0);
                Client laptop = Client.of(alice, cluster.api(1)).connect(cluster.socket(1), old);
                Client bobs = client(bob, 1)) {
            close(alice).expect(204);

            assertThat(phone.awaitClose()).isEqualTo(CLOSED_BY_ADMINISTRATOR);
            assertThat(laptop.awaitClose()).isEqualTo(CLOSED_BY_ADMINISTRATOR);
            assertRefusedBySockets(old);
            assertRefusedBySockets(Tokens.of(alice)); // which does not say when it was issued
            assertThat(get(cluster.api(0), old)).isEqualTo(401);
            Await.until("the other API node to know", Await.SOON, () -> get(cluster.api(1), old) == 401);
            assertProblem(new Rest(cluster.api(1).uri(), old).get("/channels"), 401, "unauthenticated");
            assertThat(get(cluster.api(1), Tokens.of(alice))).isEqualTo(401);

            JsonNode sent = rest(bob).send(channel, "still here");
            assertThat(bobs.await(channel, 2)).isEqualTo(sent);
        }
    }

    @Test
    void aTokenThatIsIssuedLaterIsGoodAndAnOldOneRenewsNothing() {
        rest(alice).createChannel(channel, List.of(bob));
        close(alice).expect(204);
        String old = Tokens.of(alice, Instant.now().minusSeconds(60));
        String fresh = Tokens.of(alice, Instant.now().plusSeconds(2));

        assertThat(get(cluster.api(0), fresh)).isEqualTo(200);
        try (Client client = Client.of(alice, new Rest(cluster.api(1).uri(), fresh))) {
            client.connect(cluster.socket(1), fresh);
            JsonNode sent = rest(bob).send(channel, "welcome back");
            assertThat(client.await(channel, 2)).isEqualTo(sent);

            client.say(Map.of("type", "renew", "token", old));
            assertThat(client.awaitClose()).isEqualTo(BAD_TOKEN);
        }
    }

    @Test
    void nodesThatStartLaterRefuseTheTokensTooFromTheirFirstMomentAndKnowWhoWasSeen() {
        rest(carol).createChannel(channel, List.of(bob));
        rest(bob).post("/receipts", Map.of("delivered", Map.of(channel, 1))).expect(204);
        Await.until("bob to have been seen", Await.SOON, () -> lastSeen(carol, bob) != null);
        String seen = lastSeen(carol, bob);
        close(alice).expect(204);
        Node api = cluster.newApi();
        Node socket = cluster.newSocket();
        try (api;
                socket) {
            CompletableFuture<Void> sockets = CompletableFuture.runAsync(() -> {
                socket.start();
                assertRefusedBy(socket, Tokens.of(alice));
                assertThat(Handshake.statusFor(socket, Tokens.of(bob))).isEqualTo(101);
            });
            api.start();
            assertThat(get(api, Tokens.of(alice))).isEqualTo(401);
            assertThat(get(api, Tokens.of(bob))).isEqualTo(200);
            assertThat(lastSeen(api.as(carol), bob)).isEqualTo(seen);
            sockets.join();
        }
    }

    @Test
    void onlyAnAdministratorClosesConnectionsAndOnlyOfAUser() {
        assertProblem(rest(alice).delete("/users/" + bob + "/connections"), 403, "forbidden");
        assertProblem(rest(alice).delete("/users/" + alice + "/connections"), 403, "forbidden");
        assertProblem(close("a%20b"), 400, "invalid-request");
        assertProblem(close("u".repeat(65)), 400, "invalid-request");
        assertProblem(
                new Rest(cluster.api(0).uri(), null).delete("/users/" + bob + "/connections"), 401, "unauthenticated");
        assertProblem(administrator.get("/users/" + bob + "/connections"), 405, "method-not-allowed");
        close("nobody-" + id).expect(204);
        assertThat(get(cluster.api(0), Tokens.of(bob))).isEqualTo(200);
    }

    @Test
    @ResourceLock(LINES)
    void withoutRedisKnownNodesCloseAndTheRestIsToBeTriedAgain() {
        rest(alice).createChannel(channel, List.of(bob));
        try (Client client = client(alice, 1);
                Client bobs = client(bob, 0)) {
            cluster.redisLines().forEach(FaultProxy::blackHole);
            try {
                assertTryAgain(rest(bob).get("/presence?user=" + alice));
                type(bob).expect(204);
                assertTryAgain(close(alice));
                assertThat(client.awaitClose()).isEqualTo(CLOSED_BY_ADMINISTRATOR);
                assertThat(get(cluster.api(0), Tokens.of(alice))).isEqualTo(401);
                assertThat(bobs.frames()).isPositive();
            } finally {
                cluster.redisLines().forEach(FaultProxy::heal);
            }
            Await.until("Redis to be back", Await.SOON, () -> close(alice).status() == 204);
            for (Node node : cluster.sockets()) {
                Await.until("newcomers to be taken", Await.SOON, () -> Handshake.status(node, carol) == 101);
            }
            Await.until(
                    "all nodes to be ready",
                    Await.SOON,
                    () -> cluster.nodes().stream().allMatch(Node::isReady));
        }
    }

    @Test
    @ResourceLock(LINES)
    void aNodeThatCannotBeReachedClosesAsSoonAsItCan() {
        rest(alice).createChannel(channel, List.of(bob));
        try (Client near = client(alice, 0);
                Client far = client(alice, 1)) {
            cluster.nodeLine(1).blackHole();
            try {
                assertTryAgain(close(alice));
                assertThat(near.awaitClose()).isEqualTo(CLOSED_BY_ADMINISTRATOR);
            } finally {
                cluster.nodeLine(1).heal();
            }
            assertThat(far.awaitClose()).isEqualTo(CLOSED_BY_ADMINISTRATOR);
        }
    }

    private Rest rest(String user) {
        return cluster.api(0).as(user);
    }

    private Client client(String user, int socket) {
        return cluster.client(user, socket);
    }

    private Answer type(String user) {
        return rest(user).post("/channels/" + channel + "/typing", Map.of());
    }

    private Answer close(String user) {
        return administrator.delete("/users/" + user + "/connections");
    }

    private static int get(Node api, String token) {
        return new Rest(api.uri(), token).get("/channels").status();
    }

    private void assertRefusedBySockets(String token) {
        cluster.sockets().forEach(node -> assertRefusedBy(node, token));
    }

    private static void assertRefusedBy(Node node, String token) {
        assertThat(Handshake.statusFor(node, token)).isEqualTo(401);
        assertThat(Handshake.closeCodeFor(node, token)).isEqualTo(BAD_TOKEN);
    }

    private static void assertProblem(Answer answer, int status, String type) {
        assertThat(answer.expect(status).json().get("type").asString()).isEqualTo("urn:touchline:problem:" + type);
    }

    private static void assertTryAgain(Answer answer) {
        assertProblem(answer, 503, "unavailable");
        assertThat(answer.response().headers().firstValue("Retry-After")).hasValue("1");
    }

    private JsonNode presence(Rest caller, String... users) {
        String query = List.of(users).stream().map(user -> "user=" + user).collect(Collectors.joining("&"));
        return caller.get("/presence?" + query).expect(200).json().get("items");
    }

    private List<String> online(String caller, String... users) {
        List<String> online = new ArrayList<>();
        presence(rest(caller), users)
                .forEach(item -> online.add(
                        item.get("user").asString() + " " + item.get("online").asBoolean()));
        return online;
    }

    private String lastSeen(String caller, String user) {
        return lastSeen(rest(caller), user);
    }

    private String lastSeen(Rest caller, String user) {
        JsonNode item = presence(caller, user).get(0);
        return item.has("lastSeen") ? item.get("lastSeen").asString() : null;
    }
}
