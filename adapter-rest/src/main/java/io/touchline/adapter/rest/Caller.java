package io.touchline.adapter.rest;

import io.touchline.core.model.UserId;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.JwtGrantedAuthoritiesConverter;

/** Who calls, as his token says. */
final class Caller extends AbstractAuthenticationToken {
    private static final JwtGrantedAuthoritiesConverter SCOPES = new JwtGrantedAuthoritiesConverter();
    private static final GrantedAuthority ADMINISTRATOR = new SimpleGrantedAuthority("SCOPE_chat.admin");

    private final UserId user;

    private Caller(UserId user, Collection<GrantedAuthority> scopes) {
        super(scopes);
        this.user = user;
        setAuthenticated(true);
    }

    static Caller of(Jwt jwt) {
        return new Caller(user(jwt.getSubject()), SCOPES.convert(jwt));
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
        return getAuthorities().contains(ADMINISTRATOR);
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
