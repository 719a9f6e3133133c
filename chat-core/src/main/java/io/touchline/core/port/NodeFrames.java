package io.touchline.core.port;

import io.touchline.core.model.UserId;
import java.time.Duration;
import java.time.Instant;

/** Writes what a chat node itself says to a client, each as the text of a WebSocket frame in UTF-8. */
public interface NodeFrames {
    /** The connection is registered: what is sent to the user from now on reaches it. */
    Frame ready(UserId user, String connection, String node, Duration heartbeat);

    /** Something may have been missed. */
    Frame sync();

    /** The answer to a client's own ping. */
    Frame pong();

    /** The connection's token ends then. */
    Frame expiring(Instant at);

    /** The node goes down; come back so long after the close. */
    Frame goodbye(Duration reconnectAfter);
}
