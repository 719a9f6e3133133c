package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

class RedisConfigurationTest {
    @Test
    void triesRedisAgainOnceASecondHoweverLongItWasAway() {
        try (AnnotationConfigApplicationContext context =
                new AnnotationConfigApplicationContext(DataRedisAutoConfiguration.class, RedisConfiguration.class)) {
            ClientResources resources = context.getBean(LettuceConnectionFactory.class)
                    .getClientConfiguration()
                    .getClientResources()
                    .orElseThrow();

            assertThat(resources.reconnectDelay().createDelay(30)).isEqualTo(Duration.ofSeconds(1));
        }
    }
}
