package io.touchline.bootstrap.bench;

import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.PostgreSql;
import io.touchline.bootstrap.harness.Redis;
import io.touchline.bootstrap.harness.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One API node and one chat node from their jars, with a PostgreSQL and a Redis of their own, and no setting changed. */
final class Servers implements AutoCloseable {
    private final PostgreSql postgreSql = PostgreSql.start();
    private final Redis redis = Redis.start();
    private final Node api;
    private final Node socket;

    /** Starts them, and waits until they are ready. */
    Servers(List<String> jvmFlags) {
        api = node(Node.Kind.API, jvmFlags)
                .setAll(postgreSql.newDatabase().properties())
                .start();
        socket = node(Node.Kind.SOCKET, jvmFlags).start();
    }

    private Node node(Node.Kind kind, List<String> jvmFlags) {
        return new Node(kind, "benchmark-" + kind)
                .flags(jvmFlags)
                .setAll(Map.of(
                        "touchline.jwt.secret",
                        Tokens.SECRET,
                        "touchline.node.secret",
                        "a node secret for the benchmark, of more than 32 bytes",
                        "spring.data.redis.port",
                        Integer.toString(redis.port())));
    }

    Node api() {
        return api;
    }

    Node socket() {
        return socket;
    }

    /** What all of them have used so far. */
    Duration cpuTime() {
        return Stream.of(api.process(), socket.process(), postgreSql.process(), redis.process())
                .map(Cpu::ofAll)
                .reduce(Duration.ZERO, Duration::plus);
    }

    @Override
    public void close() {
        socket.close();
        api.close();
    }
}
