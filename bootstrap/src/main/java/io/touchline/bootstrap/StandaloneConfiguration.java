package io.touchline.bootstrap;

import io.touchline.adapter.rest.PageSettings;
import io.touchline.bootstrap.NodeConfiguration.NodeAddress;
import io.touchline.bootstrap.TouchlineProperties.Jwt;
import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.port.PresenceRegistry;
import java.nio.file.Path;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What one process needs in place of Redis, other nodes and an identity provider. Its chat node takes deliveries itself.
 */
@Configuration(proxyBeanMethods = false)
class StandaloneConfiguration {
    private static final Path SECRET_FILE = DataDirectory.PATH.resolve("jwt-secret");

    @Bean
    PresenceRegistry presenceRegistry() {
        return new InMemoryPresenceRegistry(Clock.systemUTC());
    }

    @Bean
    NodeAddress nodeAddress() {
        return new NodeAddress("http://localhost");
    }

    @Bean
    LocalTokens localTokens(TouchlineProperties properties) {
        return properties.jwt().isEmpty() ? LocalTokens.keptIn(SECRET_FILE) : LocalTokens.none();
    }

    /** A name is enough to sign in while tokens are made here. */
    @Bean
    PageSettings pageSettings(LocalTokens local) {
        return new PageSettings(local.secret() != null);
    }

    @Bean
    RememberedTokens jwtDecoder(TouchlineProperties properties, LocalTokens local) {
        Jwt jwt = properties.jwt();
        return TokenConfiguration.decoder(
                local.secret() == null ? jwt : new Jwt(local.secret(), null, null, jwt.issuer(), jwt.audience()));
    }
}
