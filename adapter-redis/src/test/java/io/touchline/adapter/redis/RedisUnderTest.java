package io.touchline.adapter.redis;

import io.lettuce.core.ClientOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/** A real Redis on a free port, and ways to look into it. */
final class RedisUnderTest implements AutoCloseable {
    static final RedisSettings SETTINGS = RedisSettings.defaults();

    private final RedisServer server;
    final int port;

    private RedisUnderTest(int port, Path folder, String... more) throws IOException {
        this.port = port;
        RedisServerBuilder builder = RedisServer.newRedisServer()
                .port(port)
                .bind("127.0.0.1")
                .setting("save \"\"")
                .setting("dir \"" + folder + "\"")
                .setting("daemonize no");
        Stream.of(more).forEach(builder::setting);
        this.server = builder.build();
        server.start();
    }

    static RedisUnderTest start() {
        return startOn(freePort());
    }

    static RedisUnderTest startOn(int port) {
        return startOn(port, Path.of("target"));
    }

    /** @param folder where what it is told to save is found again */
    static RedisUnderTest startOn(int port, Path folder, String... more) {
        try {
            return new RedisUnderTest(port, folder.toAbsolutePath(), more);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LettuceConnectionFactory factory() {
        return factory(port);
    }

    static LettuceConnectionFactory factory(int port) {
        return factory(port, SETTINGS);
    }

    static LettuceConnectionFactory factory(int port, RedisSettings settings) {
        return factory(
                port,
                LettuceClientConfiguration.builder()
                        .commandTimeout(settings.timeout())
                        .clientOptions(settings.bound(ClientOptions.builder()).build())
                        .build());
    }

    static LettuceConnectionFactory factory(int port, LettuceClientConfiguration client) {
        LettuceConnectionFactory factory =
                new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port), client);
        factory.afterPropertiesSet();
        factory.start();
        return factory;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cluster nodes talk to each other on a port 10,000 higher. */
    static int freeClusterPort() {
        return Stream.generate(RedisUnderTest::freePort)
                .map(port -> 20_000 + port % 20_000)
                .filter(port -> isFree(port) && isFree(port + 10_000))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
