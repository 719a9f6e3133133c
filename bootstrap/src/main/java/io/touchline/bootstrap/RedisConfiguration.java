package io.touchline.bootstrap;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.resource.Delay;
import io.touchline.adapter.redis.RedisPresenceRegistry;
import io.touchline.adapter.redis.RedisSettings;
import io.touchline.core.port.PresenceRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientConfigurationBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Presence in Redis, for the nodes of a cluster. */
@Configuration(proxyBeanMethods = false)
class RedisConfiguration {
    private static final RedisSettings SETTINGS = RedisSettings.defaults();

    /** Else the pauses between tries grow to half a minute, so long after Redis is back nobody could be found. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    @Bean
    LettuceClientConfigurationBuilderCustomizer boundedRedis(DataRedisConnectionDetails redis) {
        ClientOptions.Builder options =
                redis.getCluster() == null ? ClientOptions.builder() : ClusterClientOptions.builder();
        return client -> client.clientOptions(SETTINGS.bound(options).build()).commandTimeout(SETTINGS.timeout());
    }

    @Bean
    ClientResourcesBuilderCustomizer soonConnectedAgain() {
        Delay pauses = Delay.exponential(Duration.ZERO, LONGEST_PAUSE, 2, TimeUnit.MILLISECONDS);
        return resources -> resources.reconnectDelay(pauses);
    }

    @Bean
    PresenceRegistry presenceRegistry(LettuceConnectionFactory connections) {
        return new RedisPresenceRegistry(connections, SETTINGS);
    }
}
