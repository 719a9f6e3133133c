package io.touchline.core.internal;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import io.touchline.core.port.EventEncoder;
import io.touchline.core.port.Frame;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Tells a channel's participants that one of them is typing, each time at most once in {@link #AT_MOST_EVERY}. */
final class TypingSignals {
    static final Duration AT_MOST_EVERY = Duration.ofSeconds(3);

    private static final int MAX_TYPING = 50_000;

    private record Key(ChannelId channel, UserId user) {}

    private final EventEncoder encoder;
    private final int maxParticipants;
    private final LongSupplier nanoTime;
    private final Throttle<Key> throttle = new Throttle<>(AT_MOST_EVERY, MAX_TYPING);

    /** @param maxParticipants channels of more than that are not told */
    TypingSignals(EventEncoder encoder, int maxParticipants, LongSupplier nanoTime) {
        this.encoder = encoder;
        this.maxParticipants = maxParticipants;
        this.nanoTime = nanoTime;
    }

    void tell(ChannelId channel, UserId user, FanOut fanOut) {
        Frame frame = encoder.encodeTyping(channel, user);
        if (frame != null && throttle.pass(new Key(channel, user), nanoTime.getAsLong())) {
            fanOut.signal(channel, frame, user, maxParticipants);
        }
    }
}
