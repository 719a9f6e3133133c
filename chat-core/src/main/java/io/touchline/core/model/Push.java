package io.touchline.core.model;

/** What is pushed to one device: an {@link Announcement}, or its {@link Withdrawal}. */
public sealed interface Push permits Announcement, Withdrawal {
    Device device();

    ChannelId channel();

    long sequence();

    int badge();
}
