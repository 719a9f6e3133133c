package io.touchline.core;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.UserId;
import io.touchline.core.port.EventEncoder;
import io.touchline.core.port.Frame;
import io.touchline.core.port.NodeFrames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** Frames that are easy to read in an assertion. */
final class TestFrames implements NodeFrames, EventEncoder {
    private static Frame frame(String text) {
        return new Frame(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Frame encode(Event event) {
        String what = event.body() instanceof Event.Message message
                ? message.content()
                : event.body().getClass().getSimpleName();
        return frame(event.channel() + "/" + event.sequence() + " " + what);
    }

    @Override
    public Frame encodeTyping(ChannelId channel, UserId user) {
        return frame(user + " types in " + channel);
    }

    @Override
    public Frame ready(UserId user, String connection, String node, Duration heartbeat) {
        return frame("ready " + user);
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
        return frame("expiring " + at);
    }

    @Override
    public Frame goodbye(Duration reconnectAfter) {
        return frame("goodbye");
    }
}
