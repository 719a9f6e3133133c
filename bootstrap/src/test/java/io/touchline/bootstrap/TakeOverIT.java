package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Answer;
import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.Backends;
import io.touchline.bootstrap.harness.Client;
import io.touchline.bootstrap.harness.Cluster;
import io.touchline.bootstrap.harness.CrashPoint;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Rest;
import io.touchline.bootstrap.harness.Sender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/**
 * A node dies or is frozen, and others go on in its place. The tests run side by side, since most of each is waiting for a
 * lease to end.
 */
class TakeOverIT {
    /** An API node that is frozen in a transaction holds its channel for so long at most. */
    private static final Duration LOCK_FREE_WITHIN = Duration.ofSeconds(4);

    /** On an idle machine some ms; who waited for the held channel would take 1.5 s at least. */
    private static final Duration OTHERS_GO_ON_WITHIN = Duration.ofMillis(500);

    private static final Duration AFTER_LEASE = Duration.ofSeconds(5);
    private static final Duration FROZEN = Cluster.LEASE.multipliedBy(3);
    private static final int SENDS = 21;

    private static Node toBeFrozen;
    private static Node toBeKilled;
    private static Node toBePaused;

    private final FaultyCluster cluster = FaultyCluster.shared();
    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final String channel = "c-" + id;
    private final String otherChannel = "other-" + id;
    private final String alice = "alice-" + id;
    private final String bob = "bob-" + id;
    private final String carol = "carol-" + id;
    private final String dave = "dave-" + id;
    private final Rest sender = cluster.api(0).as(alice);

    @BeforeAll
    static void launchAll() {
        toBeFrozen = FaultyCluster.shared().newApi().launch();
        toBeKilled = FaultyCluster.shared().newSocket().launch();
        toBePaused = FaultyCluster.shared().newSocket().launch();
    }

    @AfterAll
    static void closeAll() {
        toBeFrozen.close();
        toBeKilled.close();
        toBePaused.close();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void anApiNodeFrozenInItsTransactionHoldsUpOnlyItsChannelAndItsLateWritesAreRefused() {
        Node frozen = toBeFrozen.awaitReady();
        Path proof = frozen.directory().resolve("proof");
        String lateId = "late-" + id;
        try (Client bobs = cluster.client(bob, 0)) {
            createChannels();
            frozen.instrument(CrashPoint.AFTER_INSERT_BEFORE_COMMIT.waitingRules(proof, lateId));
            frozen.as(alice).send(channel, "its own to look after");
            owesNothing();
            CompletableFuture<Answer> late = frozen.as(alice).sendAsync(channel, "late", lateId);
            Await.until("the node to be in its transaction", Await.SOON, () -> Files.exists(proof));
            frozen.pause();
            long begun = System.nanoTime();

            CompletableFuture<JsonNode> sent = CompletableFuture.supplyAsync(() -> retried(lateId));
            CompletableFuture<Duration> taken = sent.thenApply(answer -> Duration.ofNanos(System.nanoTime() - begun));
            Duration typical = typicalSend();
            System.out.printf(
                    "While an API node stood in its transaction, a send to another channel took %d ms%n",
                    typical.toMillis());
            assertThat(typical).isLessThan(OTHERS_GO_ON_WITHIN);
            assertThat(taken.join()).isLessThan(LOCK_FREE_WITHIN);
            long sequence = sent.join().get("sequence").asLong();
            bobs.awaitAll(channel, sequence, FaultyCluster.COMPLETE_WITHIN);
            Await.until(
                    "others to look after the channel",
                    Await.SOON,
                    () -> FaultyCluster.isAnnounced(dave, channel, sequence));

            frozen.resume();
            Answer answered =
                    late.orTimeout(Await.SOON.toSeconds(), TimeUnit.SECONDS).join();
            assertThat(answered.status()).isIn(200, 503);
            owesNothing();
            assertThat(messages()).containsExactly("its own to look after", "late");
            assertThat(announced(dave)).doesNotHaveDuplicates();
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aKilledChatNodesUsersAreGoneWithinItsLeaseAndCompleteElsewhere() {
        Node third = toBeKilled.awaitReady();
        try (Client bobs = Client.of(bob, cluster.api(0)).connect(third);
                Client carols = Client.of(carol, cluster.api(1)).connect(third)) {
            createChannels();
            carols.await(channel, 1);
            third.kill();
            long killed = System.nanoTime();
            long one = send("you are gone");
            carols.connect(cluster.socket(1));
            carols.awaitAll(channel, one, left(killed, Cluster.LEASE.plus(AFTER_LEASE)));
            Await.until(
                    bob + " to be announced to",
                    left(killed, Cluster.LEASE.plus(FaultyCluster.GRACE).plus(AFTER_LEASE)),
                    () -> FaultyCluster.isAnnounced(bob, channel, one));
            long two = send("and back");
            carols.await(channel, two, FaultyCluster.COMPLETE_WITHIN);
            bobs.connect(cluster.socket(0));
            bobs.awaitAll(
                    channel, two, left(killed, Cluster.LEASE.plus(AFTER_LEASE).plus(AFTER_LEASE)));
            owesNothing();
            assertThat(Backends.fcm().received(carol)).isEmpty();
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aChatNodeFrozenForThreeLeasesTakesANewLifeAndItsClientsCatchUp() {
        Node third = toBePaused.awaitReady();
        try (Client bobs = Client.of(bob, cluster.api(0)).connect(third)) {
            createChannels();
            bobs.await(channel, 1);
            third.pause();
            long begun = System.nanoTime();
            long missed = send("while you slept");
            Await.until(bob + " to be announced to", Await.SOON, () -> FaultyCluster.isAnnounced(bob, channel, missed));
            Await.until("three leases to be over", Await.SOON, () -> System.nanoTime() - begun > FROZEN.toNanos());
            assertThat(bobs.event(channel, missed)).isNull();

            third.resume();
            bobs.awaitAll(channel, missed, FaultyCluster.COMPLETE_WITHIN);
            // A forward that waited in the node's socket may come before the node notices that it slept.
            Await.until(bob + " to be told to sync", Await.SOON, () -> bobs.syncs() > 0);
            Await.until("the node to take a new life", Await.SOON, () -> lives(third) > 1);
            Await.until(
                    bob + " to be found there",
                    Await.SOON,
                    () -> sender.get("/presence?user=" + bob)
                            .expect(200)
                            .json()
                            .at("/items/0/online")
                            .asBoolean());
            int announced = Backends.fcm().received(bob).size();
            bobs.await(channel, send("good morning"), FaultyCluster.COMPLETE_WITHIN);
            owesNothing();
            assertThat(Backends.fcm().received(bob)).hasSize(announced);
        }
    }

    private void createChannels() {
        for (String user : List.of(bob, carol, dave)) {
            cluster.api(0).as(user).registerDevice(user);
        }
        sender.createChannel(channel, List.of(bob, carol, dave));
        sender.createChannel(otherChannel, List.of(bob));
    }

    private long send(String content) {
        return sender.send(channel, content).get("sequence").asLong();
    }

    /** How long one of many sends to another channel takes: the median, as any single one may meet a busy machine. */
    private Duration typicalSend() {
        List<Duration> taken = new ArrayList<>();
        for (int i = 0; i < SENDS; i++) {
            long begun = System.nanoTime();
            sender.send(otherChannel, "business as usual");
            taken.add(Duration.ofNanos(System.nanoTime() - begun));
        }
        Collections.sort(taken);
        return taken.get(SENDS / 2);
    }

    private JsonNode retried(String clientMessageId) {
        return new Sender(alice, channel, cluster.api()).send("late", clientMessageId);
    }

    private List<String> messages() {
        return cluster.api(1).as(bob).events(channel, 1).stream()
                .map(event -> event.get("content").asString())
                .toList();
    }

    private static List<String> announced(String device) {
        return Backends.fcm().received(device).stream()
                .map(message -> (Map<?, ?>) message.get("data"))
                .map(data -> data.get("channel") + " " + data.get("sequence"))
                .toList();
    }

    private static long lives(Node node) {
        return node.output()
                .lines()
                .filter(line -> line.contains("Taking connections as"))
                .count();
    }

    private void owesNothing() {
        Await.until(
                channel + " to owe nothing",
                Await.SOON,
                () -> !cluster.database().owes(List.of(channel)));
    }

    private static Duration left(long since, Duration of) {
        return of.minusNanos(System.nanoTime() - since);
    }
}
