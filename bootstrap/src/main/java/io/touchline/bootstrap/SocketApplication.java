package io.touchline.bootstrap;

import io.touchline.adapter.websocket.WebSocketConfiguration;
import java.util.Map;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisHealthContributorAutoConfiguration;
import org.springframework.context.annotation.Import;

/** A chat node: holds connections, and takes what API nodes forward. It knows Redis, never the database. */
@RunnableNode
@ImportAutoConfiguration({DataRedisAutoConfiguration.class, DataRedisHealthContributorAutoConfiguration.class})
@Import({
    TokenConfiguration.class,
    RedisConfiguration.class,
    NodeServerConfiguration.class,
    NodeConfiguration.class,
    SocketWiring.class,
    WebSocketConfiguration.class
})
public class SocketApplication {
    private static final Map<String, Object> DEFAULTS = Map.of(
            "server.port", 8081,
            "management.server.port", 9081,
            "management.endpoint.health.group.readiness.include", "readinessState,redis");

    public static void main(String[] arguments) {
        Launch.node(SocketApplication.class, DEFAULTS, arguments);
    }
}
