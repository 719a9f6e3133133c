package io.touchline.adapter.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Draft;
import io.touchline.core.port.UserStore;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is kept of users, as it lies in its tables. */
class JpaUserStoreTest {
    private static TestDatabase database;
    private static CountingDataSource counter;
    private static EntityManagerFactory factory;
    private static JpaStorage storage;

    private final UserStore users = storage.users();
    private final UserId alice = new UserId("alice-" + UUID.randomUUID());

    @BeforeAll
    static void start() {
        database = TestDatabase.postgresql();
        counter = new CountingDataSource(database.dataSource());
        factory = TestDatabase.factory(counter.dataSource());
        storage = new JpaStorage(factory, new JpaSettings("here", Duration.ofMinutes(1)));
    }

    @AfterAll
    static void stop() {
        factory.close();
        database.close();
    }

    @Test
    void aUserIsSeenAgainAfterAMinute() {
        users.seen(List.of(alice));
        database.execute(
                "update touchline_seen set seen_at = seen_at - interval '59' second where user_id = '" + alice + "'");
        Instant before = lastSeen();
        users.seen(List.of(alice));
        assertThat(lastSeen()).isEqualTo(before);

        database.execute(
                "update touchline_seen set seen_at = seen_at - interval '1' second where user_id = '" + alice + "'");
        users.seen(List.of(alice));
        assertThat(lastSeen()).isAfterOrEqualTo(before.plusSeconds(59));
    }

    @Test
    void aRevocationNeverMovesBack() {
        users.revoke(alice);
        database.execute("update touchline_revoked set revoked_at = revoked_at + interval '1' hour where user_id = '"
                + alice + "'");
        Instant later =
                users.revocations(Instant.now().plus(Duration.ofMinutes(30))).get(alice);

        assertThat(users.revoke(alice)).isEqualTo(later).isAfter(Instant.now());
    }

    @Test
    void aBatchCostsOneStatement() {
        List<UserId> many = IntStream.range(0, 200)
                .mapToObj(i -> new UserId("u" + i + "-" + UUID.randomUUID()))
                .toList();
        ChannelId channel = ChannelId.random();
        storage.messages()
                .append(List.of(new Draft.Create(channel, alice, Instant.EPOCH, null, List.of(alice))), Duration.ZERO);

        assertThat(counter.statementsOf(() -> users.seen(many))).isEqualTo(1);
        assertThat(counter.statementsOf(() -> users.acquaintances(alice, many))).isEqualTo(1);
        assertThat(counter.statementsOf(() -> users.revocations(Instant.EPOCH))).isEqualTo(1);
        assertThat(counter.statementsOf(() -> users.revoke(alice))).isEqualTo(2);
    }

    private Instant lastSeen() {
        return users.acquaintances(alice, List.of(alice)).get(0).lastSeen();
    }
}
