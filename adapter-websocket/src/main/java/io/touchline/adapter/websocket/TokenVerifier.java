package io.touchline.adapter.websocket;

import io.touchline.core.model.Token;
import io.touchline.core.port.UnavailableException;
import java.util.Optional;

/** Tells whose a bearer token is. Called by the threads that serve connections, so it has a deadline if it must ask. */
@FunctionalInterface
public interface TokenVerifier {
    /**
     * Checks a token.
     *
     * @return empty if it is not a good one, for whatever reason
     * @throws UnavailableException if that cannot be told just now
     */
    Optional<Token> verify(String token);
}
