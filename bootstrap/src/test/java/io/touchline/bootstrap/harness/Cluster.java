package io.touchline.bootstrap.harness;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Two API nodes and two chat nodes on real backends, with short times. One for all tests of a JVM, which use users and
 * channels of their own; who stops or kills a node takes one of his own.
 */
public final class Cluster {
    public static final Duration LEASE = Duration.ofSeconds(2);
    public static final Duration GRACE = Duration.ofSeconds(1);
    public static final Duration RECEIPT_TIMEOUT = Duration.ofSeconds(3);
    public static final Duration WRITE_DEADLINE = Duration.ofSeconds(2);

    private static final String NODE_SECRET = "a node secret for tests, of more than 32 bytes";

    private final Database database = Backends.newDatabase();
    private final CountingProxy redis = CountingProxy.before(Backends.redisPort());
    private final AtomicInteger nodes = new AtomicInteger();
    private final List<Node> api;
    private final List<Node> sockets;

    private Cluster() {
        api = List.of(newApi(), newApi());
        sockets = List.of(newSocket(), newSocket());
        List<Node> all = Stream.concat(api.stream(), sockets.stream()).toList();
        all.forEach(Node::launch);
        all.forEach(Node::awaitReady);
        database.watch();
    }

    /** The one of this JVM, started when first asked for. */
    public static Cluster shared() {
        return Shared.CLUSTER;
    }

    public Node api(int number) {
        return api.get(number);
    }

    public Node socket(int number) {
        return sockets.get(number);
    }

    public Database database() {
        return database;
    }

    /** What stands between the API nodes and Redis. */
    public CountingProxy redis() {
        return redis;
    }

    /** A further API node, not started yet. */
    public Node newApi() {
        return new Node(Node.Kind.API, "api-" + nodes.incrementAndGet())
                .setAll(apiProperties(database))
                .set("spring.data.redis.port", Integer.toString(redis.port()));
    }

    /** A further chat node, not started yet. */
    public Node newSocket() {
        return new Node(Node.Kind.SOCKET, "socket-" + nodes.incrementAndGet()).setAll(socketProperties());
    }

    /** All that an API node needs. */
    public static Map<String, String> apiProperties(Database database) {
        Map<String, String> properties = common();
        properties.putAll(database.properties());
        properties.put("touchline.delivery.receipt-timeout", millis(RECEIPT_TIMEOUT));
        properties.put("touchline.push.grace", millis(GRACE));
        properties.put("touchline.push.content", "text");
        properties.put("touchline.fcm.credentials", Backends.fcmCredentials().toString());
        properties.put("touchline.fcm.endpoint", Backends.fcm().endpoint().toString());
        return properties;
    }

    /** All that a chat node needs. */
    public static Map<String, String> socketProperties() {
        Map<String, String> properties = common();
        properties.put("touchline.node.lease", millis(LEASE));
        properties.put("touchline.socket.write-deadline", millis(WRITE_DEADLINE));
        return properties;
    }

    private static Map<String, String> common() {
        Map<String, String> properties = new HashMap<>();
        properties.put("touchline.jwt.secret", Tokens.SECRET);
        properties.put("touchline.node.secret", NODE_SECRET);
        properties.put("spring.data.redis.host", "127.0.0.1");
        properties.put("spring.data.redis.port", Integer.toString(Backends.redisPort()));
        return properties;
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + "ms";
    }

    private static final class Shared {
        static final Cluster CLUSTER = new Cluster();
    }
}
