package io.touchline.core.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A channel as one of its participants sees it.
 *
 * @param firstSequence the first that he may read
 * @param lastSequence the last that he may read
 * @param read his mark
 * @param unread others' messages after the mark that are not deleted, counted up to {@value #UNREAD_CAP}. Where
 *     thousands of deleted ones lie after it, those before them may not be counted.
 * @param participantCount how many take part now
 * @param lastMessage the newest message that he may read, as it now reads
 * @param mutedUntil until when he wants no push from there, {@link #FOR_EVER} if he never does; null if he does
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
        @Nullable Event lastMessage,
        @Nullable Instant mutedUntil) {
    /** Nobody needs to know whether it is 100 or 4,711, and counting that far costs. */
    public static final int UNREAD_CAP = 100;

    /** The end of a mute that has none, and the latest that one can have. */
    public static final Instant FOR_EVER = Instant.parse("9999-12-31T23:59:59.999Z");
}
