package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.Backends;
import io.touchline.bootstrap.harness.Client;
import io.touchline.bootstrap.harness.FaultProxy;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Rest;
import io.touchline.bootstrap.harness.Turns;
import io.touchline.core.port.PresenceRegistry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The API nodes cannot reach one of the two chat nodes, which is well and keeps its lease. */
@Order(Turns.MOSTLY_WAITING)
class PartitionIT {
    /** Less than an API node waits for a chat node that does not answer. */
    private static final Duration WITHOUT_WAITING = Duration.ofMillis(1_500);

    /** Three seconds of silence, one until it is looked at, and two over which the clients are spread. */
    private static final Duration MISSED_WITHIN = Duration.ofSeconds(7);

    /** Its lease, as long again for a registry that lost its memory, and what COMPLETE_WITHIN is for. */
    private static final Duration FOUND_DEAD_WITHIN =
            PresenceRegistry.API_LEASE.multipliedBy(2).plus(FaultyCluster.COMPLETE_WITHIN);

    private static final int MESSAGES = 5;
    private static Node doomed;

    private final FaultyCluster cluster = FaultyCluster.shared();
    private final FaultProxy line = cluster.nodeLine(1);
    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final String channel = "c-" + id;
    private final String bob = "bob-" + id;
    private final String carol = "carol-" + id;
    private final Node api = cluster.api(0);
    private final Rest alice = api.as("alice-" + id);

    @BeforeAll
    static void launchTheDoomed() {
        doomed = FaultyCluster.shared().newApi().launch();
    }

    @AfterAll
    static void closeTheDoomed() {
        doomed.close();
    }

    @BeforeEach
    void createChannel() {
        api.as(bob).registerDevice(bob);
        api.as(carol).registerDevice(carol);
        alice.createChannel(channel, List.of(bob, carol));
    }

    @AfterEach
    void heal() {
        line.heal();
    }

    @Test
    void aBlackHoledChatNodeHoldsUpNobodyElseAndItsUsersAreNotPushedAndCompleteWhenItHeals() {
        try (Client bobs = cluster.client(bob, 0);
                Client carols = cluster.client(carol, 1)) {
            carols.await(channel, 1);
            line.blackHole();
            long last = 1;
            for (int i = 0; i < MESSAGES; i++) {
                double failures = failures();
                last = alice.send(channel, "number " + i).get("sequence").asLong();
                bobs.await(channel, last, WITHOUT_WAITING);
                Await.until("the node to be found unreachable", Await.SOON, () -> failures() > failures);
            }
            line.heal();
            carols.awaitAll(channel, last, FaultyCluster.COMPLETE_WITHIN);
            owesNothing();
            assertThat(Backends.fcm().received(carol)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theLaptopBehindACutGetsWhatThePhoneAcknowledgedWhenTheCutHeals(boolean refusing) {
        try (Client phone = cluster.client(bob, 0);
                Client laptop = cluster.client(bob, 1)) {
            laptop.await(channel, 1);
            owesNothingTo(bob, 1);
            if (refusing) {
                line.cut();
            } else {
                line.blackHole();
            }
            double failures = failures();
            JsonNode sent = alice.send(channel, "on all screens");
            long sequence = sent.get("sequence").asLong();
            phone.await(channel, sequence);
            owesNothingTo(bob, sequence);
            Await.until("the node to be found unreachable", Await.SOON, () -> failures() > failures);
            line.heal();
            assertThat(laptop.await(channel, sequence, FaultyCluster.COMPLETE_WITHIN))
                    .isEqualTo(sent);
            assertThat(Backends.fcm().received(bob)).isEmpty();
        }
    }

    @Test
    void theLaptopBehindACutGetsWhatThePhoneAcknowledgedThoughTheOneApiNodeThatOwesItDies() {
        doomed.awaitReady();
        long cut = System.nanoTime();
        line.cut();
        try (Client phone = cluster.client(bob, 0)) {
            owesNothingTo(bob, 1);
            Await.until("all to be missed", Await.SOON, () -> System.nanoTime() - cut > MISSED_WITHIN.toNanos());
            getsWhatADyingApiNodeOwesIt(phone);
        }
    }

    private void getsWhatADyingApiNodeOwesIt(Client phone) {
        try (Client laptop = cluster.client(bob, 1)) {
            laptop.await(channel, 1);
            JsonNode sent = doomed.as("alice-" + id).send(channel, "on all screens");
            long sequence = sent.get("sequence").asLong();
            phone.await(channel, sequence);
            owesNothingTo(bob, sequence);
            Await.until("the node to be found unreachable", Await.SOON, () -> failures(doomed) > 0);
            doomed.kill();
            line.heal();
            assertThat(laptop.await(channel, sequence, FOUND_DEAD_WITHIN)).isEqualTo(sent);
            assertThat(Backends.fcm().received(bob)).isEmpty();
        }
    }

    private double failures() {
        return failures(api);
    }

    private static double failures(Node api) {
        return api.metric("touchline_forward_failures_total");
    }

    private void owesNothing() {
        Await.until(
                channel + " to owe nothing",
                Await.SOON,
                () -> !cluster.database().owes(List.of(channel)));
    }

    private void owesNothingTo(String user, long sequence) {
        Await.until(
                "the mark of " + user,
                Await.SOON,
                () -> alice.participant(channel, user).get("delivered").asLong() == sequence);
    }
}
