package io.touchline.adapter.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.Channel;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.Draft;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A batch costs the same number of statements however large it is. */
class JpaStatementCountTest {
    private static TestDatabase database;
    private static CountingDataSource counter;
    private static EntityManagerFactory factory;
    private static JpaStorage storage;

    private final UserId alice = new UserId("alice-" + UUID.randomUUID());
    private final UserId bob = new UserId("bob-" + UUID.randomUUID());
    private final List<ChannelId> channels =
            IntStream.range(0, 20).mapToObj(i -> ChannelId.random()).toList();

    @BeforeAll
    static void start() {
        database = TestDatabase.postgresql();
        counter = new CountingDataSource(database.dataSource());
        factory = TestDatabase.factory(counter.dataSource());
        storage = new JpaStorage(factory, new JpaSettings("counted", Duration.ofMinutes(1)));
    }

    @AfterAll
    static void stop() {
        factory.close();
        database.close();
    }

    @Test
    void appending() {
        assertThat(counter.statementsOf(() -> append(creates(20)))).isEqualTo(7);
        assertThat(counter.statementsOf(() -> append(sends(64)))).isEqualTo(4);
        assertThat(counter.statementsOf(() -> append(sends(1)))).isEqualTo(4);
        assertThat(counter.statementsOf(() -> append(edits(20)))).isEqualTo(8);
    }

    @Test
    void listing() {
        List<ChannelId> many =
                IntStream.range(0, 200).mapToObj(i -> ChannelId.random()).toList();
        append(many.stream()
                .<Draft>map(id -> new Draft.Create(id, alice, Instant.EPOCH, null, List.of(alice, bob)))
                .toList());
        append(many.stream()
                .<Draft>map(id -> new Draft.Send(id, alice, Instant.EPOCH, "hello", "m1", false))
                .toList());
        List<Channel> listed = new ArrayList<>();

        assertThat(counter.statementsOf(() -> listed.addAll(
                        storage.channels().channels(bob, null, 200).items())))
                .isEqualTo(2);
        assertThat(listed).hasSize(200).allMatch(channel -> channel.unread() == 1 && channel.lastMessage() != null);
        assertThat(counter.statementsOf(() -> storage.channels().unread(List.of(alice, bob))))
                .isEqualTo(1);
    }

    /** One statement more for all channels in which somebody has written much himself. */
    @Test
    void countingBeforeOnesOwn() {
        append(creates(20));
        append(channels.stream()
                .<Draft>map(id -> new Draft.Send(id, bob, Instant.EPOCH, "hello", "b1", false))
                .toList());
        for (int i = 0; i < 10; i++) {
            append(sends(1_100));
        }
        List<Channel> listed = new ArrayList<>();

        assertThat(counter.statementsOf(() -> listed.addAll(
                        storage.channels().channels(alice, null, 200).items())))
                .isEqualTo(3);
        assertThat(listed).hasSize(20).allMatch(channel -> channel.unread() == 1);
        assertThat(counter.statementsOf(() -> assertThat(storage.channels().unread(List.of(alice, bob)))
                        .isEqualTo(Map.of(alice, 20, bob, 100))))
                .isEqualTo(2);
    }

    @Test
    void readingAndSettling() {
        append(creates(20));
        append(sends(64));

        Map<ChannelId, Long> known = channels.stream().collect(Collectors.toMap(id -> id, id -> 1L));
        assertThat(counter.statementsOf(() -> storage.messages().catchUp(bob, known, 500)))
                .isEqualTo(2);
        assertThat(counter.statementsOf(() -> storage.channels().channels(bob, null, 200)))
                .isEqualTo(2);
        assertThat(counter.statementsOf(() -> storage.messages().members(channels)))
                .isEqualTo(1);
        assertThat(counter.statementsOf(() -> storage.ledger().acknowledge(receipts())))
                .isEqualTo(2);
        assertThat(counter.statementsOf(() -> storage.ledger().settle(claims())))
                .isEqualTo(2 + 4);
    }

    private List<Draft> creates(int count) {
        return channels.stream()
                .limit(count)
                .<Draft>map(id -> new Draft.Create(id, alice, Instant.EPOCH, null, List.of(alice, bob)))
                .toList();
    }

    private List<Draft> sends(int count) {
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = UUID.randomUUID().toString();
            drafts.add(new Draft.Send(channels.get(i % 20), alice, Instant.EPOCH, "hello", id, false));
        }
        return drafts;
    }

    private List<Draft> edits(int count) {
        return channels.stream()
                .limit(count)
                .<Draft>map(id -> new Draft.Edit(id, alice, Instant.EPOCH, 2, "good day"))
                .toList();
    }

    /** Of this test's channels; those of others owe on. */
    private List<Claim> claims() {
        return storage.ledger().claim(1_000).stream()
                .filter(claim -> channels.contains(claim.channel()))
                .toList();
    }

    private List<Receipt> receipts() {
        return channels.stream().map(id -> new Receipt(bob, id, 100, 2)).toList();
    }

    private static void append(List<Draft> drafts) {
        assertThat(storage.messages().append(drafts, Duration.ZERO)).allMatch(Appended.class::isInstance);
    }
}
