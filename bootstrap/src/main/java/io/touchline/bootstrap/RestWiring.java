package io.touchline.bootstrap;

import io.touchline.adapter.rest.JsonEventEncoder;
import io.touchline.adapter.rest.RestSettings;
import io.touchline.adapter.rest.SendHandler;
import io.touchline.core.Chat;
import io.touchline.core.port.EventEncoder;
import java.net.URI;
import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.function.SingletonSupplier;

/** What the REST calls need to know of their surroundings. */
@Configuration(proxyBeanMethods = false)
class RestWiring {
    private static final int SOCKET_PORT = 8081;

    @Bean
    RestSettings restSettings(TouchlineProperties properties) {
        URI socket = properties.socket().publicUrl();
        String url = socket == null ? "ws://" + HostAddress.own() + ":" + SOCKET_PORT + "/ws" : socket.toString();
        if (!url.matches("(wss?:/)?/.+")) {
            throw new ConfigurationProblem(
                    "The property touchline.socket.public-url is not a WebSocket address: set one such as"
                            + " wss://chat.example.com/ws.");
        }
        return new RestSettings(
                url,
                version(),
                AllowedOrigins.checked(
                        "touchline.http.allowed-origins", properties.http().allowedOrigins()));
    }

    @Bean
    EventEncoder eventEncoder() {
        return new JsonEventEncoder();
    }

    /** Where all of the server is ours, else its paths begin otherwise. */
    @Bean
    static WebServerFactoryCustomizer<JettyServletWebServerFactory> shortWayForMessages(
            ObjectProvider<Chat> chat, ObjectProvider<RememberedTokens> tokens) {
        Supplier<Chat> theChat = SingletonSupplier.of(chat::getObject);
        Supplier<RememberedTokens> remembered = SingletonSupplier.of(tokens::getObject);
        return factory -> {
            if (factory.getContextPath().isEmpty()) {
                factory.addServerCustomizers(server -> server.setHandler(new SendHandler(
                        server.getHandler(), theChat, token -> remembered.get().remembered(token))));
            }
        };
    }

    private static String version() {
        return Objects.requireNonNullElse(RestWiring.class.getPackage().getImplementationVersion(), "unreleased");
    }
}
