package io.touchline.bootstrap.history;

import java.time.Duration;

/**
 * Times that the contract implies for a cluster with given settings.
 *
 * @param behind how far a connected receiver is behind at most, once nothing is cut
 * @param settled how long anything stays unsettled at most, once nothing changes any more
 */
public record Promises(Duration behind, Duration settled) {
    private static final Duration BEHIND = Duration.ofSeconds(7);
    private static final Duration SLACK = Duration.ofSeconds(5);

    /**
     * Settling takes longest for whom a crashed node held: its lease ends, presence counts as unknown for another, two
     * receipts are waited for, and then the push is.
     */
    public static Promises of(Duration lease, Duration grace, Duration receiptTimeout) {
        Duration settled = BEHIND.plus(lease.multipliedBy(2))
                .plus(grace)
                .plus(receiptTimeout.multipliedBy(2))
                .plus(SLACK);
        return new Promises(BEHIND, settled);
    }
}
