package io.touchline.core.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry in a channel's log. (channel, sequence) is its identity: sequences run 1, 2, 3 … with no gap and no repeat.
 * Sequence, sender and time never change.
 *
 * @param sender who caused it
 * @param createdAt when the API node took it, in whole milliseconds
 */
public record Event(ChannelId channel, long sequence, UserId sender, Instant createdAt, Body body) {
    public Event {
        if (sequence < 1) {
            throw new IllegalArgumentException("a sequence begins with 1, not " + sequence);
        }
    }

    /** What happened. */
    public sealed interface Body {}

    /**
     * The channel came to be; always sequence 1.
     *
     * @param participants the first {@value #SHOWN} of them, in the order in which they were named
     */
    public record ChannelCreated(@Nullable String name, List<UserId> participants, int participantCount)
            implements Body {
        /** How many participants an event names at most. */
        public static final int SHOWN = 50;

        public ChannelCreated {
            participants = List.copyOf(participants);
            if (participants.size() > SHOWN || participants.size() > participantCount) {
                throw new IllegalArgumentException("too many participants shown: " + participants.size());
            }
        }
    }

    /**
     * A message, as it now reads.
     *
     * @param content null once deleted
     * @param clientMessageId what the sender called it, null if nothing
     * @param editedAt when the latest edit was made, null if there is none or the message is deleted
     */
    public record Message(
            @Nullable String content,
            @Nullable String clientMessageId,
            @Nullable Instant editedAt,
            boolean deleted) implements Body {
        public Message {
            if ((content == null) != deleted || (editedAt != null && deleted)) {
                throw new IllegalArgumentException("a message has content unless it is deleted, and then nothing else");
            }
        }

        /** A message as it was sent. */
        public static Message of(String content, @Nullable String clientMessageId) {
            return new Message(content, clientMessageId, null, false);
        }
    }

    /**
     * A message reads otherwise from now on.
     *
     * @param content null if a later edit or a deletion has taken its place
     */
    public record MessageEdited(long target, @Nullable String content) implements Body {}

    /** A message is empty from now on. */
    public record MessageDeleted(long target) implements Body {}

    /** A user takes part from here on. */
    public record ParticipantJoined(UserId user) implements Body {}

    /** This is the last event of a user's period. */
    public record ParticipantLeft(UserId user) implements Body {}

    /** The channel has another name. */
    public record ChannelRenamed(String name) implements Body {}
}
