package io.touchline.core.port;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event that is still to be: a {@link MessageStore} gives it its sequence. */
public sealed interface Draft {
    ChannelId channel();

    /** Who causes it. */
    UserId sender();

    /** What the event's time will be, in whole milliseconds. */
    Instant at();

    /**
     * A new channel.
     *
     * @param participants in the order in which they were named, the maker first, nobody twice
     */
    record Create(
            ChannelId channel,
            UserId sender,
            Instant at,
            @Nullable String name,
            List<UserId> participants) implements Draft {
        public Create {
            participants = List.copyOf(participants);
            if (!participants.contains(sender) || new HashSet<>(participants).size() != participants.size()) {
                throw new IllegalArgumentException("the maker takes part, and nobody does twice");
            }
        }
    }

    /**
     * A message.
     *
     * @param clientMessageId makes the message the same one however often it is sent, within sender and channel
     * @param generated the id is ours, not the client's, and is not shown
     */
    record Send(ChannelId channel, UserId sender, Instant at, String content, String clientMessageId, boolean generated)
            implements Draft {}

    /** A message is to read otherwise. */
    record Edit(ChannelId channel, UserId sender, Instant at, long target, String content) implements Draft {}

    /**
     * A message is to be empty.
     *
     * @param byAdministrator the sender need not be its author, nor take part himself
     */
    record Delete(ChannelId channel, UserId sender, Instant at, long target, boolean byAdministrator)
            implements Draft {}

    /** Another name for the channel. */
    record Rename(ChannelId channel, UserId sender, Instant at, String name) implements Draft {}

    /** A user is to take part. */
    record Join(ChannelId channel, UserId sender, Instant at, UserId user) implements Draft {}

    /**
     * A user is to take part no longer.
     *
     * @param byAdministrator the sender need not take part himself
     */
    record Leave(ChannelId channel, UserId sender, Instant at, UserId user, boolean byAdministrator) implements Draft {}
}
