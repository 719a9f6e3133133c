package io.touchline.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.port.Whereabouts.Nowhere;
import io.touchline.core.port.Whereabouts.Registration;
import io.touchline.core.port.Whereabouts.Unknown;
import io.touchline.core.port.Whereabouts.Where;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** That Redis's absence is told, soon, by every method, and ends by itself. */
class RedisAwayTest {
    private static final NodeRef NODE = NodeRef.at("http://10.0.0.1:8091");
    private static final List<UserId> USERS = List.of(new UserId("alice"), new UserId("bob"));
    private static final RedisSettings HASTY =
            new RedisSettings(Duration.ofMillis(300), RedisUnderTest.SETTINGS.address());
    /** The timeout and what a busy machine adds. */
    private static final Duration SOON = Duration.ofSeconds(2);

    @Test
    void isToldWhenRedisWasNeverThere() {
        LettuceConnectionFactory factory = RedisUnderTest.factory(RedisUnderTest.freePort());
        everyMethodIsUnavailableSoon(new RedisPresenceRegistry(factory, RedisUnderTest.SETTINGS));
        factory.destroy();
    }

    @Test
    void isToldWhenRedisStopsAndEndsWhenItIsBack() {
        RedisUnderTest redis = RedisUnderTest.start();
        LettuceConnectionFactory factory = redis.factory();
        PresenceRegistry registry = new RedisPresenceRegistry(factory, RedisUnderTest.SETTINGS);
        String epoch = registry.heartbeat(NODE, Duration.ofSeconds(10)).epoch();

        redis.close();
        everyMethodIsUnavailableSoon(registry);

        try (RedisUnderTest again = RedisUnderTest.startOn(redis.port)) {
            assertThat(again.port).isEqualTo(redis.port);
            PresenceRegistry.Heartbeat heartbeat = heartbeatOnceBack(registry);
            assertThat(heartbeat.held()).isFalse();
            assertThat(heartbeat.epoch()).isNotEqualTo(epoch);
            factory.destroy();
        }
    }

    @Test
    void isToldWhenRedisAcceptsAndNeverAnswers() throws Exception {
        try (ServerSocket blackHole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            LettuceConnectionFactory factory = RedisUnderTest.factory(blackHole.getLocalPort(), HASTY);
            everyMethodIsUnavailableSoon(new RedisPresenceRegistry(factory, HASTY));
            factory.destroy();
        }
    }

    @Test
    void isToldWhenRedisFallsSilentInTheMiddle() throws Exception {
        try (RedisUnderTest redis = RedisUnderTest.start();
                HoldingProxy proxy = new HoldingProxy(redis.port)) {
            LettuceConnectionFactory factory = RedisUnderTest.factory(proxy.port());
            PresenceRegistry registry = new RedisPresenceRegistry(factory, RedisUnderTest.SETTINGS);
            registry.nodes();

            proxy.holdAnswersUntilAsked("never", 1);
            everyMethodIsUnavailableSoon(registry);
            factory.destroy();
        }
    }

    @Test
    void whoIsRememberedAsNowhereIsUnknownOnceTheServerWasStartedAnewWithItsOldKeys(@TempDir Path folder) {
        int port = RedisUnderTest.freePort();
        UserId alice = USERS.get(0);
        LettuceConnectionFactory factory = RedisUnderTest.factory(port);
        PresenceRegistry registry = new RedisPresenceRegistry(factory, RedisUnderTest.SETTINGS);
        try (RedisUnderTest redis = RedisUnderTest.startOn(port, folder);
                RedisCli cli = new RedisCli(redis.port)) {
            heartbeatOnceBack(registry);
            cli.pass(Duration.ofMinutes(1));
            registry.heartbeat(NODE, Duration.ofSeconds(10));
            registry.locate(USERS);
            cli.commands().save();
            assertThat(registry.locate(USERS).get(alice)).isInstanceOf(Nowhere.class);

            registry.register(NODE, List.of(alice)); // lost, as it comes after the saving
        }

        try (RedisUnderTest again = RedisUnderTest.startOn(port, folder);
                RedisCli cli = new RedisCli(again.port)) {
            assertThat(cli.commands().exists(Keys.nodesBeside(alice))).isOne();
            onceBack(registry::nodes);
            assertThat(registry.locate(USERS).get(alice)).isInstanceOf(Unknown.class);
            factory.destroy();
        }
    }

    @Test
    void aClusterThatIsTakenForOneServerIsToldOnceAndThenAskedShardByShard(@TempDir Path folder) {
        int port = RedisUnderTest.freeClusterPort();
        LettuceConnectionFactory factory = RedisUnderTest.factory(port);
        PresenceRegistry registry = new RedisPresenceRegistry(factory, RedisUnderTest.SETTINGS);
        List<UserId> many =
                IntStream.range(0, 64).mapToObj(i -> new UserId("user" + i)).toList();
        try (RedisUnderTest redis = RedisUnderTest.startOn(port, folder, "cluster-enabled yes");
                RedisCli cli = new RedisCli(redis.port)) {
            cli.commands().clusterAddSlots(IntStream.range(0, 16_384).toArray());
            heartbeatOnceBack(registry);
            registry.register(NODE, many);
            registry.locate(many);

            assertThatThrownBy(() -> registry.locate(many)).hasMessageContaining("CROSSSLOT");

            assertThat(registry.locate(many).values()).hasSize(64).hasOnlyElementsOfType(Where.class);
            factory.destroy();
        }
    }

    @Test
    void theFirstCallersDoNotQueueForTheConnection() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try (ServerSocket blackHole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            LettuceConnectionFactory factory = RedisUnderTest.factory(blackHole.getLocalPort());
            PresenceRegistry registry = new RedisPresenceRegistry(factory, RedisUnderTest.SETTINGS);
            CompletableFuture<?>[] calls = IntStream.range(0, 20)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> unavailableSoon(registry::nodes), threads))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(calls).join();
            factory.destroy();
        } finally {
            threads.shutdownNow();
        }
    }

    private static void everyMethodIsUnavailableSoon(PresenceRegistry registry) {
        Stream.<Consumer<PresenceRegistry>>of(
                        r -> r.heartbeat(NODE, Duration.ofSeconds(10)),
                        r -> r.retire(NODE),
                        r -> r.register(NODE, USERS),
                        r -> r.unregister(NODE, USERS),
                        r -> r.locate(USERS),
                        r -> r.disprove(Map.of(USERS.get(0), List.of(new Registration(NODE, "version")))),
                        PresenceRegistry::nodes,
                        r -> r.heartbeat("api"),
                        r -> r.retire("api"),
                        PresenceRegistry::apiNodes)
                .forEach(call -> unavailableSoon(() -> call.accept(registry)));
    }

    private static void unavailableSoon(ThrowingCallable call) {
        long start = System.nanoTime();
        assertThatThrownBy(call).isInstanceOf(UnavailableException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }

    private static PresenceRegistry.Heartbeat heartbeatOnceBack(PresenceRegistry registry) {
        return onceBack(() -> registry.heartbeat(NODE, Duration.ofSeconds(10)));
    }

    private static <T> T onceBack(Supplier<T> call) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                return call.get();
            } catch (UnavailableException e) {
                assertThat(System.nanoTime()).as("Redis is back, yet: %s", e).isLessThan(deadline);
                Thread.onSpinWait();
            }
        }
    }
}
