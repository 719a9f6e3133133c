package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.Backends;
import io.touchline.bootstrap.harness.Client;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Sender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Nodes are stopped in good order, by SIGTERM. */
class DrainIT {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final FaultyCluster cluster = FaultyCluster.shared();
    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final String channel = "c-" + id;
    private final String alice = "alice-" + id;
    private final String bob = "bob-" + id;
    private final String carol = "carol-" + id;

    @AfterEach
    void heal() {
        cluster.nodeLine(1).heal();
    }

    @Test
    void aRollingRestartLosesNothingFailsNothingTwiceAndPushesNobody() throws Exception {
        createChannel();
        Sender[] senders = {
            new Sender(alice, channel, cluster.api()), new Sender(bob, channel, List.of(cluster.api(1), cluster.api(0)))
        };
        ScheduledExecutorService threads = Executors.newScheduledThreadPool(senders.length);
        try (Client bobs = cluster.client(bob, 0).roam(cluster.sockets());
                Client carols = cluster.client(carol, 1).roam(cluster.sockets())) {
            List<Future<?>> load = new ArrayList<>();
            for (Sender sender : senders) {
                load.add(threads.scheduleWithFixedDelay(
                        () -> sender.send("under way"), 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS));
            }
            cluster.api().forEach(DrainIT::restart);
            cluster.sockets().forEach(DrainIT::restart);
            for (Future<?> sending : load) {
                assertThat(sending.isDone()).as("a sender gave up").isFalse();
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(Await.SOON.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();

            for (Sender sender : senders) {
                assertThat(sender.mostTries()).isBetween(1, 2);
            }
            List<JsonNode> log = cluster.api(0).as(carol).events(channel, 1);
            assertThat(log)
                    .containsExactlyInAnyOrderElementsOf(Stream.of(senders)
                            .flatMap(sender -> sender.answered().stream())
                            .toList());
            for (Client client : List.of(bobs, carols)) {
                client.awaitAll(channel, 1 + log.size(), FaultyCluster.COMPLETE_WITHIN);
            }
            owesNothing();
            assertThat(Backends.fcm().received(bob)).isEmpty();
            assertThat(Backends.fcm().received(carol)).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void anApiNodeThatIsStoppedHandsOverWhatItLooksAfter() {
        createChannel();
        try (Node leaving = cluster.newApi().start();
                Client carols = cluster.client(carol, 1)) {
            owesNothing(); // else whoever looks after the channel would go on with it
            cluster.nodeLine(1).cut();
            long sequence =
                    leaving.as(alice).send(channel, "owed").get("sequence").asLong();
            Optional<String> holder = cluster.database().holder(channel);
            assertThat(holder).isPresent();
            leaving.stop();
            assertThat(cluster.database().holder(channel)).isNotEqualTo(holder);
            cluster.nodeLine(1).heal();
            carols.awaitAll(channel, sequence, FaultyCluster.COMPLETE_WITHIN);
            owesNothing();
            assertThat(Backends.fcm().received(carol)).isEmpty();
        }
    }

    private void createChannel() {
        for (String user : List.of(alice, bob, carol)) {
            cluster.api(0).as(user).registerDevice(user);
        }
        cluster.api(0).as(alice).createChannel(channel, List.of(bob, carol));
    }

    private static void restart(Node node) {
        node.stop();
        node.start();
    }

    private void owesNothing() {
        Await.until(
                channel + " to owe nothing",
                Await.SOON,
                () -> !cluster.database().owes(List.of(channel)));
    }
}
