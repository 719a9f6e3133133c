package io.touchline.core.model;

import java.util.List;

/**
 * What a user missed.
 *
 * @param events by channel and then sequence
 * @param heads where each channel of his now stands
 * @param left channels that were named in the question and are no longer his
 * @param epoch another one than before means that the store went back in time: all sequences are to be forgotten
 * @param more there is more than these events; ask again from where they end
 */
public record CatchUp(List<Event> events, List<Head> heads, List<Left> left, String epoch, boolean more) {
    public CatchUp {
        events = List.copyOf(events);
        heads = List.copyOf(heads);
        left = List.copyOf(left);
    }

    /**
     * Where a channel stands.
     *
     * @param reset it is too far ahead to catch up event by event: show its newest messages instead
     */
    public record Head(ChannelId channel, long lastSequence, boolean reset) {}

    /**
     * A channel that is no longer the user's.
     *
     * @param sequence the last one that was his
     */
    public record Left(ChannelId channel, long sequence) {}
}
