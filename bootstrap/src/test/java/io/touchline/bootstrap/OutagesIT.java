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
import io.touchline.bootstrap.harness.Turns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Redis or the database is away, in every way in which it can be, and comes back. No node is started again. */
@Order(Turns.MOSTLY_WAITING)
class OutagesIT {
    /** Promised are 2 s. */
    private static final Duration REFUSED_WITHIN = Duration.ofMillis(2_500);

    /** On a machine that others keep busy. */
    private static final Duration EACH_REFUSED_WITHIN = Duration.ofSeconds(4);

    private static final int TRY_LATER = 1013;
    private static final int REFUSALS = 4;

    private final FaultyCluster cluster = FaultyCluster.shared();
    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final String channel = "c-" + id;
    private final String alice = "alice-" + id;
    private final String bob = "bob-" + id;
    private final String carol = "carol-" + id;
    private final String dave = "dave-" + id;
    private final String newcomer = "newcomer-" + id;

    enum RedisFault {
        KILLED {
            @Override
            void begin(FaultyCluster cluster) {
                cluster.redis().kill();
            }

            @Override
            void end(FaultyCluster cluster) {
                cluster.redis().restart();
            }
        },
        BLACK_HOLED {
            @Override
            void begin(FaultyCluster cluster) {
                cluster.redisLines().forEach(FaultProxy::blackHole);
            }

            @Override
            void end(FaultyCluster cluster) {
                cluster.redisLines().forEach(FaultProxy::heal);
            }
        };

        abstract void begin(FaultyCluster cluster);

        abstract void end(FaultyCluster cluster);
    }

    enum DatabaseFault {
        KILLED {
            @Override
            void begin(FaultyCluster cluster) {
                cluster.postgreSql().kill();
            }

            @Override
            void end(FaultyCluster cluster) {
                cluster.postgreSql().restart();
            }
        },
        BLACK_HOLED {
            @Override
            void begin(FaultyCluster cluster) {
                cluster.databaseLine().blackHole();
            }

            @Override
            void end(FaultyCluster cluster) {
                cluster.databaseLine().heal();
            }
        };

        abstract void begin(FaultyCluster cluster);

        abstract void end(FaultyCluster cluster);
    }

    @AfterEach
    void nodesAreWell() {
        List<Node> nodes = new ArrayList<>(cluster.api());
        nodes.addAll(cluster.sockets());
        Await.until("all nodes to be ready", Await.SOON, () -> nodes.stream().allMatch(Node::isReady));
    }

    @ParameterizedTest
    @EnumSource
    void withoutRedisMessagesAreTakenAndReachOpenConnectionsAndOnlyNewOnesAreTurnedAway(RedisFault fault) {
        createChannel();
        try (Client bobs = cluster.client(bob, 0);
                Client carols = cluster.client(carol, 1)) {
            long sent;
            fault.begin(cluster);
            try {
                sent = sendReaches(bobs, carols);
                Await.until("a newcomer to be turned away", Await.SOON, () -> status(0) == 503 && status(1) == 503);
                assertThat(Handshake.closeCode(cluster.socket(0), newcomer)).isEqualTo(TRY_LATER);
                sent = sendReaches(bobs, carols);
            } finally {
                fault.end(cluster);
            }
            Await.until("a newcomer to be let in", Await.SOON, () -> status(0) == 101 && status(1) == 101);
            whoIsConnectedWasNotPushedWhenWhoIsNotWas(sent);
            sendReaches(bobs, carols);
        }
    }

    @Test
    void aRedisThatForgetsEverythingTakesNothingFromOpenConnections() {
        createChannel();
        try (Client bobs = cluster.client(bob, 0);
                Client carols = cluster.client(carol, 1)) {
            cluster.redis().flush();
            long sent = sendReaches(bobs, carols);
            whoIsConnectedWasNotPushedWhenWhoIsNotWas(sent);
            sendReaches(bobs, carols);
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutTheDatabaseSendsAreRefusedSoonAndNothingIsHalfDone(DatabaseFault fault) {
        createChannel();
        Map<String, Answer> refused = new LinkedHashMap<>();
        List<Duration> taken = new ArrayList<>();
        try (Client bobs = cluster.client(bob, 0)) {
            fault.begin(cluster);
            try {
                for (int i = 0; i < REFUSALS; i++) {
                    String messageId = UUID.randomUUID().toString();
                    long begun = System.nanoTime();
                    Answer answer = api(i).trySend(channel, "number " + i, messageId);
                    taken.add(Duration.ofNanos(System.nanoTime() - begun));
                    refused.put(messageId, answer.expect(503));
                    assertThat(answer.response().headers().firstValue("Retry-After"))
                            .isPresent();
                }
                Collections.sort(taken);
                assertThat(taken.get(REFUSALS / 2)).isLessThan(REFUSED_WITHIN);
                assertThat(taken.get(REFUSALS - 1)).isLessThan(EACH_REFUSED_WITHIN);
            } finally {
                fault.end(cluster);
            }
            Await.until("both API nodes to store again", Await.SOON, () -> isStoring(0) && isStoring(1));
            eachIsThereOnce(List.copyOf(refused.keySet()), bobs);
        }
    }

    /** Sent again to both API nodes, the messages that were refused are in the log once each. */
    private void eachIsThereOnce(List<String> messageIds, Client bobs) {
        for (int i = 0; i < messageIds.size(); i++) {
            for (int node = 0; node < 2; node++) {
                assertThat(api(node)
                                .trySend(channel, "number " + i, messageIds.get(i))
                                .status())
                        .isIn(200, 201);
            }
        }
        List<JsonNode> log = cluster.api(0).as(bob).events(channel, 0);
        assertThat(log)
                .filteredOn(event -> event.has("clientMessageId")
                        && messageIds.contains(event.get("clientMessageId").asString()))
                .extracting(event -> event.get("clientMessageId").asString())
                .containsExactlyInAnyOrderElementsOf(messageIds);
        assertThat(log)
                .extracting(event -> event.get("sequence").asLong())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, log.size()).boxed().toList());
        bobs.awaitAll(channel, log.size(), FaultyCluster.COMPLETE_WITHIN);
    }

    private void createChannel() {
        for (String user : List.of(bob, carol, dave)) {
            cluster.api(0).as(user).registerDevice(user);
        }
        cluster.api(0).as(alice).createChannel(channel, List.of(bob, carol, dave));
    }

    /** Sends by both API nodes; the last sequence. */
    private long sendReaches(Client... clients) {
        long sequence = 0;
        for (int node = 0; node < 2; node++) {
            sequence = api(node).send(channel, "still here?").get("sequence").asLong();
            for (Client client : clients) {
                client.await(channel, sequence, FaultyCluster.COMPLETE_WITHIN);
            }
        }
        return sequence;
    }

    private void whoIsConnectedWasNotPushedWhenWhoIsNotWas(long sequence) {
        Await.until(dave + " to be announced to", Await.SOON, () -> FaultyCluster.isAnnounced(dave, channel, sequence));
        Await.until(
                channel + " to owe nothing",
                Await.SOON,
                () -> !cluster.database().owes(List.of(channel)));
        assertThat(Backends.fcm().received(bob)).isEmpty();
        assertThat(Backends.fcm().received(carol)).isEmpty();
    }

    private boolean isStoring(int node) {
        return api(node).trySend(channel, "are you back?", null).status() == 201;
    }

    private int status(int socket) {
        return Handshake.status(cluster.socket(socket), newcomer);
    }

    private Rest api(int number) {
        return cluster.api(number % 2).as(alice);
    }
}
