package io.touchline.adapter.websocket;

import io.touchline.core.ChatNode;
import io.touchline.core.port.NodeFrames;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

/**
 * Serves clients' connections at {@code /ws}: to be imported where a {@link ChatNode}, a {@link TokenVerifier} and {@link
 * WebSocketSettings} are, beneath Spring's dispatcher in a Jetty that has its WebSocket support.
 */
@Configuration(proxyBeanMethods = false)
public class WebSocketConfiguration {
    @Bean
    static NodeFrames nodeFrames() {
        return new JsonNodeFrames();
    }

    @Bean
    static WebSocketHandlerMapping socketMapping(ChatNode node, TokenVerifier verifier, WebSocketSettings settings) {
        Addresses addresses = new Addresses(settings.maxConnectionsPerAddress());
        DefaultHandshakeHandler upgrade = new DefaultHandshakeHandler(new PlainJettyUpgrade());
        upgrade.setSupportedProtocols(Handshake.PROTOCOL);
        WebSocketHttpRequestHandler socket = new WebSocketHttpRequestHandler(
                new ClientHandler(node, verifier, addresses, settings.maxFramesPerSecond()), upgrade);
        socket.setHandshakeInterceptors(
                List.of(new Handshake(node, verifier, addresses, new Origins(settings.allowedOrigins()))));
        WebSocketHandlerMapping mapping = new WebSocketHandlerMapping();
        mapping.setUrlMap(Map.of("/ws", socket));
        mapping.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return mapping;
    }
}
