package io.touchline.core.model;

import org.jspecify.annotations.Nullable;

/**
 * Tells one device that a channel has news.
 *
 * @param sequence of the newest message that it tells of
 * @param sender of that message
 * @param count how many messages it stands for
 * @param badge how much the user has not read over all of his channels, counted up to {@value Channel#UNREAD_CAP}
 * @param text the beginning of the newest message, null if content is not to leave the house
 */
public record Announcement(
        Device device,
        ChannelId channel,
        long sequence,
        UserId sender,
        int count,
        int badge,
        @Nullable String text) implements Push {
    public Announcement {
        if (count < 1) {
            throw new IllegalArgumentException("an announcement stands for a message at least");
        }
    }

    /** The text is private: it stays out of logs. */
    @Override
    public String toString() {
        return "Announcement[" + device + " " + channel + " up to " + sequence + "]";
    }
}
