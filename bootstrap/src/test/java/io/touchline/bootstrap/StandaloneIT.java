package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.touchline.bootstrap.documents.OpenApi;
import io.touchline.bootstrap.harness.Answer;
import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.Browser;
import io.touchline.bootstrap.harness.Client;
import io.touchline.bootstrap.harness.Json;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Rest;
import io.touchline.bootstrap.harness.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The one jar that needs nothing else. */
class StandaloneIT {
    private static final int ROUNDS = Integer.getInteger("touchline.rounds", 3);
    private static final int SENDERS = 8;
    private static final int SENT_BEFORE_THE_END = 40;

    private static final Node NODE = new Node(Node.Kind.STANDALONE, "standalone");

    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final String channel = "c-" + id;

    @BeforeAll
    static void start() {
        NODE.start();
    }

    @AfterAll
    static void stop() {
        NODE.stop();
    }

    @Test
    void aMessageGoesThroughWithTokensOfItsOwn() {
        String alice = "alice-" + id;
        String bob = "bob-" + id;
        Rest rest = as(alice);
        rest.createChannel(channel, List.of(bob));
        try (Client client = Client.of(bob, as(bob)).connect(NODE, token(NODE, bob))) {
            JsonNode sent = rest.send(channel, "hello");
            assertThat(client.await(channel, 2)).isEqualTo(sent);
        }
    }

    /** As the README says. */
    @Test
    void whoHasJustClonedItTalksInTwoWindows() {
        try (Browser browser = Browser.start()) {
            Person alice = new Person("alice-" + id, browser);
            Person bob = new Person("bob-" + id, browser);
            alice.opens(URI.create("http://localhost:" + NODE.uri().getPort())).signsInByName();
            browser.awaitText("main", "Welcome, " + alice.name());
            String mine = browser.window();
            browser.click("main a[target=_blank]");
            String its = browser.toOtherWindow();
            bob.signsInByName();
            bob.startsAConversationWith(alice.name());
            bob.sends("Is this thing on?");

            browser.toWindow(mine);
            alice.opensConversation(bob.name());
            alice.awaitMessage("Is this thing on?");
            alice.sends("It is");
            browser.toWindow(its);
            bob.awaitMessage("It is");
            assertThat(browser.errors()).isEmpty();
        }
    }

    @Test
    void clientsAreToldWhereToConnect() {
        JsonNode base = as("alice-" + id).get("").expect(200).json();
        assertThat(base.get("socket").asString()).isEqualTo(NODE.socketUri().toString());
    }

    @Test
    void itsOwnCallIsDocumentedLikeTheOthers() {
        OpenApi document = new OpenApi(Rest.plain("GET", NODE.uri().resolve("/api/v1/openapi.json"), "")
                .expect(200)
                .json());
        for (String user : List.of("alice-" + id, "not a name")) {
            String body = Json.write(Map.of("user", user));
            document.judge("POST", "/dev/token", body, askForToken(NODE, user));
        }
        document.judge("GET", "/api/v1", "", Rest.plain("GET", NODE.uri().resolve("/api/v1"), ""));
        assertThat(document.unseenStatuses(List.of(document.operation("devToken"))))
                .containsExactly("POST /dev/token 403", "POST /dev/token 404", "POST /dev/token 415");
    }

    @Test
    void aPushIsWrittenToTheLog() {
        String bob = "bob-" + id;
        as(bob).registerDevice("phone-" + id);
        Rest alice = as("alice-" + id);
        alice.createChannel(channel, List.of(bob));
        alice.send(channel, "are you there?");
        String line = "push to device phone-" + id + ": channel " + channel + " up to 2";
        Await.until(line, Await.SOON, () -> NODE.output().contains(line));
    }

    @Test
    void whatWasAcknowledgedIsThereAfterAKill() {
        as("alice").createChannel(channel, List.of("bob"));
        Queue<JsonNode> acknowledged = new ConcurrentLinkedQueue<>();
        for (int round = 0; round < ROUNDS; round++) {
            sendUntilKilled("round " + round + " message ", acknowledged);
            NODE.start();
            List<JsonNode> log = as("bob").events(channel, 0);
            assertThat(log)
                    .extracting(event -> event.get("sequence").asLong())
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, log.size()).boxed().toList());
            assertThat(log).containsAll(acknowledged).doesNotHaveDuplicates();
            assertThat(log).hasSizeLessThanOrEqualTo(1 + acknowledged.size() + (round + 1) * SENDERS);
        }
    }

    /** Several send at once, and the node is killed as soon as so many were answered. */
    private void sendUntilKilled(String content, Queue<JsonNode> acknowledged) {
        Rest alice = as("alice");
        int enough = acknowledged.size() + SENT_BEFORE_THE_END;
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
        List<CompletableFuture<Void>> senders = IntStream.range(0, SENDERS)
                .mapToObj(sender -> CompletableFuture.runAsync(
                        () -> {
                            for (int number = 0;
                                    trySend(alice, content + sender + "-" + number, acknowledged);
                                    number++) {
                                if (acknowledged.size() >= enough) {
                                    NODE.kill();
                                }
                            }
                        },
                        threads))
                .toList();
        senders.forEach(CompletableFuture::join);
        threads.shutdown();
    }

    private boolean trySend(Rest alice, String content, Queue<JsonNode> acknowledged) {
        try {
            acknowledged.add(alice.trySend(channel, content, null).expect(201).json());
            return true;
        } catch (UncheckedIOException e) {
            return false; // killed
        }
    }

    @Test
    void tokensAreNotHandedOutWhereAnIdentityProviderIsConfigured() {
        try (Node node = new Node(Node.Kind.STANDALONE, "standalone-jwt").set("touchline.jwt.secret", Tokens.SECRET)) {
            node.start();
            assertThat(askForToken(node, "alice").status()).isEqualTo(404);
            node.as("alice").get("/channels").expect(200);
        }
    }

    @Test
    void itListensToThisMachineOnly() throws IOException {
        String other = anAddressBesides("127.0.0.1");
        for (int port : List.of(NODE.uri().getPort(), NODE.managementUri().getPort())) {
            assertThatThrownBy(() -> connect(other, port)).isInstanceOf(ConnectException.class);
            connect("127.0.0.1", port);
        }
    }

    private static void connect(String address, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 5_000);
        }
    }

    /** Of a network, or where there is none, another of the loopback's. */
    private static String anAddressBesides(String loopback) throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .map(InetAddress::getHostAddress)
                .filter(address -> !address.equals(loopback))
                .findFirst()
                .orElse("127.0.0.2");
    }

    private static Rest as(String user) {
        return new Rest(NODE.uri(), token(NODE, user));
    }

    private static String token(Node node, String user) {
        return askForToken(node, user).expect(200).json().get("token").asString();
    }

    private static Answer askForToken(Node node, String user) {
        return Rest.plain("POST", node.uri().resolve("/dev/token"), Json.write(Map.of("user", user)));
    }
}
