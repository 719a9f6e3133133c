package io.touchline.bootstrap;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.util.ConcurrentLruCache;

/**
 * Checks a token's signature once, and remembers the token for five minutes: a client sends the same one with every
 * request. Whether it has ended, and all else that its claims must be, is checked each time.
 */
final class RememberedTokens implements JwtDecoder {
    private static final int MAX_TOKENS = 10_000;

    /** So long a key that was withdrawn may still be trusted. */
    private static final Duration KEPT = Duration.ofMinutes(5);

    private record Verified(Jwt token, long at) {
        boolean isFresh() {
            return System.nanoTime() - at < KEPT.toNanos();
        }
    }

    private final OAuth2TokenValidator<Jwt> claims;
    private final ConcurrentLruCache<String, Verified> tokens;

    /** @param signatures checks nothing but the signature */
    RememberedTokens(JwtDecoder signatures, OAuth2TokenValidator<Jwt> claims) {
        this.claims = claims;
        this.tokens = new ConcurrentLruCache<>(
                MAX_TOKENS, token -> new Verified(signatures.decode(token), System.nanoTime()));
    }

    /** The token, if it is remembered and still good: told at once. Null for any other, which may be good too. */
    @Nullable Jwt remembered(String token) {
        if (!tokens.contains(token)) {
            return null;
        }
        Verified verified = tokens.get(token);
        return verified.isFresh() && !claims.validate(verified.token).hasErrors() ? verified.token : null;
    }

    @Override
    public Jwt decode(String token) {
        Verified verified = tokens.get(token);
        if (!verified.isFresh()) {
            tokens.remove(token);
            verified = tokens.get(token);
        }
        OAuth2TokenValidatorResult result = claims.validate(verified.token);
        if (result.hasErrors()) {
            tokens.remove(token);
            throw new JwtValidationException("The token is good no more, or not for here.", result.getErrors());
        }
        return verified.token;
    }
}
