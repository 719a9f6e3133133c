package io.touchline.core.port;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.Marks;
import io.touchline.core.model.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what API nodes tell clients as the text of a WebSocket frame, in UTF-8. Called by any thread. */
@FunctionalInterface
public interface EventEncoder {
    /** An event; called once for all who receive it. */
    Frame encode(Event event);

    /**
     * A signal that participants have come further; every one of them is of that channel.
     *
     * @return null if clients are not to be told, as is right where nobody shows it
     */
    default @Nullable Frame encode(ChannelId channel, List<Marks> marks) {
        return null;
    }

    /**
     * A signal that a participant is typing.
     *
     * @return null if clients are not to be told
     */
    default @Nullable Frame encodeTyping(ChannelId channel, UserId user) {
        return null;
    }
}
