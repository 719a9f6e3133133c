package io.touchline.core.port;

import io.touchline.core.model.Channel;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Page;
import io.touchline.core.model.Participant;
import io.touchline.core.model.UserId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Channels as their participants see them. Called by API nodes; implemented beside a {@link MessageStore}, on the same
 * data.
 *
 * <ul>
 *   <li>CD-1 Who was never in a channel sees none; who left sees it as it was when he left.
 *   <li>CD-2 A user's list holds the channels that he is in now, each once, latest activity first.
 *   <li>CD-3 Unread counts others' messages after the read mark that he may read, up to {@link Channel#UNREAD_CAP}.
 *   <li>CD-4 Pages are exact, and a cursor goes on where the page before ended.
 * </ul>
 *
 * <p>Methods block, within the adapter's deadlines, and may be called by any thread. {@link UnavailableException} means:
 * try again. A cursor that is not one of the adapter's is an {@link IllegalArgumentException}.
 */
public interface ChannelDirectory {
    /** One channel, as that user sees it. */
    Optional<Channel> channel(UserId reader, ChannelId channel);

    /** The channels that a user is in now. */
    Page<Channel> channels(UserId user, @Nullable String cursor, int limit);

    /**
     * Who takes part now, by user id.
     *
     * @return empty if the reader does not take part himself
     */
    Optional<Page<Participant>> participants(ChannelId channel, UserId reader, @Nullable String cursor, int limit);
}
