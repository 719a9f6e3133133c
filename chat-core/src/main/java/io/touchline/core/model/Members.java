package io.touchline.core.model;

import java.util.List;

/**
 * All periods that a channel ever had, as of one version. Periods are never deleted, so these members tell exactly who
 * belonged at any sequence, as long as no membership changed between the version and that sequence.
 *
 * @param version the sequence of the latest event that changed who takes part
 */
public record Members(long version, List<Period> periods) {
    public Members {
        periods = List.copyOf(periods);
    }

    /** Who belonged at that sequence. */
    public List<UserId> at(long sequence) {
        return periods.stream()
                .filter(period -> period.covers(sequence))
                .map(Period::user)
                .toList();
    }
}
