package io.touchline.core.model;

/**
 * Takes back from one device what it was told of a channel, as the user has read it elsewhere. It shows nothing itself.
 *
 * @param sequence up to which he has read; an announcement of a later one stays
 * @param badge how much he has not read over all of his channels, counted up to {@value Channel#UNREAD_CAP}
 */
public record Withdrawal(Device device, ChannelId channel, long sequence, int badge) implements Push {}
