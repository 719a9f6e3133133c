package io.touchline.core.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.DeliveryState;
import io.touchline.core.model.DeliveryState.State;
import io.touchline.core.model.UserId;
import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.DeliveryLedger.End;
import io.touchline.core.port.DeliveryLedger.Settlement;
import io.touchline.core.port.DeliveryLedger.Unsettled;
import io.touchline.core.port.Draft;
import io.touchline.core.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InMemoryStorageTest {
    private final SettableClock clock = new SettableClock();
    private final InMemoryStorage storage = new InMemoryStorage(clock);
    private final ChannelId channel = ChannelId.random();
    private final UserId alice = new UserId("alice");
    private final UserId bob = new UserId("bob");

    @Test
    void aLeaseEndsByTheClockToTheInstant() {
        create();
        InMemoryStorage one = storage.node("one", Duration.ofSeconds(10));
        InMemoryStorage other = storage.node("other", Duration.ofSeconds(10));
        assertThat(one.ledger().claim(10)).containsExactly(new Claim(channel, 1, 1, 1, 0));

        clock.pass(Duration.ofSeconds(10).minusNanos(1));
        assertThat(other.ledger().claim(10)).isEmpty();
        clock.pass(Duration.ofNanos(1));
        assertThat(other.ledger().claim(10)).containsExactly(new Claim(channel, 1, 1, 2, 1));
        assertThat(one.ledger().claim(10)).isEmpty();
    }

    @Test
    void claimingAgainRenewsTheLeaseAndKeepsTheFence() {
        create();
        InMemoryStorage one = storage.node("one", Duration.ofSeconds(10));
        InMemoryStorage other = storage.node("other", Duration.ofSeconds(10));
        one.ledger().claim(10);

        clock.pass(Duration.ofSeconds(9));
        assertThat(one.ledger().claim(10)).containsExactly(new Claim(channel, 1, 1, 1, 0));
        clock.pass(Duration.ofSeconds(9));
        assertThat(other.ledger().claim(10)).isEmpty();
        clock.pass(Duration.ofSeconds(9));
        assertThat(one.ledger().claim(10)).containsExactly(new Claim(channel, 1, 1, 1, 0));
    }

    @Test
    void aUserIsSeenAgainAfterAMinuteToTheInstant() {
        Instant begun = clock.instant();
        storage.users().seen(List.of(alice));
        clock.pass(Duration.ofMinutes(1).minusNanos(1));
        storage.users().seen(List.of(alice));
        assertThat(lastSeen()).isEqualTo(begun);

        clock.pass(Duration.ofNanos(1));
        storage.users().seen(List.of(alice));
        assertThat(lastSeen()).isEqualTo(begun.plusSeconds(60));
    }

    private Instant lastSeen() {
        return storage.users().acquaintances(alice, List.of(alice)).get(0).lastSeen();
    }

    @Test
    void nodesShareTheirDataAndStoragesDoNot() {
        create();

        assertThat(storage.node("other", Duration.ofSeconds(1)).channels().channel(bob, channel))
                .isPresent()
                .isEqualTo(storage.channels().channel(bob, channel));
        assertThat(new InMemoryStorage(clock).channels().channel(bob, channel)).isEqualTo(Optional.empty());
    }

    @Test
    void aDeliveryEndsAtTheTimeOfTheClock() {
        create();
        storage.messages()
                .append(List.of(new Draft.Send(channel, alice, clock.instant(), "hello", "m1", false)), Duration.ZERO);
        Claim claim = storage.ledger().claim(10).get(0);
        clock.pass(Duration.ofMinutes(1));
        Instant ended = clock.instant();

        storage.ledger().end(List.of(new Settlement(claim, bob, 4711, End.PUSHED)));
        clock.pass(Duration.ofMinutes(1));
        storage.messages().append(List.of(new Draft.Rename(channel, alice, clock.instant(), "coffee")), Duration.ZERO);
        assertThat(storage.ledger().unsettled(claim, null, 10))
                .extracting(Unsettled::first)
                .containsExactly(3L);
        storage.ledger().end(List.of(new Settlement(claim, bob, 3, End.LEFT_TO_SYNC)));

        assertThat(storage.channels()
                        .deliveries(channel, 2, alice, null, 10)
                        .orElseThrow()
                        .items())
                .containsExactly(new DeliveryState(bob, State.PUSHED, null, ended));
    }

    private void create() {
        storage.messages()
                .append(
                        List.of(new Draft.Create(channel, alice, clock.instant(), "tea", List.of(alice, bob))),
                        Duration.ZERO);
    }
}
