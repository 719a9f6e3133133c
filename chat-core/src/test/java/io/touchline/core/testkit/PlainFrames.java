package io.touchline.core.testkit;

import io.touchline.core.model.UserId;
import io.touchline.core.port.Frame;
import io.touchline.core.port.NodeFrames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** The node's own frames as their bare names, for tests in which it does not matter how they are written. */
final class PlainFrames implements NodeFrames {
    @Override
    public Frame ready(UserId user, String connection, String node, Duration heartbeat) {
        return frame("ready");
    }

    @Override
    public Frame sync() {
        return frame("sync");
    }

    @Override
    public Frame pong() {
        return frame("pong");
    }

    @Override
    public Frame expiring(Instant at) {
        return frame("expiring");
    }

    @Override
    public Frame goodbye(Duration reconnectAfter) {
        return frame("goodbye");
    }

    private static Frame frame(String name) {
        return new Frame(name.getBytes(StandardCharsets.UTF_8));
    }
}
