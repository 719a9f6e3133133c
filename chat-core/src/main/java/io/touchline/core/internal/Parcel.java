package io.touchline.core.internal;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Frame;
import java.util.List;

/**
 * An event on its way to some receivers.
 *
 * @param sequence 0 for a signal, which is no event
 * @param again a node said that these receivers are not connected there, and they were looked up once more
 */
record Parcel(ChannelId channel, long sequence, Frame frame, List<UserId> receivers, boolean again) {
    /** Nothing for nobody. */
    static final Parcel NONE = new Parcel(new ChannelId("none"), 0, new Frame(new byte[0]), List.of(), false);

    /** Something shown at once or never: nobody owes it. */
    static Parcel signal(ChannelId channel, Frame frame, List<UserId> receivers) {
        return new Parcel(channel, 0, frame, receivers, false);
    }

    boolean isSignal() {
        return sequence == 0;
    }

    Parcel once(List<UserId> some) {
        return new Parcel(channel, sequence, frame, some, again);
    }

    Parcel again(List<UserId> some) {
        return new Parcel(channel, sequence, frame, some, true);
    }
}
