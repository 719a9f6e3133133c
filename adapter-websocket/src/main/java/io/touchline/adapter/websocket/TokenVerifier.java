package io.touchline.adapter.websocket;

import io.touchline.core.model.UserId;
import io.touchline.core.port.UnavailableException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells whose a bearer token is. Called by the threads that serve connections, so it has a deadline if it must ask. */
@FunctionalInterface
public interface TokenVerifier {
    /**
     * A good token.
     *
     * @param expiresAt null for never
     */
    record Verified(UserId user, @Nullable Instant expiresAt) {}

    /**
     * Checks a token.
     *
     * @return empty if it is not a good one, for whatever reason
     * @throws UnavailableException if that cannot be told just now
     */
    Optional<Verified> verify(String token);
}
