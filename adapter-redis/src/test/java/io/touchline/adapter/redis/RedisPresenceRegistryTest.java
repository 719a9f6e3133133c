package io.touchline.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.ClientOptions;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.port.Whereabouts.Nowhere;
import io.touchline.core.port.Whereabouts.Registration;
import io.touchline.core.port.Whereabouts.Unknown;
import io.touchline.core.port.Whereabouts.Where;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** What the contract does not see: what lies in Redis, and how it got there. */
class RedisPresenceRegistryTest {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static RedisUnderTest redis;
    private static RedisCli cli;
    private static LettuceConnectionFactory factory;

    private final RedisPresenceRegistry registry = new RedisPresenceRegistry(factory, RedisUnderTest.SETTINGS);
    private final NodeRef node = NodeRef.at("http://10.0.0.1:8091");
    private final UserId alice = new UserId("u" + UUID.randomUUID());

    @BeforeAll
    static void start() {
        redis = RedisUnderTest.start();
        cli = new RedisCli(redis.port);
        factory = redis.factory();
    }

    @AfterAll
    static void stop() {
        factory.destroy();
        cli.close();
        redis.close();
    }

    @BeforeEach
    void beginWithALiveNodeInAnOldRegistry() {
        cli.commands().flushall();
        registry.heartbeat(node, LEASE);
        cli.pass(Duration.ofMinutes(1));
        registry.heartbeat(node, LEASE);
    }

    @Test
    void findsAllUsersInOneRoundTrip() throws Exception {
        List<UserId> users =
                IntStream.range(0, 500).mapToObj(i -> new UserId("user" + i)).toList();
        registry.register(node, users);
        try (HoldingProxy proxy = new HoldingProxy(redis.port)) {
            LettuceConnectionFactory throughProxy = RedisUnderTest.factory(proxy.port());
            RedisPresenceRegistry far = new RedisPresenceRegistry(throughProxy, RedisUnderTest.SETTINGS);
            far.nodes();

            proxy.holdAnswersUntilAsked("HGETALL\\r\\n\\$", 500);
            Map<UserId, Whereabouts> found = far.locate(users);

            assertThat(found).hasSize(500);
            assertThat(found.values()).hasOnlyElementsOfType(Where.class);
            assertThat(proxy.asked()).isEqualTo(500);
            throughProxy.destroy();
        }
    }

    @Test
    void takesMoreUsersThanOneRoundTrip() {
        List<UserId> users =
                IntStream.range(0, 5_000).mapToObj(i -> new UserId("many" + i)).toList();

        registry.register(node, users);

        assertThat(registry.locate(users).values()).hasSize(5_000).hasOnlyElementsOfType(Where.class);
        registry.unregister(node, users);
    }

    @Test
    void everyUsersKeyExpiresAfterFiveMinutes() {
        registry.register(node, List.of(alice));
        assertThat(cli.commands().pttl(Keys.user(alice))).isBetween(290_000L, 300_000L);

        cli.pass(Duration.ofMinutes(4));
        registry.unregister(node, List.of(alice));
        assertThat(cli.commands().pttl(Keys.user(alice))).isBetween(290_000L, 300_000L);
    }

    @Test
    void theWordsOfNodesThatDiedDoNotGatherBesideALivingOne() {
        for (int i = 0; i < 5; i++) {
            registry.register(NodeRef.at("http://10.0.0.2:8091"), List.of(alice));
            cli.pass(Duration.ofMinutes(4));
        }
        registry.register(node, List.of(alice));

        assertThat(cli.commands().hlen(Keys.user(alice))).isEqualTo(2);
    }

    @Test
    void nodesThatDiedDoNotGather() {
        registry.heartbeat(NodeRef.at("http://10.0.0.2:8091"), LEASE);
        cli.pass(Duration.ofMinutes(9));
        registry.heartbeat(node, LEASE);
        assertThat(cli.commands().hlen(Keys.nodesBeside(alice))).isGreaterThan(2);

        cli.pass(Duration.ofMinutes(11));
        registry.heartbeat(node, LEASE);

        assertThat(cli.commands().hkeys(Keys.nodesBeside(alice)))
                .containsExactlyInAnyOrder(Keys.EPOCH, Keys.VERSION, Keys.field(node));
    }

    @Test
    void whoWasFoundIsNotReadAgainWhileNobodyComesOrGoes() {
        registry.register(node, List.of(alice));
        Map<UserId, Whereabouts> found = registry.locate(List.of(alice));
        long reads = hashesRead();

        registry.register(node, List.of(alice)); // as every minute
        assertThat(registry.locate(List.of(alice))).isEqualTo(found);
        assertThat(hashesRead()).isEqualTo(reads + 1); // by the registering itself
    }

    @Test
    void norIsWhoIsNowhere() {
        registry.unregister(node, List.of(alice));
        assertThat(sinceOf(alice)).isLessThan(Duration.ofMinutes(1));
        long reads = hashesRead();

        assertThat(sinceOf(alice)).isLessThan(Duration.ofMinutes(1));
        assertThat(hashesRead()).isEqualTo(reads);
    }

    @Test
    void whoIsRememberedAsNowhereIsSeenAtOnceWhenHeComes() {
        assertThat(nodesOf(alice)).isEmpty();

        new RedisPresenceRegistry(factory, RedisUnderTest.SETTINGS).register(node, List.of(alice));

        assertThat(nodesOf(alice)).containsExactly(node);
    }

    @Test
    void whoIsRememberedAsNowhereIsSeenAtOnceWhenHisNodeHoldsALeaseAgain() {
        NodeRef second = NodeRef.at("http://10.0.0.2:8091");
        RedisPresenceRegistry elsewhere = new RedisPresenceRegistry(factory, RedisUnderTest.SETTINGS);
        elsewhere.register(second, List.of(alice));
        assertThat(nodesOf(alice)).isEmpty();

        elsewhere.heartbeat(second, LEASE);

        assertThat(nodesOf(alice)).containsExactly(second);
    }

    @Test
    void aUserWhoComesToASecondNodeIsSeenThereAtOnce() {
        NodeRef second = NodeRef.at("http://10.0.0.2:8091");
        RedisPresenceRegistry elsewhere = new RedisPresenceRegistry(factory, RedisUnderTest.SETTINGS);
        elsewhere.heartbeat(second, LEASE);
        elsewhere.register(node, List.of(alice));
        assertThat(nodesOf(alice)).containsExactly(node);

        elsewhere.register(second, List.of(alice));
        assertThat(nodesOf(alice)).containsExactlyInAnyOrder(node, second);

        elsewhere.unregister(node, List.of(alice));
        assertThat(nodesOf(alice)).containsExactly(second);

        elsewhere.retire(second);
        assertThat(nodesOf(alice)).isEmpty();
    }

    @Test
    void aWordThatWasSaidAgainIsReadAnewOnceItIsDisproved() {
        registry.register(node, List.of(alice));
        Where remembered = (Where) registry.locate(List.of(alice)).get(alice);
        registry.register(node, List.of(alice));

        registry.disprove(Map.of(alice, remembered.registrations()));

        assertThat(registry.locate(List.of(alice)).get(alice))
                .isInstanceOfSatisfying(
                        Where.class,
                        where -> assertThat(where.registrations()).isNotEqualTo(remembered.registrations()));
    }

    @Test
    void whoWasFoundIsRecalledThoughNobodyIsAsked() {
        RedisPresenceRegistry elsewhere = new RedisPresenceRegistry(factory, RedisUnderTest.SETTINGS);
        registry.register(node, List.of(alice));
        Map<UserId, Whereabouts> found = registry.locate(List.of(alice));

        elsewhere.unregister(node, List.of(alice));

        assertThat(registry.recall(List.of(alice))).isEqualTo(found);
        assertThat(registry.locate(List.of(alice)).get(alice)).isInstanceOf(Nowhere.class);
        assertThat(registry.recall(List.of(alice))).isEmpty();
    }

    @Test
    void whoHasTheWordOfANodeWithoutALeaseIsReadAgainEachTime() {
        registry.register(NodeRef.at("http://10.0.0.2:8091"), List.of(alice));
        assertThat(nodesOf(alice)).isEmpty();
        long reads = hashesRead();

        assertThat(nodesOf(alice)).isEmpty();

        assertThat(hashesRead()).isGreaterThan(reads);
    }

    @Test
    void whoIsRememberedAsNowhereIsUnknownOnceEverythingIsForgotten() {
        assertThat(registry.locate(List.of(alice)).get(alice)).isInstanceOf(Nowhere.class);

        cli.commands().flushall();

        assertThat(registry.locate(List.of(alice)).get(alice)).isInstanceOf(Unknown.class);
    }

    @Test
    void aShardThatSomebodyElseWroteOverHidesNoOther() {
        List<UserId> users =
                IntStream.range(0, 64).mapToObj(i -> new UserId("user" + i)).toList();
        registry.register(node, users);
        registry.locate(users);
        UserId lost = users.get(32);
        cli.commands().del(Keys.nodesBeside(lost));
        cli.commands().set(Keys.nodesBeside(lost), "somebody else's");

        Map<UserId, Whereabouts> found = registry.locate(users);

        users.forEach(user -> assertThat(found.get(user))
                .isInstanceOf(Keys.nodesBeside(user).equals(Keys.nodesBeside(lost)) ? Unknown.class : Where.class));
    }

    private Duration sinceOf(UserId user) {
        return ((Nowhere) registry.locate(List.of(user)).get(user)).since().orElseThrow();
    }

    private List<NodeRef> nodesOf(UserId user) {
        return registry.locate(List.of(user)).get(user) instanceof Where where
                ? where.registrations().stream().map(Registration::node).toList()
                : List.of();
    }

    private static long hashesRead() {
        Matcher calls = Pattern.compile("cmdstat_hgetall:calls=(\\d+)")
                .matcher(cli.commands().info("commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    @Test
    void anAddressThatIsNotOfThePatternIsNoNode() {
        NodeRef lure = NodeRef.at("http://10.0.0.1:8091/@evil.example");
        String fields = cli.commands().hget(Keys.nodesBeside(alice), Keys.field(node));
        cli.commands().hset(Keys.nodesBeside(alice), Keys.field(lure), fields.replace(node.address(), lure.address()));
        registry.register(lure, List.of(alice));

        assertThat(registry.locate(List.of(alice))).containsExactly(Map.entry(alice, new Nowhere(Optional.empty())));
        assertThat(registry.nodes()).containsExactly(node);
    }

    @Test
    void aNodeWhoseOwnAddressNobodyWouldCallIsRefused() {
        assertThatThrownBy(() -> registry.heartbeat(NodeRef.at("ftp://10.0.0.1"), LEASE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ftp://10.0.0.1");
    }

    @Test
    void whatSomebodyElseWroteIsAsIfItWereNotThere() {
        registry.register(node, List.of(alice));
        cli.commands()
                .hset(
                        Keys.user(alice),
                        Map.of(
                                Keys.field(NodeRef.at("http://x")),
                                "rubbish",
                                "other",
                                "1 2 3",
                                Keys.GONE,
                                "yesterday",
                                "node:",
                                "5 v"));
        cli.commands()
                .hset(
                        Keys.nodesBeside(alice),
                        Map.of(
                                "node:a",
                                "",
                                "node:b",
                                "99999999999999999999 1 http://b",
                                "what",
                                "else",
                                "node: ",
                                "9999999999999 1 http://c"));

        registry.heartbeat(node, LEASE);

        assertThat(registry.locate(List.of(alice)).get(alice))
                .isInstanceOfSatisfying(
                        Where.class,
                        where -> assertThat(where.registrations())
                                .extracting(Registration::node)
                                .containsExactly(node));
        assertThat(registry.nodes()).containsExactly(node);
    }

    @Test
    void aKeyOfAnotherTypeIsReplaced() {
        cli.commands().set(Keys.user(alice), "somebody else's");
        assertThat(registry.locate(List.of(alice)).get(alice)).isInstanceOf(Nowhere.class);

        registry.register(node, List.of(alice));
        assertThat(registry.locate(List.of(alice)).get(alice)).isInstanceOf(Where.class);

        cli.commands().set(Keys.nodesBeside(alice), "somebody else's");
        assertThat(registry.locate(List.of(alice)).get(alice)).isEqualTo(new Unknown());
        registry.heartbeat(node, LEASE);
        assertThat(registry.locate(List.of(alice)).get(alice)).isInstanceOf(Where.class);
    }

    @Test
    void anotherRunOfTheServerIsAnotherEpochThoughTheKeysAreThere() {
        String epoch = registry.heartbeat(node, LEASE).epoch();
        String nodes = Keys.nodesBeside(alice);
        cli.commands().hset(nodes, Keys.EPOCH, cli.commands().hget(nodes, Keys.EPOCH) + "before");

        assertThat(registry.locate(List.of(alice))).containsExactly(Map.entry(alice, new Unknown()));
        assertThat(registry.heartbeat(node, LEASE).epoch()).isNotEqualTo(epoch);
        assertThat(registry.locate(List.of(alice))).containsExactly(Map.entry(alice, new Unknown()));
    }

    @Test
    void aClientThatCouldWaitForEverIsRefused() {
        LettuceConnectionFactory endless =
                RedisUnderTest.factory(redis.port, LettuceClientConfiguration.defaultConfiguration());
        LettuceConnectionFactory keeping = RedisUnderTest.factory(
                redis.port,
                LettuceClientConfiguration.builder()
                        .commandTimeout(RedisUnderTest.SETTINGS.timeout())
                        .clientOptions(ClientOptions.create())
                        .build());

        assertThatThrownBy(() -> new RedisPresenceRegistry(endless, RedisUnderTest.SETTINGS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RedisPresenceRegistry(keeping, RedisUnderTest.SETTINGS))
                .isInstanceOf(IllegalArgumentException.class);
        endless.destroy();
        keeping.destroy();
    }

    @Test
    void theTimeoutIsLessThanASecond() {
        Pattern any = Pattern.compile(".*");
        assertThatThrownBy(() -> new RedisSettings(Duration.ofSeconds(1), any))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RedisSettings(Duration.ZERO, any)).isInstanceOf(IllegalArgumentException.class);
    }
}
