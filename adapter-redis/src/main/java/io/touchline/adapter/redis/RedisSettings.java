package io.touchline.adapter.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.EpollProvider;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How {@link RedisPresenceRegistry} uses Redis.
 *
 * @param timeout how long any answer may take, the first connecting included; under a second
 * @param address what a chat node's address looks like: any other in Redis is passed over, never called
 */
public record RedisSettings(Duration timeout, Pattern address) {
    private static final int REQUEST_QUEUE = 20_000;

    public RedisSettings {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofSeconds(1)) >= 0) {
            throw new IllegalArgumentException("Redis's timeout is more than 0 and less than 1 s");
        }
    }

    /** 800 ms, and any host and port by http or https. */
    public static RedisSettings defaults() {
        return new RedisSettings(Duration.ofMillis(800), Pattern.compile("https?://[A-Za-z0-9.\\-\\[\\]:]+"));
    }

    /**
     * Bounds what Lettuce leaves without bound. The connection factory must be made with these options and with
     * {@link #timeout} as its command timeout, which is also that of connecting and its handshake:
     *
     * <ul>
     *   <li>commands are rejected while there is no connection, rather than kept for later;
     *   <li>at most 20,000 commands wait for an answer;
     *   <li>every command has the timeout, the TCP connect too;
     *   <li>a connection on which Redis acknowledges nothing is given up after two seconds by TCP's user timeout, where
     *       Netty's epoll transport is there, without which the kernel goes on for a quarter of an hour; an idle one
     *       after five seconds by keep-alive.
     * </ul>
     *
     * <p>How soon it connects again is not among these options: the pauses grow to 30 s unless the factory's {@link
     * io.lettuce.core.resource.ClientResources} have a shorter {@code reconnectDelay}, which a lease asks for.
     *
     * @param options of a client, or {@link io.lettuce.core.cluster.ClusterClientOptions} of a cluster's
     * @return the same builder
     */
    public <B extends ClientOptions.Builder> B bound(B options) {
        options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(REQUEST_QUEUE)
                .timeoutOptions(TimeoutOptions.enabled(timeout))
                .socketOptions(sockets());
        return options;
    }

    private SocketOptions sockets() {
        return SocketOptions.builder()
                .connectTimeout(timeout)
                .keepAlive(KeepAliveOptions.builder()
                        .enable()
                        .idle(Duration.ofSeconds(2))
                        .interval(Duration.ofSeconds(1))
                        .count(3)
                        .build())
                .tcpUserTimeout(TcpUserTimeoutOptions.builder()
                        .enable(EpollProvider.isAvailable())
                        .tcpUserTimeout(Duration.ofSeconds(2))
                        .build())
                .build();
    }
}
