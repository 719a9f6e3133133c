package io.touchline.core.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A channel as one of its participants sees it.
 *
 * @param firstSequence the first that he may read
 * @param lastSequence the last that he may read
 * @param read his mark
 * @param unread others' messages after the mark, counted up to {@value #UNREAD_CAP}
 * @param participantCount how many take part now
 * @param lastMessage the newest message that he may read, as it now reads
 */
public record Channel(
        ChannelId id,
        @Nullable String name,
        Instant createdAt,
        long firstSequence,
        long lastSequence,
        long read,
        int unread,
        int participantCount,
        @Nullable Event lastMessage) {
    /** Nobody needs to know whether it is 100 or 4,711, and counting that far costs. */
    public static final int UNREAD_CAP = 100;
}
