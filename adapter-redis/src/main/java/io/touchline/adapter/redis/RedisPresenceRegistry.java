package io.touchline.adapter.redis;

import static io.touchline.adapter.redis.Pipeline.script;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.touchline.adapter.redis.Pipeline.Ask;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.port.Whereabouts.Registration;
import io.touchline.core.port.Whereabouts.Where;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Presence in Redis: standalone, Sentinel or Cluster, 6.2 or later, with {@code maxmemory-policy noeviction} and reads
 * from the primary. {@link Keys} shows what lies where.
 *
 * <p>A registration's version is new whenever its node says it, be it a first word or the repetition of every minute:
 * the node knows better than whoever read the word before. A word and the trace of a disconnecting are kept for five
 * minutes. A disproved word counts as a disconnecting just now, since the node's own unregistering is probably on its
 * way. After a restart or failover of a Redis server the last writes may be lost, so that it counts as loss of memory.
 *
 * <p>Where users are is remembered, for a minute at most, for as long as their shard says that nobody came or went there,
 * no lease on which it rests can have ended, and the server is in the same run, so that no write was lost; each look asks
 * that first, in one script (in a cluster one a shard). Everything else is looked up anew, as is who is nowhere although a
 * node's word of him is left.
 *
 * <p>Every method is one round trip, for every 2,000 users (a look at users who are not remembered is two), and throws
 * {@link io.touchline.core.port.UnavailableException} within the settings' timeout; the first connecting has one of its
 * own. Any thread.
 */
public final class RedisPresenceRegistry implements PresenceRegistry {
    private final Pipeline redis;
    private final RedisSettings settings;
    private final Map<String, Remembered> memories =
            Keys.allNodes().stream().collect(toMap(nodes -> nodes, nodes -> new Remembered()));

    /**
     * @param factory started, and made as {@link RedisSettings#bound} says; it shares its connection, and stays the
     *     caller's to close
     * @throws IllegalArgumentException if the factory's client could wait for longer than the settings say
     */
    public RedisPresenceRegistry(LettuceConnectionFactory factory, RedisSettings settings) {
        requireBound(factory, settings);
        this.redis = new Pipeline(factory, settings.timeout());
        this.settings = settings;
    }

    /** @throws IllegalArgumentException if the node's address is not of the pattern, so that nobody would call it */
    @Override
    public Heartbeat heartbeat(NodeRef node, Duration lease) {
        if (!settings.address().matcher(node.address()).matches()) {
            throw new IllegalArgumentException(node.address() + " is not of the form " + settings.address());
        }
        String millis = Long.toString(lease.toMillis());
        List<Ask<List<Object>>> asks = onAllShards(
                nodes -> script(Scripts.HEARTBEAT, List.of(nodes), Keys.field(node), millis, node.address(), newId()));
        return new Heartbeat(
                asks.stream().allMatch(ask -> ask.answer().get(0).equals("held")),
                digest(asks.stream().map(ask -> (String) ask.answer().get(1))));
    }

    @Override
    public void retire(NodeRef node) {
        onAllShards(nodes -> script(Scripts.RETIRE, List.of(nodes), Keys.field(node)));
    }

    @Override
    public void register(NodeRef node, Collection<UserId> users) {
        String version = newId();
        redis.run(users.stream()
                .map(user -> script(Scripts.REGISTER, Keys.of(user), Keys.field(node), version))
                .toList());
    }

    @Override
    public void unregister(NodeRef node, Collection<UserId> users) {
        redis.run(users.stream()
                .map(user -> script(Scripts.UNREGISTER, Keys.of(user), Keys.field(node)))
                .toList());
    }

    /** First asks each shard whether what is remembered of it still holds, and then about the others. */
    @Override
    public Map<UserId, Whereabouts> locate(Collection<UserId> users) {
        Map<UserId, Whereabouts> found = new HashMap<>();
        List<Search> searches = new ArrayList<>();
        Map<String, List<UserId>> byShard = users.stream().distinct().collect(groupingBy(Keys::nodesBeside));
        Map<String, String> stamps = stamps(byShard.keySet());
        byShard.forEach((nodes, asked) -> {
            String stamp = stamps.get(nodes);
            List<UserId> others = stamp == null ? asked : memory(nodes).recall(stamp, asked, found);
            if (!others.isEmpty()) {
                searches.add(Search.of(nodes, others));
            }
        });
        long asked = System.nanoTime();
        redis.run(searches.stream().flatMap(Search::asks).toList());
        long answered = System.nanoTime();
        searches.forEach(search -> {
            Shard shard = shard(search.nodes());
            Remembered memory = memory(search.key());
            Map<UserId, Whereabouts> lasting = new HashMap<>();
            search.words().forEach((user, words) -> {
                Whereabouts at = shard.whereabouts(words.answer());
                found.put(user, at);
                if (Shard.lasts(at, words.answer())) {
                    lasting.put(user, at);
                } else {
                    memory.forget(user);
                }
            });
            memory.remember(shard, asked, answered, lasting);
        });
        return found;
    }

    /** Of the shards of which something is remembered. */
    private Map<String, String> stamps(Collection<String> shards) {
        List<String> known =
                shards.stream().filter(nodes -> !memory(nodes).isEmpty()).toList();
        Map<List<String>, Ask<List<Object>>> asks =
                redis.together(known).stream().collect(toMap(keys -> keys, keys -> script(Scripts.STAMPS, keys)));
        redis.run(List.copyOf(asks.values()));
        Map<String, String> stamps = new HashMap<>();
        asks.forEach((keys, ask) -> {
            List<Object> answer = ask.answer();
            for (int i = 0; i < keys.size(); i++) {
                stamps.put(keys.get(i), Shard.stamp((String) answer.get(0), (List<?>) answer.get(i + 1)));
            }
        });
        return stamps;
    }

    @Override
    public Map<UserId, Where> recall(Collection<UserId> users) {
        Map<UserId, Where> recalled = new HashMap<>();
        for (UserId user : users) {
            Where where = memory(Keys.nodesBeside(user)).recall(user);
            if (where != null) {
                recalled.put(user, where);
            }
        }
        return recalled;
    }

    private Remembered memory(String nodes) {
        return requireNonNull(memories.get(nodes));
    }

    /** What is asked of one shard. */
    private record Search(String key, Ask<List<Object>> nodes, Map<UserId, Ask<Map<String, String>>> words) {
        static Search of(String nodes, List<UserId> users) {
            return new Search(
                    nodes,
                    script(Scripts.NODES, List.of(nodes)),
                    users.stream().collect(toMap(user -> user, user -> Pipeline.hash(Keys.user(user)))));
        }

        Stream<Ask<?>> asks() {
            return Stream.concat(Stream.of(nodes), words.values().stream());
        }
    }

    @Override
    public void disprove(Map<UserId, List<Registration>> absent) {
        List<Ask<List<Object>>> asks = new ArrayList<>();
        absent.forEach((user, registrations) -> {
            memory(Keys.nodesBeside(user)).forget(user);
            registrations.forEach(registration -> asks.add(
                    script(Scripts.DISPROVE, Keys.of(user), Keys.field(registration.node()), registration.version())));
        });
        redis.run(asks);
    }

    @Override
    public List<NodeRef> nodes() {
        return onAllShards(nodes -> script(Scripts.NODES, List.of(nodes))).stream()
                .flatMap(ask -> shard(ask).liveNodes())
                .distinct()
                .toList();
    }

    @Override
    public void heartbeat(String apiNode) {
        String millis = Long.toString(API_LEASE.toMillis());
        redis.run(List.of(script(Scripts.API_HEARTBEAT, List.of(Keys.API_NODES), apiNode, millis)));
    }

    @Override
    public void retire(String apiNode) {
        redis.run(List.of(script(Scripts.API_RETIRE, List.of(Keys.API_NODES), apiNode)));
    }

    @Override
    public Set<String> apiNodes() {
        Ask<List<Object>> live = script(Scripts.API_NODES, List.of(Keys.API_NODES));
        redis.run(List.of(live));
        return live.answer().stream().map(String::valueOf).collect(toSet());
    }

    private List<Ask<List<Object>>> onAllShards(Function<String, Ask<List<Object>>> ask) {
        List<Ask<List<Object>>> asks = Keys.allNodes().stream().map(ask).toList();
        redis.run(asks);
        return asks;
    }

    private Shard shard(Ask<List<Object>> nodes) {
        return Shard.of(nodes.answer(), settings.address());
    }

    /** One name for the epochs of all shards. */
    private static String digest(Stream<String> epochs) {
        return UUID.nameUUIDFromBytes(epochs.collect(joining(" ")).getBytes(UTF_8))
                .toString();
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    private static void requireBound(LettuceConnectionFactory factory, RedisSettings settings) {
        boolean rejects = factory.getClientConfiguration()
                .getClientOptions()
                .map(ClientOptions::getDisconnectedBehavior)
                .filter(DisconnectedBehavior.REJECT_COMMANDS::equals)
                .isPresent();
        Duration timeout = factory.getClientConfiguration().getCommandTimeout();
        if (!rejects || timeout.compareTo(settings.timeout()) > 0) {
            throw new IllegalArgumentException("the Lettuce client must have the options of RedisSettings.bound, and "
                    + settings.timeout().toMillis() + " ms as its command timeout");
        }
    }
}
