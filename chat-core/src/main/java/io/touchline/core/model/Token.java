package io.touchline.core.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a bearer token said, once it was checked.
 *
 * @param issuedAt null if it does not say
 * @param expiresAt null for never
 */
public record Token(
        UserId user, @Nullable Instant issuedAt, @Nullable Instant expiresAt) {
    /**
     * Whether it was issued at that time or before. Tokens tell whole seconds, so one of the same second counts as issued
     * before, and so does one that does not say.
     */
    public boolean isIssuedBy(Instant time) {
        return issuedAt == null || issuedAt.getEpochSecond() <= time.getEpochSecond();
    }
}
