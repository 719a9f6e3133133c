package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Client;
import io.touchline.bootstrap.harness.Cluster;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Rest;
import io.touchline.bootstrap.harness.StalledClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A client that stops reading, among ten healthy ones, costs only itself. */
class StalledClientIT {
    private static final int HEALTHY = 10;
    private static final int LARGE = 15_000;

    /** What the kernel takes for a client that does not read, and what then waits in the node, is less. */
    private static final int MOST = 20_000_000 / LARGE;

    private static final Duration WRITE_DEADLINE = Duration.ofSeconds(3);

    /** Less than the deadline: who waited for the one that does not read would be later. */
    private static final Duration PROMPT = Duration.ofMillis(2_500);

    private static final String ID = UUID.randomUUID().toString().substring(0, 8);
    private static final String CHANNEL = "channel-" + ID;
    private static final String STALLED = "stalled-" + ID;
    private static final Cluster CLUSTER = Cluster.shared();
    private static final Rest SENDER = CLUSTER.api(0).as("sender-" + ID);
    private static final Node NODE =
            CLUSTER.newSocket().set("touchline.socket.write-deadline", WRITE_DEADLINE.toMillis() + "ms");

    private static List<Client> healthy = List.of();
    private static int bearable;

    @BeforeAll
    static void connect() {
        NODE.start();
        List<String> users = IntStream.range(0, HEALTHY)
                .mapToObj(i -> "healthy-" + i + "-" + ID)
                .toList();
        List<String> receivers = new ArrayList<>(users);
        receivers.add(STALLED);
        SENDER.createChannel(CHANNEL, receivers);
        healthy = users.stream()
                .map(user -> Client.of(user, CLUSTER.api(0)).connect(NODE))
                .toList();
    }

    @AfterAll
    static void disconnect() {
        healthy.forEach(Client::close);
        NODE.close();
    }

    @Test
    void whoStopsReadingIsCutWhenTooMuchWaitsForHimAndDelaysNobody() {
        assertThat(bearable()).isPositive();
    }

    @Test
    void whoStopsReadingIsCutByTheDeadlineOfAWriteAndDelaysNobody() {
        int almostTooMuch = bearable() - 8;
        try (StalledClient stalled = new StalledClient(STALLED, NODE)) {
            for (int sent = 0; sent < almostTooMuch; sent++) {
                sendLargeOne(stalled);
            }
            assertThat(isConnected()).isTrue();
            long begun = System.nanoTime();
            while (isConnected()) {
                sendToAll("a short one");
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(WRITE_DEADLINE.multipliedBy(3));
            }
        }
    }

    /** How many large messages a client that does not read is sent before he is cut. */
    private static int bearable() {
        if (bearable == 0) {
            try (StalledClient stalled = new StalledClient(STALLED, NODE)) {
                while (isConnected()) {
                    sendLargeOne(stalled);
                    assertThat(++bearable).isLessThan(MOST);
                }
            }
        }
        return bearable;
    }

    private static void sendLargeOne(StalledClient stalled) {
        long sequence = sendToAll("x".repeat(LARGE));
        if (sequence % 10 == 0) {
            stalled.acknowledge(CHANNEL, sequence);
        }
    }

    private static long sendToAll(String content) {
        long sequence = SENDER.send(CHANNEL, content).get("sequence").asLong();
        healthy.forEach(client -> client.await(CHANNEL, sequence, PROMPT));
        return sequence;
    }

    /** Whether the node still holds the connection of the one that does not read. */
    private static boolean isConnected() {
        return NODE.metric("touchline_socket_connections") == HEALTHY + 1;
    }
}
