package io.touchline.adapter.websocket;

import jakarta.servlet.ServletContext;
import java.time.Duration;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.websocket.api.Configurable;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;
import org.springframework.web.socket.server.jetty.JettyRequestUpgradeStrategy;

/**
 * Upgrades to Jetty's WebSocket with bounds that fit many small connections, and without compression, which costs each
 * connection more memory than everything else and lets a small frame become a large one.
 */
final class PlainJettyUpgrade extends JettyRequestUpgradeStrategy {
    private static final int MAX_MESSAGE = 64 << 10;
    private static final int BUFFER = 4 << 10;

    PlainJettyUpgrade() {
        addWebSocketConfigurer(PlainJettyUpgrade::configure);
    }

    @Override
    public void setServletContext(ServletContext context) {
        super.setServletContext(context);
        WebSocketServerComponents.getWebSocketComponents(ServletContextHandler.getServletContextHandler(context))
                .getExtensionRegistry()
                .unregister("permessage-deflate");
    }

    private static void configure(Configurable sockets) {
        sockets.setIdleTimeout(Duration.ZERO); // the node's own heartbeat finds who is gone
        sockets.setMaxTextMessageSize(MAX_MESSAGE);
        sockets.setMaxBinaryMessageSize(MAX_MESSAGE);
        sockets.setMaxFrameSize(MAX_MESSAGE);
        sockets.setInputBufferSize(BUFFER);
        sockets.setOutputBufferSize(BUFFER);
    }
}
