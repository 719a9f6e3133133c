package io.touchline.core.inmemory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** That a channel owes, and who holds it. */
final class Debt {
    final ChannelLog log;
    final long from;
    long fence;
    int attempts;
    private @Nullable String owner;
    private Instant leaseEnd = Instant.MIN;

    Debt(ChannelLog log, long from) {
        this.log = log;
        this.from = from;
    }

    boolean isOpenTo(String claimant, Instant now) {
        return claimant.equals(owner) || !leaseEnd.isAfter(now);
    }

    /** Gives it to the claimant, whose it may be already, until the lease ends. */
    void hold(String claimant, Instant until, InMemoryData data) {
        if (!claimant.equals(owner)) {
            attempts += owner == null ? 0 : 1;
            owner = claimant;
            fence = data.nextFence();
        }
        leaseEnd = until;
    }

    /** Leaves it to whoever comes, if it is that one's. */
    void letGo(String holder, InMemoryData data) {
        if (holder.equals(owner)) {
            owner = null;
            leaseEnd = Instant.MIN;
            fence = data.nextFence();
        }
    }
}
