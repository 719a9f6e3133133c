package io.touchline.core.port;

import io.touchline.core.model.Channel;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.DeliveryState;
import io.touchline.core.model.Page;
import io.touchline.core.model.Participant;
import io.touchline.core.model.UserId;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Channels as their participants see them. Called by API nodes; implemented beside a {@link MessageStore}, on the same
 * data.
 *
 * <ul>
 *   <li>CD-1 Who was never in a channel sees none; who left sees it as it was when he left.
 *   <li>CD-2 A user's list holds the channels that he is in now, each once, latest activity first.
 *   <li>CD-3 Unread counts others' messages after the read mark that he may read and that are not deleted, up to
 *       {@link Channel#UNREAD_CAP}, however much else lies between. Only thousands of deleted messages may keep it
 *       from counting those before them.
 *   <li>CD-4 Pages are exact, and a cursor goes on where the page before ended.
 *   <li>CD-5 What became of a message is told to who may read it, of everybody of its time but its sender, as his
 *       {@link Progress} has it; why it ended does not change because other events are left to sync.
 *   <li>CD-6 A user's unread total is that of the channels that he is in now, up to {@link Channel#UNREAD_CAP}.
 *   <li>CD-7 A mute is the user's own and of one channel, lasts until its end by the store's clock, and can be changed and
 *       lifted by who takes part.
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

    /**
     * What became of a message for everybody it was for, by user id.
     *
     * @return empty if there is no message of that sequence that the reader may read
     */
    Optional<Page<DeliveryState>> deliveries(
            ChannelId channel, long sequence, UserId reader, @Nullable String cursor, int limit);

    /** How much users have not read over all channels; who has read everything is not in the answer. */
    Map<UserId, Integer> unread(Collection<UserId> users);

    /**
     * Mutes a channel for a user, or lifts the mute.
     *
     * @param until at most {@link Channel#FOR_EVER}; null to lift
     * @return false if he does not take part, and nothing has changed
     */
    boolean mute(UserId user, ChannelId channel, @Nullable Instant until);
}
