package io.touchline.adapter.redis;

import io.touchline.core.model.NodeRef;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.testkit.PresenceRegistryContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

class RedisPresenceRegistryContractTest extends PresenceRegistryContract {
    private static RedisUnderTest redis;
    private static RedisCli cli;
    private static LettuceConnectionFactory factory;

    @BeforeAll
    static void start() {
        redis = RedisUnderTest.start();
        cli = new RedisCli(redis.port);
        factory = redis.factory();
    }

    @AfterAll
    static void stop() {
        factory.destroy();
        cli.close();
        redis.close();
    }

    @Override
    protected PresenceRegistry registry() {
        cli.commands().flushall();
        PresenceRegistry registry = new RedisPresenceRegistry(factory, RedisUnderTest.SETTINGS);
        registry.heartbeat(NodeRef.at("http://10.0.0.9:8091"), Duration.ofSeconds(10));
        pass(Duration.ofHours(1));
        return registry;
    }

    @Override
    protected void pass(Duration time) {
        cli.pass(time);
    }

    @Override
    protected void loseMemory() {
        cli.commands().flushall();
    }
}
