package io.touchline.bootstrap;

import io.touchline.adapter.rest.JsonEventEncoder;
import io.touchline.adapter.rest.RestSettings;
import io.touchline.core.port.EventEncoder;
import java.net.URI;
import java.util.Objects;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

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

    private static String version() {
        return Objects.requireNonNullElse(RestWiring.class.getPackage().getImplementationVersion(), "unreleased");
    }
}
