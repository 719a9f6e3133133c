package io.touchline.adapter.rest;

import io.touchline.core.Chat;
import io.touchline.core.model.Token;
import io.touchline.core.model.UserId;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;

/** Who calls, as his token says. */
final class Caller extends AbstractAuthenticationToken {
    private static final String ADMINISTRATOR = "chat.admin";

    private final UserId user;
    private final boolean administrator;

    private Caller(UserId user, boolean administrator) {
        super(List.of());
        this.user = user;
        this.administrator = administrator;
        setAuthenticated(true);
    }

    static Caller of(Jwt jwt, Chat chat) {
        UserId user = user(jwt.getSubject());
        if (chat.isRevoked(new Token(user, jwt.getIssuedAt(), jwt.getExpiresAt()))) {
            throw new InvalidBearerTokenException(
                    "The bearer token was issued before an administrator closed your connections: sign in again.");
        }
        return new Caller(user, isAdministrator(jwt.getClaim("scope")));
    }

    /** A text with spaces or an array; what else an issuer puts there means nothing. */
    private static boolean isAdministrator(@Nullable Object scope) {
        return scope instanceof String text
                ? List.of(text.split(" ")).contains(ADMINISTRATOR)
                : scope instanceof Collection<?> scopes && scopes.contains(ADMINISTRATOR);
    }

    private static UserId user(@Nullable String subject) {
        if (subject == null) {
            throw new InvalidBearerTokenException("The bearer token names no user: it has no claim sub.");
        }
        try {
            return new UserId(subject);
        } catch (IllegalArgumentException e) {
            throw new InvalidBearerTokenException(
                    "The bearer token's claim sub is not a user id: " + e.getMessage() + ".");
        }
    }

    UserId user() {
        return user;
    }

    boolean isAdministrator() {
        return administrator;
    }

    @Override
    public Object getPrincipal() {
        return user;
    }

    /** The token is not kept. */
    @Override
    public Object getCredentials() {
        return "";
    }
}
