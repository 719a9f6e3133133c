package io.touchline.adapter.redis;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What lies where. Users are spread over sixteen shards by their ids, and a shard is one slot of Redis Cluster. Each has
 * the nodes' leases and the epoch in a hash of its own, beside its users: so what is forgotten together tells it
 * together, whichever part of a cluster lost its memory, and all times of a shard are by one clock.
 *
 * <pre>
 * {touchline:7}:nodes          epoch               → began(ms) id run-of-the-server
 *                              version             → when(us) any of its users came, went, or had a node's lease begin or end
 *                              node:INCARNATION    → end-of-lease(ms) lease(ms) address
 * {touchline:0}:api-nodes      NAME                → end-of-lease(ms), in a sorted set
 * {touchline:7}:user:alice     node:INCARNATION    → registered(ms) version
 *                              gone                → last-disconnected(ms)
 * </pre>
 */
final class Keys {
    static final String EPOCH = "epoch";
    static final String VERSION = "version";
    static final String GONE = "gone";
    static final String API_NODES = "{touchline:0}:api-nodes";

    private static final int SHARD_BITS = 4;
    private static final List<String> NODES = IntStream.range(0, 1 << SHARD_BITS)
            .mapToObj(shard -> "{touchline:" + shard + "}:nodes")
            .toList();
    private static final Pattern NODE_FIELD = Pattern.compile("node:(\\S{1,64})");

    private Keys() {}

    static List<String> allNodes() {
        return NODES;
    }

    static String nodesBeside(UserId user) {
        return NODES.get(shard(user));
    }

    static String user(UserId user) {
        return "{touchline:" + shard(user) + "}:user:" + user;
    }

    /** The user's own key, and the one of his shard's nodes. */
    static List<String> of(UserId user) {
        return List.of(user(user), nodesBeside(user));
    }

    static String field(NodeRef node) {
        return "node:" + node.incarnation();
    }

    static Optional<String> incarnation(String field) {
        Matcher parts = NODE_FIELD.matcher(field);
        return parts.matches() ? Optional.of(parts.group(1)) : Optional.empty();
    }

    /**
     * By the upper bits of the id's hash times the golden ratio (Knuth, The Art of Computer Programming 3, 6.4): if the lower
     * bits of the hash itself were those of the shard, hash tables of its users would use one bucket in sixteen.
     */
    private static int shard(UserId user) {
        return (user.value().hashCode() * 0x9E3779B9) >>> (Integer.SIZE - SHARD_BITS);
    }
}
