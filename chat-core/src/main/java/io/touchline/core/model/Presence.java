package io.touchline.core.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a user is there.
 *
 * @param online a connection of his is open, as far as the presence registry knows
 * @param lastSeen when he last sent a receipt or changed a channel, to about a minute; null if that is not known
 */
public record Presence(
        UserId user, boolean online, @Nullable Instant lastSeen) {}
