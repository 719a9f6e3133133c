package io.touchline.core.model;

/**
 * A user's word for how far he is in a channel; cumulative, so a repeated or late one does no harm.
 *
 * @param delivered he has everything up to there; 0 says nothing
 * @param read he saw everything up to there, which implies that he has it; 0 says nothing
 */
public record Receipt(UserId user, ChannelId channel, long delivered, long read) {
    public Receipt {
        if (delivered < 0 || read < 0) {
            throw new IllegalArgumentException("a receipt counts from 0: delivered " + delivered + ", read " + read);
        }
        delivered = Math.max(delivered, read);
    }

    /** The further of two receipts of the same user and channel, number by number. */
    public Receipt merge(Receipt other) {
        return new Receipt(user, channel, Math.max(delivered, other.delivered), Math.max(read, other.read));
    }
}
