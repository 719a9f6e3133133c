package io.touchline.adapter.websocket;

import io.touchline.core.ChatNode;
import io.touchline.core.ChatNodeSettings;
import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.model.Token;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.Frame;
import io.touchline.core.port.UnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.ee11.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * A chat node on real sockets, in Jetty beneath plain Spring. A good token is a user's id, with a {@code /} and the
 * second of its end if it ends, and with another that of its issue; {@code bad} is a bad one, and for {@code unknown} nobody can tell.
 */
final class RunningNode {
    static final Duration LONG = Duration.ofMinutes(10);

    final ChatNode node;
    private final Server server = new Server(0);
    private final AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();

    RunningNode(WebSocketSettings settings) throws Exception {
        this(settings, new ChatNodeSettings("n1", LONG, Duration.ofSeconds(25), LONG, 64 << 20, 3));
    }

    RunningNode(WebSocketSettings settings, ChatNodeSettings nodeSettings) throws Exception {
        node = ChatNode.builder()
                .presence(new InMemoryPresenceRegistry(Clock.systemUTC()))
                .frames(new JsonNodeFrames())
                .address("http://localhost")
                .settings(nodeSettings)
                .build();
        context.register(WebSocketConfiguration.class);
        TokenVerifier verifier = RunningNode::verify;
        context.addBeanFactoryPostProcessor(beans -> {
            beans.registerSingleton("node", node);
            beans.registerSingleton("verifier", verifier);
            beans.registerSingleton("settings", settings);
        });
        ServletContextHandler servlets = new ServletContextHandler();
        JettyWebSocketServletContainerInitializer.configure(servlets, null);
        ServletHolder dispatcher = new ServletHolder(new DispatcherServlet(context));
        dispatcher.setInitOrder(1);
        servlets.addServlet(dispatcher, "/");
        server.setHandler(servlets);
        server.start();
    }

    /** With a lease, so that connections are admitted. */
    RunningNode started() {
        node.start();
        return this;
    }

    int port() {
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    ForwardResult forward(String text, UserId... receivers) {
        Frame frame = new Frame(text.getBytes(StandardCharsets.UTF_8));
        return node.forward(node.self(), List.of(new Delivery(frame, List.of(receivers))));
    }

    void close() throws Exception {
        node.close();
        server.stop();
    }

    private static Optional<Token> verify(String token) {
        if (token.equals("unknown")) {
            throw new UnavailableException("nobody can tell", null);
        }
        String[] parts = token.split("/");
        return token.equals("bad")
                ? Optional.empty()
                : Optional.of(new Token(new UserId(parts[0]), time(parts, 2), time(parts, 1)));
    }

    private static Instant time(String[] parts, int place) {
        return parts.length > place ? Instant.ofEpochSecond(Long.parseLong(parts[place])) : null;
    }
}
