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
import org.junit.jupiter.api.Test;

/** A client that does not read costs only itself. */
class StalledClientIT {
    private static final int HEALTHY = 10;
    private static final int LARGE = 15_000;

    /** What the kernel takes for a client that does not read, and what then waits in the node, is less. */
    private static final int MOST = 20_000_000 / LARGE;

    /** Much shorter than the two seconds that the node gives one write. */
    private static final Duration PROMPT = Duration.ofMillis(1_500);

    private final Cluster cluster = Cluster.shared();
    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final String channel = "stalled-" + id;
    private final String content = "x".repeat(LARGE);

    @Test
    void aClientThatStopsReadingIsCutAndDelaysNobody() {
        Rest sender = cluster.api(0).as("sender-" + id);
        List<String> users = IntStream.range(0, HEALTHY)
                .mapToObj(i -> "healthy-" + i + "-" + id)
                .toList();
        String stalled = "stalled-" + id;
        List<String> receivers = new ArrayList<>(users);
        receivers.add(stalled);
        sender.createChannel(channel, receivers);

        Node node = cluster.newSocket().start();
        StalledClient stuck = new StalledClient(stalled, node);
        try (node;
                stuck) {
            List<Client> healthy = users.stream()
                    .map(user -> Client.of(user, cluster.api(0)).connect(node))
                    .toList();
            assertThat(connections(node)).isEqualTo(HEALTHY + 1);

            int sent = 0;
            while (connections(node) > HEALTHY) {
                assertThat(++sent)
                        .as("messages that a client who does not read was sent")
                        .isLessThan(MOST);
                long sequence = sender.send(channel, content).get("sequence").asLong();
                healthy.forEach(client -> client.await(channel, sequence, PROMPT));
            }
            long last = sender.send(channel, "the end").get("sequence").asLong();
            healthy.forEach(client -> client.awaitAll(channel, last));
            assertThat(connections(node)).isEqualTo(HEALTHY);
            healthy.forEach(Client::close);
        }
    }

    private static double connections(Node node) {
        return node.metric("touchline_socket_connections");
    }
}
