package io.touchline.adapter.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PeersTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicInteger losses = new AtomicInteger();
    private final Peers peers = new Peers(losses::incrementAndGet, 0);

    private void lookUntil(long from, long to) {
        for (long second = from; second <= to; second++) {
            peers.look(second * SECOND);
        }
    }

    @Test
    void whoFallsSilentIsMissedOnce() {
        peers.heard("one", 0);
        lookUntil(1, 3);
        assertThat(losses).hasValue(0);
        lookUntil(4, 20);
        assertThat(losses).hasValue(1);
    }

    @Test
    void whoTakesLeaveIsNotMissed() {
        peers.heard("one", 0);
        peers.left("one");
        lookUntil(1, 20);
        assertThat(losses).hasValue(0);
    }

    @Test
    void whoGoesOnTalkingIsNotMissed() {
        for (long second = 0; second < 20; second++) {
            peers.heard("one", second * SECOND);
            peers.look(second * SECOND);
        }
        assertThat(losses).hasValue(0);
    }

    @Test
    void nobodyIsMissedBecauseThisProcessStoodStill() {
        peers.heard("one", 0);
        peers.look(SECOND);
        peers.look(30 * SECOND);
        peers.heard("one", 31 * SECOND);
        lookUntil(31, 34);
        assertThat(losses).hasValue(0);
    }
}
