package io.touchline.bootstrap.harness;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * API nodes and chat nodes on real backends, with short times. One of two API nodes and two chat nodes is for all tests of
 * a JVM, which use users and channels of their own; who stops or kills a node takes one of his own, and who stops a
 * backend a cluster of his own.
 */
public final class Cluster implements AutoCloseable {
    public static final Duration LEASE = Duration.ofSeconds(2);
    public static final Duration GRACE = Duration.ofSeconds(1);
    public static final Duration RECEIPT_TIMEOUT = Duration.ofSeconds(3);
    public static final Duration WRITE_DEADLINE = Duration.ofSeconds(2);

    private static final String NODE_SECRET = "a node secret for tests, of more than 32 bytes";

    private final String name;
    private final Database database;
    private final boolean unpacked;
    private final FaultProxy redis;
    private final FaultProxy socketRedis;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Queue<Node> nodes = new ConcurrentLinkedQueue<>();
    private List<Node> api = List.of();
    private List<Node> sockets = List.of();

    private Cluster(String name, boolean unpacked, Database database, int redisPort) {
        this.name = name;
        this.unpacked = unpacked;
        this.database = database;
        this.redis = FaultProxy.before(redisPort);
        this.socketRedis = FaultProxy.before(redisPort);
    }

    /**
     * One on these backends, of which nothing is started yet. Its nodes start from unpacked jars.
     *
     * @param name for the logs and directories of its nodes; another for each cluster
     */
    public static Cluster of(String name, Database database, int redisPort) {
        return new Cluster(name + "-", true, database, redisPort);
    }

    /** Starts so many nodes, all at once. */
    public Cluster start(int apiNodes, int chatNodes) {
        return start(
                Stream.generate(this::newApi).limit(apiNodes).toList(),
                Stream.generate(this::newSocket).limit(chatNodes).toList());
    }

    /** Starts these of its nodes, all at once. */
    public Cluster start(List<Node> apiNodes, List<Node> chatNodes) {
        api = apiNodes;
        sockets = chatNodes;
        List<Node> all = Stream.concat(api.stream(), sockets.stream()).toList();
        Node.startAll(all);
        return this;
    }

    /** The one of this JVM, started when first asked for. */
    public static Cluster shared() {
        return Shared.CLUSTER;
    }

    public List<Node> api() {
        return api;
    }

    public List<Node> sockets() {
        return sockets;
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
    public FaultProxy redis() {
        return redis;
    }

    /** What stands between the chat nodes and Redis. */
    public FaultProxy socketRedis() {
        return socketRedis;
    }

    /** A further API node, not started yet. */
    public Node newApi() {
        return added(new Node(Node.Kind.API, name + "api-" + numbers.incrementAndGet())
                .setAll(apiProperties(database))
                .set("spring.data.redis.port", Integer.toString(redis.port())));
    }

    /** A further chat node, not started yet. */
    public Node newSocket() {
        return added(new Node(Node.Kind.SOCKET, name + "socket-" + numbers.incrementAndGet())
                .setAll(socketProperties())
                .set("spring.data.redis.port", Integer.toString(socketRedis.port())));
    }

    private Node added(Node node) {
        nodes.add(node);
        return unpacked ? node.unpacked() : node;
    }

    /** Kills every node. */
    @Override
    public void close() {
        nodes.forEach(Node::close);
        redis.close();
        socketRedis.close();
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
        static final Cluster CLUSTER = start();

        private static Cluster start() {
            Cluster cluster = new Cluster("", false, Backends.newDatabase(), Backends.redisPort()).start(2, 2);
            cluster.database().watch();
            return cluster;
        }
    }
}
