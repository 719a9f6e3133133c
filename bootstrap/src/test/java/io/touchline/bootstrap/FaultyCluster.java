package io.touchline.bootstrap;

import io.touchline.bootstrap.harness.Backends;
import io.touchline.bootstrap.harness.Client;
import io.touchline.bootstrap.harness.Cluster;
import io.touchline.bootstrap.harness.Database;
import io.touchline.bootstrap.harness.FaultProxy;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.PostgreSql;
import io.touchline.bootstrap.harness.Redis;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two API nodes and two chat nodes of which everything that they depend on, and every line between them, can be made to
 * fail. One for all tests of a JVM; each mends what it broke.
 */
final class FaultyCluster {
    /** How far behind whoever is connected may be once nothing is cut. */
    static final Duration COMPLETE_WITHIN = Duration.ofSeconds(7);

    /** As in production: longer than a node that goes down tells its clients to stay away. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private final PostgreSql postgreSql = PostgreSql.start();
    private final Redis redis = Redis.start();
    private final FaultProxy databaseLine = FaultProxy.before(postgreSql.port());
    private final Cluster cluster =
            Cluster.of("faulty", postgreSql.newDatabase().behind(databaseLine), redis.port());
    private final List<Node> api = Stream.generate(this::newApi).limit(2).toList();
    private final List<Node> sockets =
            Stream.generate(cluster::newSocket).limit(2).toList();
    private final List<FaultProxy> nodeLines =
            sockets.stream().map(Node::behindProxy).toList();
    private final FaultProxy pageLine = balancing(api);
    private final FaultProxy socketLine = balancing(sockets);

    private FaultyCluster() {
        api.forEach(node -> node.set("touchline.page.enabled", "true")
                .set("touchline.socket.public-url", "ws://127.0.0.1:" + socketLine.port() + "/ws"));
        sockets.forEach(node -> node.set("touchline.socket.allowed-origins", page().toString()));
        Node.startAll(nodes());
    }

    private static FaultProxy balancing(List<Node> nodes) {
        return FaultProxy.balancing(
                nodes.stream().mapToInt(node -> node.uri().getPort()).toArray());
    }

    static FaultyCluster shared() {
        return Shared.CLUSTER;
    }

    /** A further API node, not started yet. */
    Node newApi() {
        return cluster.newApi().set("touchline.push.grace", GRACE.toSeconds() + "s");
    }

    /** A further chat node, not started yet. */
    Node newSocket() {
        return cluster.newSocket();
    }

    Node api(int number) {
        return api.get(number);
    }

    List<Node> api() {
        return api;
    }

    Node socket(int number) {
        return sockets.get(number);
    }

    List<Node> sockets() {
        return sockets;
    }

    List<Node> nodes() {
        return Stream.concat(api.stream(), sockets.stream()).toList();
    }

    Database database() {
        return cluster.database();
    }

    PostgreSql postgreSql() {
        return postgreSql;
    }

    Redis redis() {
        return redis;
    }

    /** Between the API nodes and PostgreSQL. */
    FaultProxy databaseLine() {
        return databaseLine;
    }

    /** Between the API nodes and a chat node. */
    FaultProxy nodeLine(int number) {
        return nodeLines.get(number);
    }

    /** Between browsers and the API nodes, as behind a load balancer. */
    FaultProxy pageLine() {
        return pageLine;
    }

    /** The same between browsers and the chat nodes. */
    FaultProxy socketLine() {
        return socketLine;
    }

    /** Where browsers find the page. */
    URI page() {
        return URI.create("http://127.0.0.1:" + pageLine.port());
    }

    /** Between all nodes and Redis. */
    List<FaultProxy> redisLines() {
        return List.of(cluster.redis(), cluster.socketRedis());
    }

    Client client(String user, int socket) {
        return Client.of(user, api(socket)).connect(socket(socket));
    }

    /** Whether the user's device shows news of a channel up to there. */
    static boolean isAnnounced(String device, String channel, long sequence) {
        return Backends.fcm().shown(device).stream()
                .anyMatch(shown -> shown.channel().equals(channel) && shown.sequence() >= sequence);
    }

    private static final class Shared {
        static final FaultyCluster CLUSTER = new FaultyCluster();
    }
}
