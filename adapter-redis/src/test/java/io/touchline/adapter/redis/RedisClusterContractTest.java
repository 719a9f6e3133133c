package io.touchline.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.cluster.ClusterClientOptions;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.Whereabouts.Nowhere;
import io.touchline.core.port.Whereabouts.Unknown;
import io.touchline.core.testkit.PresenceRegistryContract;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import redis.embedded.RedisShardedCluster;

/** The same on three servers of a real Redis Cluster. */
class RedisClusterContractTest extends PresenceRegistryContract {
    private static RedisShardedCluster cluster;
    private static List<RedisCli> servers;
    private static LettuceConnectionFactory factory;

    @BeforeAll
    static void start() throws Exception {
        cluster = RedisShardedCluster.newRedisCluster()
                .serverPorts(Stream.generate(RedisUnderTest::freeClusterPort)
                        .distinct()
                        .limit(3)
                        .toList())
                .shard("one", 0)
                .shard("two", 0)
                .shard("three", 0)
                .build();
        cluster.start();
        servers = cluster.serverPorts().stream().map(RedisCli::new).toList();
        servers.forEach(RedisClusterContractTest::awaitClusterUp);
        RedisSettings settings = RedisUnderTest.SETTINGS;
        factory = new LettuceConnectionFactory(
                new RedisClusterConfiguration(cluster.serverPorts().stream()
                        .map(port -> "127.0.0.1:" + port)
                        .toList()),
                LettuceClientConfiguration.builder()
                        .commandTimeout(settings.timeout())
                        .clientOptions(
                                settings.bound(ClusterClientOptions.builder()).build())
                        .build());
        factory.afterPropertiesSet();
        factory.start();
    }

    /** A server that has joined still refuses everything for a moment. */
    private static void awaitClusterUp(RedisCli server) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!server.commands().clusterInfo().contains("cluster_state:ok")) {
            assertThat(System.nanoTime()).as(server.commands().clusterInfo()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        factory.destroy();
        servers.forEach(RedisCli::close);
        cluster.stop();
    }

    @Override
    protected PresenceRegistry registry() {
        loseMemory();
        PresenceRegistry registry = new RedisPresenceRegistry(factory, RedisUnderTest.SETTINGS);
        registry.heartbeat(NodeRef.at("http://10.0.0.9:8091"), Duration.ofSeconds(10));
        pass(Duration.ofHours(1));
        return registry;
    }

    @Override
    protected void pass(Duration time) {
        servers.forEach(server -> server.pass(time));
    }

    @Override
    protected void loseMemory() {
        servers.forEach(server -> server.commands().flushall());
    }

    @Test
    void whenOneServerForgetsOnlyItsUsersAreUnknownAndTheEpochIsAnother() {
        PresenceRegistry registry = registry();
        NodeRef node = NodeRef.at("http://10.0.0.1:8091");
        String epoch = registry.heartbeat(node, Duration.ofSeconds(10)).epoch();
        List<UserId> users =
                IntStream.range(0, 100).mapToObj(i -> new UserId("user" + i)).toList();

        servers.get(0).commands().flushall();

        assertThat(registry.locate(users).values()).hasOnlyElementsOfTypes(Unknown.class, Nowhere.class);
        assertThat(registry.locate(users).values()).hasAtLeastOneElementOfType(Unknown.class);
        assertThat(registry.locate(users).values()).hasAtLeastOneElementOfType(Nowhere.class);
        assertThat(registry.nodes()).containsExactly(node);
        assertThat(registry.heartbeat(node, Duration.ofSeconds(10)))
                .satisfies(heartbeat -> assertThat(heartbeat.held()).isFalse())
                .satisfies(heartbeat -> assertThat(heartbeat.epoch()).isNotEqualTo(epoch));
    }
}
