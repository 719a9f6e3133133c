package io.touchline.bootstrap;

import io.touchline.adapter.websocket.TokenVerifier;
import io.touchline.adapter.websocket.WebSocketSettings;
import io.touchline.core.model.Token;
import io.touchline.core.model.UserId;
import io.touchline.core.port.UnavailableException;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;

/** What the sockets need to know of their surroundings. */
@Configuration(proxyBeanMethods = false)
class SocketWiring {
    private static final int MAX_FRAMES_PER_SECOND = 50;

    @Bean
    WebSocketSettings webSocketSettings(TouchlineProperties properties) {
        TouchlineProperties.Socket socket = properties.socket();
        if (socket.maxConnectionsPerAddress() < 1) {
            throw new ConfigurationProblem(
                    "The property touchline.socket.max-connections-per-address is less than 1: set a number such as"
                            + " 20000.");
        }
        return new WebSocketSettings(
                AllowedOrigins.checked("touchline.socket.allowed-origins", socket.allowedOrigins()),
                socket.maxConnectionsPerAddress(),
                MAX_FRAMES_PER_SECOND);
    }

    @Bean
    TokenVerifier tokenVerifier(JwtDecoder decoder) {
        return token -> verify(decoder, token);
    }

    private static Optional<Token> verify(JwtDecoder decoder, String token) {
        try {
            Jwt jwt = decoder.decode(token);
            return Optional.ofNullable(jwt.getSubject())
                    .map(subject -> new Token(new UserId(subject), jwt.getIssuedAt(), jwt.getExpiresAt()));
        } catch (BadJwtException | IllegalArgumentException e) {
            return Optional.empty();
        } catch (JwtException e) {
            throw new UnavailableException("the keys for checking tokens cannot be had", e);
        }
    }
}
