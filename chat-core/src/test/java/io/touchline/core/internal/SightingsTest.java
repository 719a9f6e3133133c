package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.port.UserStore;
import io.touchline.core.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SightingsTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");

    private final List<Collection<UserId>> written = new ArrayList<>();
    private final AtomicLong nanoTime = new AtomicLong();
    private boolean away;

    private final class Store implements UserStore {
        private final UserStore real = new InMemoryStorage(new SettableClock()).users();

        @Override
        public void seen(Collection<UserId> users) {
            if (away) {
                throw new UnavailableException("away", null);
            }
            written.add(List.copyOf(users));
        }

        @Override
        public List<Acquaintance> acquaintances(UserId user, Collection<UserId> asked) {
            return real.acquaintances(user, asked);
        }

        @Override
        public Instant revoke(UserId user) {
            return real.revoke(user);
        }

        @Override
        public Map<UserId, Instant> revocations(Instant from) {
            return real.revocations(from);
        }
    }

    private final Sightings sightings = new Sightings(new Store(), new ChatObserver() {}, nanoTime::get);

    @Test
    void writesWhoWasSeenTogetherAndOnce() {
        sightings.saw(ALICE);
        sightings.saw(BOB);
        sightings.saw(ALICE);
        sightings.write();
        sightings.saw(ALICE);
        sightings.write();

        assertThat(written).hasSize(1);
        assertThat(written.get(0)).containsExactlyInAnyOrder(ALICE, BOB);
    }

    @Test
    void writesAgainWhenTheStoreTakesAnotherTime() {
        sightings.saw(ALICE);
        sightings.write();

        nanoTime.addAndGet(UserStore.SEEN_EVERY.plusSeconds(2).toNanos());
        sightings.saw(ALICE);
        sightings.write();

        assertThat(written).containsExactly(List.of(ALICE), List.of(ALICE));
    }

    @Test
    void writesWhatTheStoreDidNotTakeWhenTheUserIsSeenAgain() {
        away = true;
        sightings.saw(ALICE);
        sightings.write();
        away = false;

        sightings.write();
        assertThat(written).isEmpty();
        sightings.saw(ALICE);
        sightings.write();
        assertThat(written).containsExactly(List.of(ALICE));
    }

    @Test
    void writesManyInSeveralBatches() {
        IntStream.range(0, 2_500).forEach(i -> sightings.saw(new UserId("u" + i)));

        sightings.write();

        assertThat(written).extracting(Collection::size).containsExactly(1_000, 1_000, 500);
    }

    @Test
    void dropsWhoCannotBeRemembered() {
        IntStream.range(0, 100_001).forEach(i -> sightings.saw(new UserId("u" + i)));

        sightings.write();

        assertThat(written.stream().mapToInt(Collection::size).sum()).isEqualTo(100_000);
        nanoTime.addAndGet(Duration.ofMinutes(2).toNanos());
        sightings.saw(ALICE);
        sightings.write();
        assertThat(written.get(written.size() - 1)).isEqualTo(List.of(ALICE));
    }
}
