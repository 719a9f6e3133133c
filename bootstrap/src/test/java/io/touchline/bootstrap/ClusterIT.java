package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.adapter.fcm.FcmServer;
import io.touchline.bootstrap.harness.Answer;
import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.Backends;
import io.touchline.bootstrap.harness.Client;
import io.touchline.bootstrap.harness.Cluster;
import io.touchline.bootstrap.harness.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Two API nodes and two chat nodes as processes of their own, with real PostgreSQL, real Redis and an FCM server. */
class ClusterIT {
    private final Cluster cluster = Cluster.shared();
    private final FcmServer fcm = Backends.fcm();
    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final String channel = "c-" + id;
    private final String alice = "alice-" + id;
    private final String bob = "bob-" + id;
    private final String carol = "carol-" + id;

    @Test
    void aMessageReachesItsReceiversOnBothChatNodesOnAllTheirConnections() {
        cluster.api(0).as(alice).createChannel(channel, List.of(bob, carol));
        try (Client bobOnOne = client(bob, 0);
                Client bobOnOneToo = client(bob, 0);
                Client bobOnTheOther = client(bob, 1);
                Client carolOnTheOther = client(carol, 1)) {
            JsonNode sent = cluster.api(0).as(alice).send(channel, "Grüße an alle 👋");
            for (Client client : List.of(bobOnOne, bobOnOneToo, bobOnTheOther, carolOnTheOther)) {
                assertThat(client.await(channel, 2)).isEqualTo(sent);
            }
        }
    }

    @Test
    void theSendersOwnConnectionsGetTheMessage() {
        cluster.api(0).as(alice).createChannel(channel, List.of(bob));
        try (Client phone = client(alice, 0);
                Client laptop = client(alice, 1)) {
            JsonNode sent = cluster.api(1).as(alice).send(channel, "from my phone");
            assertThat(phone.await(channel, 2)).isEqualTo(sent);
            assertThat(laptop.await(channel, 2)).isEqualTo(sent);
        }
    }

    @Test
    void aReceiptOverTheSocketMovesTheMarkAndSettles() {
        cluster.api(0).as(bob).registerDevice(bob);
        cluster.api(0).as(alice).createChannel(channel, List.of(bob));
        try (Client client = client(bob, 0)) {
            cluster.api(1).as(alice).send(channel, "got it?");
            client.await(channel, 2);
            Await.until("the mark of " + bob, Await.SOON, () -> delivered(bob) == 2);
        }
        assertThat(fcm.received(bob)).isEmpty();
    }

    @Test
    void whoSendsNoReceiptGetsTheMessageAgainAndIsThenAnnouncedTo() {
        cluster.api(0).as(bob).registerDevice(bob);
        try (Client client = Client.silent(bob, cluster.api(0)).connect(cluster.socket(0))) {
            long begun = System.nanoTime();
            cluster.api(0).as(alice).createChannel(channel, List.of(bob));
            cluster.api(0).as(alice).send(channel, "still there?");
            client.await(channel, 2);
            long frames = client.frames();
            Await.until("the same once more", Await.SOON, () -> client.frames() > frames);
            awaitShown(bob, 2);
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isGreaterThanOrEqualTo(Cluster.RECEIPT_TIMEOUT.multipliedBy(2));
        }
    }

    @Test
    void whatBecameOfAMessageIsToldOfEachReceiver() {
        String dave = "dave-" + id;
        cluster.api(0).as(carol).registerDevice(carol);
        cluster.api(0).as(alice).createChannel(channel, List.of(bob, carol, dave));
        try (Client client = client(bob, 0)) {
            JsonNode sent = cluster.api(1).as(alice).send(channel, "did you all get it?");
            assertThat(client.await(channel, 2)).isEqualTo(sent);

            List<String> expected = List.of(bob + " delivered", carol + " pushed", dave + " none no-device");
            Await.until(
                    () -> expected + ", not " + deliveries(),
                    Await.SOON,
                    () -> deliveries().equals(expected));
        }
        assertThat(fcm.shown(carol)).isNotEmpty();
    }

    @Test
    void aNewChannelIsToldToWhoIsInIt() {
        try (Client client = client(bob, 1)) {
            cluster.api(0).as(alice).createChannel(channel, List.of(bob));
            JsonNode created = client.await(channel, 1);
            assertThat(created.get("type").asString()).isEqualTo("channel.created");
            assertThat(created.get("sender").asString()).isEqualTo(alice);
        }
    }

    @Test
    void anOfflineParticipantIsAnnouncedToOnBothDevices() {
        cluster.api(0).as(bob).registerDevice(bob + "-phone");
        cluster.api(1).as(bob).registerDevice(bob + "-tablet");
        cluster.api(0).as(alice).createChannel(channel, List.of(bob));
        long sequence = cluster.api(0)
                .as(alice)
                .send(channel, "are you there?")
                .get("sequence")
                .asLong();
        for (String device : List.of(bob + "-phone", bob + "-tablet")) {
            awaitShown(device, sequence);
            assertThat(fcm.received(device)).hasSize(1);
            assertThat(data(device))
                    .contains(
                            Map.entry("channel", channel),
                            Map.entry("sequence", "2"),
                            Map.entry("sender", alice),
                            Map.entry("count", "1"));
            assertThat(fcm.shown(device).get(0).body()).isEqualTo("are you there?");
        }
    }

    @Test
    void whoDisconnectsIsAnnouncedToAfterTheGraceAndNotBefore() {
        cluster.api(0).as(bob).registerDevice(bob);
        cluster.api(0).as(alice).createChannel(channel, List.of(bob));
        Client client = client(bob, 1);
        client.await(
                channel,
                cluster.api(0).as(alice).send(channel, "one").get("sequence").asLong());

        long left = System.nanoTime();
        client.disconnect();
        long sequence =
                cluster.api(0).as(alice).send(channel, "two").get("sequence").asLong();
        awaitShown(bob, sequence);

        assertThat(Duration.ofNanos(System.nanoTime() - left)).isGreaterThanOrEqualTo(Cluster.GRACE);
        assertThat(client.event(channel, sequence)).isNull();
    }

    @Test
    void whoReconnectsGetsMessagesByTheSocketAgainAndNoPush() {
        cluster.api(0).as(bob).registerDevice(bob);
        cluster.api(0).as(carol).registerDevice(carol);
        cluster.api(0).as(alice).createChannel(channel, List.of(bob, carol));
        try (Client client = client(bob, 0)) {
            client.disconnect();
            awaitShown(
                    bob,
                    cluster.api(0)
                            .as(alice)
                            .send(channel, "while away")
                            .get("sequence")
                            .asLong());
            int announced = fcm.received(bob).size();

            client.connect(cluster.socket(1));
            assertThat(client.event(channel, 2)).isNotNull();
            JsonNode sent = cluster.api(1).as(alice).send(channel, "welcome back");
            assertThat(client.await(channel, 3)).isEqualTo(sent);
            awaitShown(carol, 3); // by then bob would have been announced to as well
            assertThat(fcm.received(bob)).hasSize(announced);
        }
    }

    @Test
    void theSameMessageSentEightTimesAtOnceOverBothApiNodesIsOneAndAnsweredAlike() {
        cluster.api(0).as(alice).createChannel(channel, List.of(bob));
        try (Client client = client(bob, 0)) {
            List<CompletableFuture<Answer>> sent = IntStream.range(0, 8)
                    .mapToObj(i -> cluster.api(i % 2).as(alice).sendAsync(channel, "only once", "m-" + id))
                    .toList();
            List<Answer> answers = sent.stream().map(CompletableFuture::join).toList();

            assertThat(answers).extracting(Answer::status).containsOnlyOnce(201).containsOnly(200, 201);
            Set<String> bodies = new HashSet<>();
            answers.forEach(answer -> bodies.add(answer.text()));
            assertThat(bodies).hasSize(1);
            List<JsonNode> log = cluster.api(1).as(bob).events(channel, 1);
            assertThat(log).containsExactly(answers.get(0).json());
            assertThat(client.await(channel, 2)).isEqualTo(answers.get(0).json());
        }
    }

    @Test
    void theUsersOfAKilledChatNodeAreAnnouncedToWhenItsLeaseAndTheGraceAreOver() {
        cluster.api(0).as(bob).registerDevice(bob);
        cluster.api(0).as(alice).createChannel(channel, List.of(bob));
        Node third = cluster.newSocket().start();
        try (third;
                Client client = Client.of(bob, cluster.api(0)).connect(third)) {
            client.await(
                    channel,
                    cluster.api(0)
                            .as(alice)
                            .send(channel, "one")
                            .get("sequence")
                            .asLong());
            long killed = System.nanoTime();
            third.kill();
            long sequence = cluster.api(1)
                    .as(alice)
                    .send(channel, "two")
                    .get("sequence")
                    .asLong();

            awaitShown(bob, sequence);
            Duration taken = Duration.ofNanos(System.nanoTime() - killed);
            Duration leaseLeft = Cluster.LEASE.dividedBy(2); // two thirds, as it is renewed every third, and some slack
            assertThat(taken).isGreaterThan(leaseLeft).isLessThan(Duration.ofSeconds(12));
            assertThat(data(bob)).contains(Map.entry("channel", channel), Map.entry("sender", alice));
        }
    }

    private Client client(String user, int socket) {
        return Client.of(user, cluster.api(socket)).connect(cluster.socket(socket));
    }

    private void awaitShown(String device, long sequence) {
        Await.until(
                device + " to show news of " + channel + " up to " + sequence,
                Await.SOON,
                () -> fcm.shown(device).stream()
                        .anyMatch(shown -> shown.channel().equals(channel) && shown.sequence() >= sequence));
    }

    private long delivered(String user) {
        return cluster.api(1)
                .as(alice)
                .participant(channel, user)
                .get("delivered")
                .asLong();
    }

    /** What Bob is told of the first message. */
    private List<String> deliveries() {
        JsonNode items = cluster.api(0)
                .as(bob)
                .get("/channels/" + channel + "/messages/2/delivery")
                .expect(200)
                .json()
                .get("items");
        List<String> deliveries = new ArrayList<>();
        for (JsonNode item : items) {
            assertThat(item.has("at")).as("%s", item).isEqualTo(isEnded(item));
            String reason = item.has("reason") ? " " + item.get("reason").asString() : "";
            deliveries.add(item.get("user").asString() + " " + item.get("state").asString() + reason);
        }
        return deliveries;
    }

    private static boolean isEnded(JsonNode delivery) {
        return Set.of("pushed", "none").contains(delivery.get("state").asString());
    }

    /** What came with the latest announcement. */
    private Map<String, String> data(String device) {
        List<Map<?, ?>> received = fcm.received(device);
        Map<String, String> data = new HashMap<>();
        ((Map<?, ?>) received.get(received.size() - 1).get("data"))
                .forEach((key, value) -> data.put((String) key, (String) value));
        return data;
    }
}
