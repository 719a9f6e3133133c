package io.touchline.core.internal;

import io.touchline.core.model.Token;
import io.touchline.core.model.UserId;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.port.UserStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;

/**
 * Knows whose tokens are worth nothing any more, and has the chat nodes know. The store has it for all API nodes, and each
 * looks every second for what others revoked; the chat nodes are told by every API node, before anything else.
 */
final class Revoking {
    /** Longer than any transaction takes to become visible after its time. */
    private static final Duration OVERLAP = Duration.ofSeconds(10);

    private static final Duration TELL_WITHIN = Duration.ofMillis(1_800);

    private final UserStore store;
    private final NodeLanes nodes;
    private final Clock clock;
    private final Revocations known = new Revocations();
    private volatile boolean loaded;

    Revoking(UserStore store, NodeLanes nodes, Clock clock) {
        this.store = store;
        this.nodes = nodes;
        this.clock = clock;
    }

    /** Learns what was revoked since it last looked. */
    void learn() {
        Map<UserId, Instant> before = known.all();
        Instant from = before.isEmpty()
                ? clock.instant().minus(Revocations.KEPT)
                : Collections.max(before.values()).minus(OVERLAP);
        add(store.revocations(from));
        loaded = true;
    }

    private void add(Map<UserId, Instant> revocations) {
        known.add(revocations);
        nodes.revoke(known.all());
    }

    /**
     * Makes every token worthless that was issued to a user until now, and closes his connections.
     *
     * @throws UnavailableException if the store, or a chat node that may hold a connection of his, does not know it yet
     */
    void revoke(UserId user) {
        Instant time = store.revoke(user);
        add(Map.of(user, time));
        nodes.tellRevoked(user, time, TELL_WITHIN);
    }

    /** @throws UnavailableException if that is not known yet */
    boolean isRevoked(Token token) {
        if (!loaded) {
            throw new UnavailableException("it is not known yet which tokens were revoked", null);
        }
        return known.contain(token);
    }
}
