package io.touchline.bootstrap;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.touchline.core.ChatNode;
import io.touchline.core.ChatNodeSettings;
import io.touchline.core.port.NodeFrames;
import io.touchline.core.port.PresenceRegistry;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The chat node itself: who is connected here. */
@Configuration(proxyBeanMethods = false)
class NodeConfiguration {
    private static final int MAX_QUEUE_BYTES = 256 * 1024;

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
        try {
            return new ChatNodeSettings(
                    id == null ? "node-" + UUID.randomUUID().toString().substring(0, 8) : id,
                    properties.node().lease(),
                    socket.heartbeat(),
                    socket.writeDeadline(),
                    MAX_QUEUE_BYTES,
                    socket.maxConnectionsPerUser());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationProblem(
                    "One of touchline.node.lease, touchline.socket.heartbeat, touchline.socket.write-deadline and"
                            + " touchline.socket.max-connections-per-user makes no sense: " + e.getMessage() + ".",
                    e);
        }
    }

    /** Where API nodes reach this node. */
    record NodeAddress(String value) {}
}
