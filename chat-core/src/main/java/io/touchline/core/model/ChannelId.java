package io.touchline.core.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.UUID;

/**
 * A conversation's id, of the same form as a {@link UserId}. Ids that begin with {@code direct:} belong to the channels
 * of two people and are only ever made by {@link #direct}.
 */
public record ChannelId(String value) implements Comparable<ChannelId> {
    private static final String DIRECT = "direct:";

    /** @throws IllegalArgumentException if the value is not of that form; the message says what is */
    public ChannelId {
        Ids.check("channel", value);
    }

    /** A new id that nobody can guess. */
    public static ChannelId random() {
        return new ChannelId(UUID.randomUUID().toString());
    }

    /** The id of the one channel of two people, the same whoever of them asks. */
    public static ChannelId direct(UserId one, UserId other) {
        String lower = one.compareTo(other) < 0 ? one.value() : other.value();
        String upper = one.compareTo(other) < 0 ? other.value() : one.value();
        byte[] digest = sha256().digest((lower + ' ' + upper).getBytes(StandardCharsets.US_ASCII));
        return new ChannelId(DIRECT + Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
    }

    /** Whether this is the channel of two people, who stay the same two for ever. */
    public boolean isDirect() {
        return value.startsWith(DIRECT);
    }

    /** Spread, or pairs with users whose ids end in numbers too would mostly have the hash of some other pair. */
    @Override
    public int hashCode() {
        return value.hashCode() * 0x9E3779B1;
    }

    @Override
    public int compareTo(ChannelId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
