package io.touchline.core.internal;

import io.touchline.core.model.Token;
import io.touchline.core.model.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * Up to when users' tokens are worth nothing, as far as this process knows. Few and rarely changed, so looking is free.
 * Each is forgotten as another comes that is {@link #KEPT} later, when no token of before should be left.
 */
public final class Revocations {
    /** By then what was issued before has ended. */
    static final Duration KEPT = Duration.ofDays(30);

    private volatile Map<UserId, Instant> all = Map.of();

    /** Adds what is new among these. */
    public synchronized void add(Map<UserId, Instant> more) {
        Map<UserId, Instant> merged = new HashMap<>(all);
        more.forEach((user, time) -> merged.merge(user, time, Revocations::later));
        if (merged.equals(all)) {
            return;
        }
        Instant kept = Collections.max(merged.values()).minus(KEPT);
        merged.values().removeIf(time -> time.isBefore(kept));
        all = Map.copyOf(merged);
    }

    public boolean contain(Token token) {
        Instant time = all.get(token.user());
        return time != null && token.isIssuedBy(time);
    }

    /** Another map whenever something is new. */
    Map<UserId, Instant> all() {
        return all;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
