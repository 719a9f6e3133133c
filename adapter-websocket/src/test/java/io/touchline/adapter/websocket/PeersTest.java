package io.touchline.adapter.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.UnavailableException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PeersTest {
    private static final int LEASE = Math.toIntExact(PresenceRegistry.API_LEASE.toSeconds());
    private static final int SILENCE = 3;

    private final AtomicInteger losses = new AtomicInteger();
    private final Set<String> listed = new HashSet<>();
    private boolean registryAway;
    private int registryTakes;
    private long now;
    private final Peers peers = new Peers(this::listed, losses::incrementAndGet, () -> now);

    private Set<String> listed() {
        now += TimeUnit.SECONDS.toNanos(registryTakes);
        if (registryAway) {
            throw new UnavailableException("away", null);
        }
        return Set.copyOf(listed);
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            now += TimeUnit.SECONDS.toNanos(1);
            peers.look();
        }
    }

    private void fallSilent(String name) {
        listed.add(name);
        peers.heard(name);
        pass(SILENCE);
        assertThat(losses).hasValue(0);
        pass(1);
        assertThat(losses).hasValue(1);
    }

    @Test
    void whoFallsSilentIsMissedOnceWhileItLives() {
        fallSilent("one");
        pass(60);
        assertThat(losses).hasValue(1);
    }

    @Test
    void whoFellSilentIsMissedOnceMoreWhenItDied() {
        fallSilent("one");
        pass(60);
        listed.remove("one");
        pass(LEASE - 1);
        assertThat(losses).hasValue(1);
        pass(1);
        assertThat(losses).hasValue(2);
        pass(60);
        assertThat(losses).hasValue(2);
    }

    @Test
    void whoFellSilentAndIsHeardAgainIsNotMissedAgain() {
        fallSilent("one");
        listed.remove("one");
        pass(LEASE - 1);
        peers.heard("one");
        for (int second = 0; second < 20; second++) {
            pass(1);
            peers.heard("one");
        }
        assertThat(losses).hasValue(1);
    }

    @Test
    void whoFellSilentIsNotTakenForDeadByARegistryThatLostItsMemory() {
        fallSilent("one");
        listed.clear();
        pass(LEASE - 1);
        listed.add("one");
        pass(60);
        assertThat(losses).hasValue(1);
    }

    @Test
    void whoFellSilentIsNotTakenForDeadWhileTheRegistryIsAway() {
        fallSilent("one");
        registryAway = true;
        listed.clear();
        pass(60);
        assertThat(losses).hasValue(1);
        registryAway = false;
        pass(LEASE - 1);
        assertThat(losses).hasValue(1);
        pass(1);
        assertThat(losses).hasValue(2);
    }

    @Test
    void whoIsListedAndWasNeverHeardIsMissedToo() {
        listed.add("one");
        pass(1);
        listed.clear();
        pass(SILENCE);
        assertThat(losses).hasValue(0);
        pass(1);
        assertThat(losses).hasValue(1);
        pass(LEASE);
        assertThat(losses).hasValue(2);
    }

    @Test
    void whoTakesLeaveIsNotMissedThoughItIsListedForAMoment() {
        listed.add("one");
        peers.heard("one");
        pass(1);
        peers.left("one");
        pass(10);
        listed.clear();
        pass(10);
        assertThat(losses).hasValue(0);
    }

    @Test
    void whoIsListedAgainAfterItLeftIsANewPeer() {
        peers.heard("one");
        peers.left("one");
        pass(1);
        fallSilent("one");
    }

    @Test
    void whoGoesOnTalkingIsNotMissedWhetherListedOrNot() {
        for (int second = 0; second < 20; second++) {
            peers.heard("one");
            pass(1);
        }
        assertThat(losses).hasValue(0);
    }

    @Test
    void nobodyIsMissedBecauseThisProcessStoodStill() {
        fallSilent("one");
        listed.clear();
        peers.heard("two");
        pass(1);
        now += TimeUnit.SECONDS.toNanos(30);
        peers.look();
        peers.heard("two");
        pass(SILENCE);
        assertThat(losses).hasValue(1);
    }

    @Test
    void waitingForTheRegistryIsNotStandingStill() {
        registryTakes = 2;
        peers.heard("one");
        pass(1);
        assertThat(losses).hasValue(0);
        pass(1);
        assertThat(losses).hasValue(1);
    }
}
