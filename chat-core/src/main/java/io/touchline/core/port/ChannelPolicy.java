package io.touchline.core.port;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;

/**
 * The host application's rules on top of the chat's own: it can forbid, never allow what the chat does not. Must answer
 * fast, and may be called by any thread.
 */
@FunctionalInterface
public interface ChannelPolicy {
    /** What somebody wants to do. */
    enum Action {
        CREATE,
        ADD,
        REMOVE,
        RENAME,
        SEND,
        EDIT,
        DELETE
    }

    boolean allows(UserId actor, Action action, ChannelId channel);

    /** Everything that the chat itself allows. */
    static ChannelPolicy open() {
        return (actor, action, channel) -> true;
    }
}
