package io.touchline.core.port;

import io.touchline.core.model.CatchUp;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.LogPage;
import io.touchline.core.model.Members;
import io.touchline.core.model.UserId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The log of every channel, and who belonged to it when. Called by API nodes, several at once on one store; implemented
 * by an adapter for each kind of database.
 *
 * <ul>
 *   <li>MS-1 What was answered as appended is in the log for ever, whatever is killed afterwards.
 *   <li>MS-2 A channel's sequences are 1, 2, 3 … with no gap and no repeat, whoever appends at the same time.
 *   <li>MS-3 A message with the client message id of an earlier one, of the same sender and channel, is answered with
 *       the earlier event, within one batch too, and however the two raced.
 *   <li>MS-4 The same id with another content is refused, and stores nothing.
 *   <li>MS-5 One refused draft does not touch the others of its batch.
 *   <li>MS-6 Only who takes part at that moment can send, edit, delete, rename or add; for others the channel does not
 *       exist.
 *   <li>MS-7 A channel made again by the same maker, with the same name and participants, is the same channel; any other
 *       channel of that id is refused.
 *   <li>MS-8 Joining when in, leaving when out and renaming to the same name change nothing.
 *   <li>MS-9 A reader sees the events of his own periods and no others; a channel that he was never in is empty to him.
 *   <li>MS-10 Pages are exact: in order, without hole or repeat, no longer than asked for.
 *   <li>MS-11 Content passes unchanged, every character of it.
 *   <li>MS-12 Members tell every period there ever was, and their version is the sequence of the last change.
 *   <li>MS-13 A channel is owed from its first unsettled event on, from the same instant at which that event is in the
 *       log.
 *   <li>MS-14 Catching up gives what is missing of the named channels, in order, with the heads of all of them; what was
 *       left is told; what is more than {@value #RESET_BEHIND} events behind is reset.
 *   <li>MS-15 A message is edited by its author, and deleted by him or an administrator, in events of their own; what is
 *       no message that the sender may read is refused, and so is an edit of a deleted message. An edit to what it says
 *       now, and a second deletion, are answered with the first event, also to who has left since.
 *   <li>MS-16 An edited message reads as its latest edit has it and tells its time, wherever it is read, and earlier edits
 *       are empty. A deletion empties it and all its edits. MS-3 and MS-4 hold by what it said at first.
 * </ul>
 *
 * <p>Methods block, within the deadlines that the adapter was made with, and may be called by any thread.
 * {@link UnavailableException} means: try again; for an append, with the same drafts, whose client message ids tell
 * whether the first try took effect. Not promised: fairness between channels.
 */
public interface MessageStore {
    /** Who is further behind than so many events shows the newest messages instead of catching up. */
    int RESET_BEHIND = 1_000;

    /**
     * Appends drafts of any channels, in one transaction.
     *
     * @param lockWait how long to wait for channels that another transaction holds; zero to answer
     *     {@link AppendResult.Busy} for them at once
     * @return a result for each draft, in the same order
     */
    List<AppendResult> append(List<? extends Draft> drafts, Duration lockWait);

    /**
     * The log after a sequence.
     *
     * @return empty if the reader was never in the channel, or there is none
     */
    Optional<LogPage> events(ChannelId channel, UserId reader, long after, int limit);

    /**
     * The newest messages before a sequence, oldest first, as they now read.
     *
     * @return empty if the reader was never in the channel, or there is none
     */
    Optional<LogPage> messages(ChannelId channel, UserId reader, long before, int limit);

    /**
     * What a user missed.
     *
     * @param known the last sequence that he has of each channel that he knows
     * @param limit how many events at most
     */
    CatchUp catchUp(UserId user, Map<ChannelId, Long> known, int limit);

    /** The members of channels; one that does not exist is not in the answer. */
    Map<ChannelId, Members> members(Collection<ChannelId> channels);
}
