package io.touchline.core;

import java.time.Duration;

/**
 * What can be chosen about a {@link Chat}.
 *
 * @param maxMessageBytes longest content, in UTF-8 bytes
 * @param receiptTimeout a connected user without a receipt gets an event again after this, and counts as offline for it
 *     after twice this; zero trusts the chat node's word
 * @param pushGrace a user who was connected so lately is not yet called offline
 * @param pushText whether an announcement carries the beginning of the message
 * @param maxSignalParticipants participants of larger channels are not told how far each other is, nor who is
 *     typing; 0 for none
 */
public record ChatSettings(
        int maxMessageBytes, Duration receiptTimeout, Duration pushGrace, boolean pushText, int maxSignalParticipants) {
    public ChatSettings {
        if (maxMessageBytes < 1) {
            throw new IllegalArgumentException("the longest message has a byte at least, not " + maxMessageBytes);
        }
        if (receiptTimeout.isNegative() || pushGrace.isNegative()) {
            throw new IllegalArgumentException("a wait is not negative");
        }
        if (maxSignalParticipants < 0) {
            throw new IllegalArgumentException("a channel has no fewer participants than none");
        }
    }

    /** 16 KiB, ten seconds, five seconds, no text, signals in channels of up to a hundred. */
    public static ChatSettings defaults() {
        return new ChatSettings(16_384, Duration.ofSeconds(10), Duration.ofSeconds(5), false, 100);
    }

    public ChatSettings withReceiptTimeout(Duration timeout) {
        return new ChatSettings(maxMessageBytes, timeout, pushGrace, pushText, maxSignalParticipants);
    }

    public ChatSettings withPushGrace(Duration grace) {
        return new ChatSettings(maxMessageBytes, receiptTimeout, grace, pushText, maxSignalParticipants);
    }
}
