package io.touchline.core.port;

import io.touchline.core.model.Event;

/** What became of one {@link Draft}. */
public sealed interface AppendResult {
    /**
     * It is in the log, durably.
     *
     * @param membersVersion the version of the channel's members right after this event, read under its lock
     */
    record Appended(Event event, long membersVersion) implements AppendResult {}

    /**
     * It was there already: the first event, with no trace of the second. A message that was sent again is as it was sent;
     * one that is edited to what it said from the start is itself the answer.
     */
    record Repeated(Event event) implements AppendResult {}

    /** There is nothing to do: who joins is in, who leaves is out, the name is that name. */
    record Unchanged() implements AppendResult {}

    /** It cannot be; nothing was stored. */
    record Refused(Reason reason) implements AppendResult {}

    /** Another transaction holds the channel; nothing was stored. Try again. */
    record Busy() implements AppendResult {}

    /** Why a draft cannot be. */
    enum Reason {
        /** There is no such channel, or the sender does not take part in it: nobody is told which. */
        NO_CHANNEL,
        /** A channel of that id was made by somebody else, or otherwise. */
        CHANNEL_EXISTS,
        /** The sender used that client message id in that channel for another content. */
        OTHER_CONTENT,
        /** There is no message of that sequence that the sender may read. */
        NO_MESSAGE,
        /** It is somebody else's message. */
        NOT_AUTHOR,
        /** The message is deleted, and stays so. */
        DELETED
    }
}
