package io.touchline.core.port;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.Marks;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is still owed to whom. An event is owed to every participant of its time, its sender excepted, until it is
 * settled for him. That a channel owes is one record a channel, held by one API node at a time; how far each participant
 * is settled are numbers that only grow. Called by API nodes; implemented beside a {@link MessageStore}, on the same
 * data.
 *
 * <ul>
 *   <li>DL-1 Marks never move back, and reading implies having.
 *   <li>DL-2 A number past the last sequence that is the user's to read counts as that; receipts for channels that are
 *       not his are passed over.
 *   <li>DL-3 Only receipts that moved a mark are answered, with the marks as they now are.
 *   <li>DL-4 An event is unsettled for a participant of its time until his delivered mark or a recorded end covers it;
 *       never for its sender, nor for who was not in at its time.
 *   <li>DL-5 One claim holds a channel at a time, until its lease ends by the store's clock; each new holder gets a
 *       higher fence.
 *   <li>DL-6 What comes under an old fence changes nothing.
 *   <li>DL-7 A channel stops owing only if nothing is unsettled in it, whatever is appended at the same time.
 *   <li>DL-8 Each time that a channel passes on because its holder's lease ended counts as an attempt, before the new
 *       holder knows of it; a holder who settles begins the count anew.
 *   <li>DL-9 What an API node hands over is free for the others at once, and its own claims of before are worth nothing.
 *   <li>DL-10 It tells how long its claims hold.
 *   <li>DL-11 Who is owed something and has muted the channel is told as muted, as long as that lasts by the store's clock.
 *   <li>DL-12 The receipt with which a user has read what was announced to his devices says so, once an announcement.
 * </ul>
 *
 * <p>Methods block, within the adapter's deadlines, and may be called by any thread. {@link UnavailableException} means:
 * try again, which does no harm.
 */
public interface DeliveryLedger {
    /** So many messages of a participant are counted; a long debt costs no more than that. */
    int MAX_COUNTED = 1_000;

    /**
     * A channel that owes, in the hands of one API node.
     *
     * @param from the first sequence that may be unsettled
     * @param last the channel's last sequence when it was claimed
     * @param fence grows with every change of hands
     * @param attempts how often a holder's lease ended since one last settled: many say that its holders die of it
     */
    record Claim(ChannelId channel, long from, long last, long fence, int attempts) {}

    /**
     * What one participant is owed in a channel.
     *
     * @param first the first unsettled sequence
     * @param last the last
     * @param messages how many messages are among them that are not deleted, {@link #MAX_COUNTED} at most
     * @param lastMessage the newest of those, null if there is none
     * @param muted he wants no push from there
     */
    record Unsettled(
            UserId user,
            long first,
            long last,
            int messages,
            @Nullable Event lastMessage,
            boolean muted) {}

    /**
     * What came of a receipt.
     *
     * @param marks as they now are
     * @param overtakes now, and not before, he has read the latest that ended as {@link End#PUSHED}
     */
    record Moved(Marks marks, boolean overtakes) {}

    /**
     * Everything up to a sequence in a claimed channel, at most the last one there is, is settled for a user without his
     * receipt.
     */
    record Settlement(Claim claim, UserId user, long upTo, End end) {
        /** The claimed one. */
        public ChannelId channel() {
            return claim.channel();
        }
    }

    /** How a delivery ended other than by a receipt. */
    enum End {
        /** Announced to every device of his with a final result. */
        PUSHED,
        /** He wants no push from there. */
        MUTED,
        /** There is no device to push to. */
        NO_DEVICE,
        /** Every device's push was refused for good. */
        REJECTED,
        /** The chat node took it, and its word is trusted. */
        TAKEN,
        /** He was offline, and it is nothing to push; catching up brings it. Why earlier messages ended stays. */
        LEFT_TO_SYNC
    }

    /** How long a claim holds by the store's clock, unless it is renewed by claiming again; always the same. */
    Duration lease();

    /** Moves marks. */
    List<Moved> acknowledge(Collection<Receipt> receipts);

    /**
     * Claims owing channels: this API node's own again, and those that nobody holds any more, together the longest owing
     * first. Who holds some already must ask for more than those to get others.
     */
    List<Claim> claim(int limit);

    /**
     * What is unsettled in a claimed channel, by user id.
     *
     * @param after go on after that user; null to begin
     * @param limit how many users at most
     */
    List<Unsettled> unsettled(Claim claim, @Nullable UserId after, int limit);

    /** Records ends other than receipts, in any number of channels; those whose claim is not held any more are passed over. */
    void end(Collection<Settlement> settlements);

    /**
     * Looks which claimed channels owe nothing any more, and lets go of them.
     *
     * @return those; the others are still claimed
     */
    Set<ChannelId> settle(Collection<Claim> claims);

    /** Lets go of everything that is held in this API node's name, as it goes down. */
    void handOver();
}
