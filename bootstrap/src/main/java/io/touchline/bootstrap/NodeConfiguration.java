package io.touchline.bootstrap;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.touchline.core.ChatNode;
import io.touchline.core.ChatNodeSettings;
import io.touchline.core.port.NodeFrames;
import io.touchline.core.port.PresenceRegistry;
import java.time.Duration;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The chat node itself: who is connected here. */
@Configuration(proxyBeanMethods = false)
class NodeConfiguration {
    private static final int MAX_QUEUE_BYTES = 256 * 1024;

    /** An API node that is there comes within a second. */
    private static final Duration AWAIT_REVOCATIONS = Duration.ofSeconds(2);

    @Bean
    ChatNode chatNode(
            NodeAddress address,
            PresenceRegistry presence,
            NodeFrames frames,
            TouchlineProperties properties,
            MeterRegistry meters) {
        ChatNode node = ChatNode.builder()
                .presence(presence)
                .frames(frames)
                .address(address.value())
                .settings(settings(properties))
                .observer(new NodeWatcher(meters))
                .awaitRevocations(AWAIT_REVOCATIONS)
                .build();
        Gauge.builder("touchline.socket.connections", node, ChatNode::connectionCount)
                .register(meters);
        return node;
    }

    @Bean
    NodeLifecycle nodeLifecycle(ChatNode node) {
        return new NodeLifecycle(node);
    }

    private static ChatNodeSettings settings(TouchlineProperties properties) {
        String id = properties.node().id();
        TouchlineProperties.Socket socket = properties.socket();
        if (socket.maxConnectionsPerUser() < 1) {
            throw new ConfigurationProblem("The property touchline.socket.max-connections-per-user is "
                    + socket.maxConnectionsPerUser() + ": set a number such as 32.");
        }
        return new ChatNodeSettings(
                id == null ? "node-" + UUID.randomUUID().toString().substring(0, 8) : id,
                atLeast("touchline.node.lease", properties.node().lease(), Duration.ofSeconds(1)),
                atLeast("touchline.socket.heartbeat", socket.heartbeat(), Duration.ofSeconds(1)),
                atLeast("touchline.socket.write-deadline", socket.writeDeadline(), Duration.ofMillis(100)),
                MAX_QUEUE_BYTES,
                socket.maxConnectionsPerUser());
    }

    private static Duration atLeast(String property, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            throw new ConfigurationProblem("The property " + property + " is " + value.toMillis()
                    + " ms: set a duration such as 10s, " + least.toMillis() + "ms at least.");
        }
        return value;
    }

    /** Where API nodes reach this node. */
    record NodeAddress(String value) {}
}
