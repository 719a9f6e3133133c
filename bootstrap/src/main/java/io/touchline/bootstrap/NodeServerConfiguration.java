package io.touchline.bootstrap;

import io.touchline.adapter.websocket.NodeServer;
import io.touchline.bootstrap.NodeConfiguration.NodeAddress;
import io.touchline.core.ChatNode;
import io.touchline.core.port.PresenceRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where a chat node takes what API nodes forward. */
@Configuration(proxyBeanMethods = false)
class NodeServerConfiguration {
    @Bean
    NodeAddress nodeAddress(TouchlineProperties properties) {
        String address = properties.node().address();
        if (address == null) {
            return new NodeAddress(
                    "http://" + HostAddress.own() + ":" + properties.node().port());
        }
        if (!address.matches("https?://[^/?#@\\s]+")) {
            throw new ConfigurationProblem("The property touchline.node.address is not the address of a node: set one"
                    + " such as http://10.0.0.7:8091, without a path.");
        }
        return new NodeAddress(address);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    NodeServer nodeServer(
            ChatNode node, PresenceRegistry presence, TouchlineProperties properties, SslBundles bundles) {
        TouchlineProperties.Node own = properties.node();
        return new NodeServer(
                node, presence::apiNodes, node::resyncAll, NodeTrust.of(own), own.port(), NodeTrust.tls(own, bundles));
    }
}
