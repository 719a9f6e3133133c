package io.touchline.core.model;

/**
 * How far a user is in a channel. Both numbers only grow, and reading implies having.
 *
 * @param delivered he has everything that he may read up to there
 * @param read he saw everything up to there
 */
public record Marks(ChannelId channel, UserId user, long delivered, long read) {
    public Marks {
        if (read < 0 || delivered < read) {
            throw new IllegalArgumentException("read " + read + " is past delivered " + delivered);
        }
    }
}
