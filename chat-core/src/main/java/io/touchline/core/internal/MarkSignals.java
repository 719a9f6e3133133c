package io.touchline.core.internal;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Marks;
import io.touchline.core.model.UserId;
import io.touchline.core.port.EventEncoder;
import io.touchline.core.port.Frame;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Gathers marks that moved, to tell a channel's participants about once a second how far each other is. Signals are shown
 * at once or never: what passes the bound, or does not arrive, is not told again, as the next mark says more anyway.
 */
final class MarkSignals {
    private static final int MAX_CHANNELS = 10_000;

    private final EventEncoder encoder;
    private final int maxParticipants;
    private Map<ChannelId, Map<UserId, Marks>> moved = new HashMap<>();

    /** @param maxParticipants channels of more than that are not told */
    MarkSignals(EventEncoder encoder, int maxParticipants) {
        this.encoder = encoder;
        this.maxParticipants = maxParticipants;
    }

    synchronized void moved(Collection<Marks> marks) {
        for (Marks mark : marks) {
            Map<UserId, Marks> channel = moved.get(mark.channel());
            if (channel == null && moved.size() < MAX_CHANNELS) {
                channel = new HashMap<>();
                moved.put(mark.channel(), channel);
            }
            if (channel != null && channel.size() <= maxParticipants) {
                channel.merge(mark.user(), mark, MarkSignals::further);
            }
        }
    }

    private static Marks further(Marks one, Marks other) {
        return new Marks(
                one.channel(),
                one.user(),
                Math.max(one.delivered(), other.delivered()),
                Math.max(one.read(), other.read()));
    }

    /** Tells what was gathered since the last time. */
    void tell(FanOut fanOut) {
        Map<ChannelId, Frame> frames = new HashMap<>();
        take().forEach((channel, marks) -> {
            Frame frame = encoder.encode(channel, new ArrayList<>(marks.values()));
            if (frame != null) {
                frames.put(channel, frame);
            }
        });
        if (!frames.isEmpty()) {
            fanOut.signal(frames, maxParticipants);
        }
    }

    private synchronized Map<ChannelId, Map<UserId, Marks>> take() {
        Map<ChannelId, Map<UserId, Marks>> taken = moved;
        moved = new HashMap<>();
        return taken;
    }
}
