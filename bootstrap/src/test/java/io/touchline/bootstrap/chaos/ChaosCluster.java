package io.touchline.bootstrap.chaos;

import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.Cluster;
import io.touchline.bootstrap.harness.FaultProxy;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.PostgreSql;
import io.touchline.bootstrap.harness.Redis;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Three API nodes and two chat nodes with backends of their own, and something on every line between them. */
final class ChaosCluster implements AutoCloseable {
    static final Duration LEASE = Cluster.LEASE;
    private static final int API_NODES = 3;
    private static final int CHAT_NODES = 2;
    private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(90);

    private final PostgreSql postgreSql = PostgreSql.start();
    private final Redis redis = Redis.start();
    private final Cluster cluster;
    private final List<Node> api;
    private final List<Node> sockets;
    private final List<FaultProxy> cuts = new ArrayList<>();
    private final List<LossyLine> lossy = new ArrayList<>();

    ChaosCluster(String name, long seed) {
        cluster = Cluster.of(name, postgreSql.newDatabase(), redis.port());
        api = Stream.generate(cluster::newApi).limit(API_NODES).toList();
        sockets = Stream.generate(cluster::newSocket).limit(CHAT_NODES).toList();
        for (Node socket : sockets) {
            FaultProxy cut = socket.behindProxy();
            LossyLine line = LossyLine.before(cut.port(), seed);
            socket.set("touchline.node.address", "http://127.0.0.1:" + line.port());
            cuts.add(cut);
            lossy.add(line);
        }
        List<Node> all = Stream.concat(api.stream(), sockets.stream()).toList();
        Node.startAll(all);
    }

    List<Node> api() {
        return api;
    }

    List<Node> sockets() {
        return sockets;
    }

    List<URI> apiPlaces() {
        return api.stream().map(Node::uri).toList();
    }

    List<URI> socketPlaces() {
        return sockets.stream().map(Node::socketUri).toList();
    }

    PostgreSql postgreSql() {
        return postgreSql;
    }

    Redis redis() {
        return redis;
    }

    List<FaultProxy> redisLines() {
        return List.of(cluster.redis(), cluster.socketRedis());
    }

    /** Between the API nodes and a chat node. */
    FaultProxy lineTo(int chatNode) {
        return cuts.get(chatNode);
    }

    /** Of what passes between the nodes, such a share is repeated and such a share lost. */
    void lose(double share) {
        lossy.forEach(line -> line.lose(share));
    }

    /** Waits until at least so many of these nodes take work; one that found no database to start with is started again. */
    static void awaitReady(List<Node> nodes, int count) {
        Await.until(count + " of " + nodes + " to be ready", RECOVERED_WITHIN, () -> {
            nodes.stream().filter(node -> node.hasEnded(Duration.ZERO)).forEach(Node::launch);
            return nodes.stream().filter(Node::isReady).count() >= count;
        });
    }

    void awaitAllReady() {
        awaitReady(api, API_NODES);
        awaitReady(sockets, CHAT_NODES);
    }

    @Override
    public void close() {
        cluster.close();
        lossy.forEach(LossyLine::close);
        cuts.forEach(FaultProxy::close);
        redis.kill();
        postgreSql.kill();
    }
}
