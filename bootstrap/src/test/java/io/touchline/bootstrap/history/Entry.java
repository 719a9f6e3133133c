package io.touchline.bootstrap.history;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened. Times are nanoseconds since the recording began, all of one clock that never goes back; what
 * took a while has a beginning, {@code at}, and an end.
 */
public sealed interface Entry {
    /** When it happened or began. */
    long at();

    /**
     * One try of a call.
     *
     * @param status 0 if there was no answer: whether it took effect is then unknown
     * @param failure why there was no answer, null if there was one
     */
    record Attempt(
            long at,
            long ended,
            String node,
            int status,
            @Nullable String failure) {}

    /** A channel was made. */
    record Made(long at, String channel, String maker, List<String> participants) implements Entry {}

    /** A device was registered; its token has the same name. */
    record Registered(long at, String user, String device) implements Entry {}

    /**
     * A message was sent, in as many attempts as it took, all with the same client message id.
     *
     * @param event what was answered, null if it was refused or never answered: the last attempt tells which
     */
    record Sent(
            long at,
            long ended,
            String channel,
            String sender,
            String clientMessageId,
            String content,
            List<Attempt> attempts,
            @Nullable Event event)
            implements Entry {}

    /**
     * A user was to join or to leave.
     *
     * @param done whether it was answered so
     */
    record MembershipChange(
            long at, long ended, String channel, String user, boolean join, List<Attempt> attempts, boolean done)
            implements Entry {}

    /** From now on, the receiver wants to be connected, or not to be. */
    record Wanted(long at, String receiver, String user, boolean connected) implements Entry {}

    /** The receiver's connection is ready. */
    record Opened(long at, String receiver, String user, String connection, String node) implements Entry {}

    /** It has ended, as far as the receiver knows. */
    record Closed(long at, String receiver, String user, String connection, int code) implements Entry {}

    /**
     * A frame came.
     *
     * @param event null unless it is one: signals are not
     */
    record Frame(
            long at,
            String receiver,
            String user,
            String connection,
            String type,
            @Nullable Event event) implements Entry {}

    /**
     * The receiver caught up by {@code POST /sync}.
     *
     * @param known what it said that it has
     * @param heads the last sequences of its user's channels
     * @param resets those of them that are too far behind
     * @param left the last sequences of channels that are no longer its user's
     */
    record Synced(
            long at,
            long ended,
            String receiver,
            String user,
            Map<String, Long> known,
            List<Event> events,
            Map<String, Long> heads,
            List<String> resets,
            Map<String, Long> left,
            boolean more)
            implements Entry {}

    /** The receiver read a page of the log of a channel that it did not know. */
    record Loaded(long at, long ended, String receiver, String user, String channel, long after, List<Event> events)
            implements Entry {}

    /** The receiver shows these from now on, in this order, below what it showed of the channel before. */
    record Shown(long at, String receiver, String user, String channel, List<Long> sequences) implements Entry {}

    /** The receiver was told to begin anew and shows the newest messages; it goes on after {@code to}. */
    record Reset(long at, String receiver, String user, String channel, long to, List<Event> newest) implements Entry {}

    /** The receiver was told of another epoch and has forgotten everything. */
    record Forgot(long at, String receiver, String user) implements Entry {}

    /** The receiver said over its socket how far it is. */
    record Receipt(long at, String receiver, String user, String connection, Map<String, Long> delivered)
            implements Entry {}

    /**
     * An announcement reached the push service.
     *
     * @param accepted whether the service took it
     */
    record Pushed(long at, String user, String device, String channel, long sequence, boolean accepted)
            implements Entry {}

    /** Something was broken on purpose. What is broken at once and for good, such as a killed process, ends as it begins. */
    record Fault(long at, long ended, FaultKind kind, String what) implements Entry {}

    /** At the end: a channel's log, as one of its users reads it. */
    record Log(long at, String reader, String channel, List<Event> events) implements Entry {}

    /** At the end: how far a participant is, as the channel's list of participants shows it. */
    record Mark(long at, String channel, String user, long delivered, long read) implements Entry {}

    /** At the end: what became of a message for a participant, in the contract's words. */
    record Delivery(
            long at,
            String channel,
            long sequence,
            String user,
            String state,
            @Nullable String reason) implements Entry {}

    /** Here the recording ends; what was read at the end was read afterwards. */
    record Ended(long at) implements Entry {}
}
