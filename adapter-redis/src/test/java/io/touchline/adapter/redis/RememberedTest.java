package io.touchline.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.adapter.redis.Shard.Lease;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.port.Whereabouts.Nowhere;
import io.touchline.core.port.Whereabouts.Registration;
import io.touchline.core.port.Whereabouts.Where;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final NodeRef NODE = NodeRef.at("http://10.0.0.1:8091");
    private static final Where WHERE = new Where(List.of(new Registration(NODE, "v1")));

    private final Remembered remembered = new Remembered();
    private final long now = System.nanoTime();

    @Test
    void itIsStillSoWhileTheStampIsTheSameAndTheLeaseRuns() {
        remember("1", Duration.ofMinutes(1), now, Map.of(ALICE, WHERE));

        assertThat(stillSo("1")).containsOnlyKeys(ALICE);
        assertThat(stillSo("2")).isEmpty();
        assertThat(remembered.recall(ALICE)).isEqualTo(WHERE);
    }

    @Test
    void itIsNotKnownOnceTheLeaseMayHaveEndedUntilItWasReadAgain() {
        remember("1", Duration.ZERO, now, Map.of(ALICE, WHERE));
        assertThat(stillSo("1")).isEmpty();
        assertThat(remembered.recall(ALICE)).isNull();

        remember("1", Duration.ofMinutes(1), now, Map.of(BOB, WHERE));

        assertThat(stillSo("1")).containsOnlyKeys(ALICE, BOB);
        assertThat(remembered.recall(ALICE)).isEqualTo(WHERE);
    }

    @Test
    void whoWasNotLookedForIsForgottenAfterFiveMinutes() {
        remember("1", Duration.ofHours(1), now, Map.of(ALICE, WHERE));

        remember("1", Duration.ofHours(1), now + Duration.ofMinutes(5).toNanos(), Map.of(BOB, WHERE));

        assertThat(remembered.recall(ALICE)).isNull();
        assertThat(remembered.recall(BOB)).isEqualTo(WHERE);
    }

    @Test
    void itIsNotKnownAfterAMinute() {
        remember("1", Duration.ofMinutes(5), now - Duration.ofMinutes(1).toNanos(), Map.of(ALICE, WHERE));

        assertThat(stillSo("1")).isEmpty();
    }

    @Test
    void whoIsNowhereIsKnownToBeSoAndNotRecalled() {
        remember("1", Duration.ofMinutes(1), now, Map.of(ALICE, WHERE));
        remember("1", Duration.ofMinutes(1), now, Map.of(ALICE, new Nowhere(Optional.empty())));

        assertThat(stillSo("1")).containsOnly(Map.entry(ALICE, new Nowhere(Optional.empty())));
        assertThat(stillSo("2")).isEmpty();
        assertThat(remembered.recall(ALICE)).isNull();
    }

    @Test
    void howLongSomebodyIsGoneGrowsWhileItIsRemembered() {
        Duration ago = Duration.ofSeconds(40);
        remember("1", Duration.ZERO, now - ago.toNanos(), Map.of(ALICE, new Nowhere(Optional.of(ago))));

        assertThat(stillSo("1").get(ALICE))
                .isInstanceOfSatisfying(
                        Nowhere.class,
                        nowhere -> assertThat(nowhere.since().orElseThrow())
                                .isBetween(Duration.ofSeconds(80), Duration.ofSeconds(90)));
    }

    @Test
    void nothingIsRememberedOfAShardWithoutAStamp() {
        remember("1", Duration.ofMinutes(1), now, Map.of(ALICE, WHERE));

        remember("", Duration.ofMinutes(1), now, Map.of(ALICE, WHERE));

        assertThat(remembered.isEmpty()).isTrue();
    }

    private Map<UserId, Whereabouts> stillSo(String stamp) {
        Map<UserId, Whereabouts> found = new HashMap<>();
        remembered.recall(stamp, List.of(ALICE, BOB), found);
        return found;
    }

    private void remember(String stamp, Duration leaseLeft, long readAt, Map<UserId, Whereabouts> answers) {
        Lease lease = new Lease(NODE, 1_000 + leaseLeft.toMillis(), 60_000);
        remembered.remember(new Shard(1_000, true, stamp, Map.of(Keys.field(NODE), lease)), readAt, readAt, answers);
    }
}
