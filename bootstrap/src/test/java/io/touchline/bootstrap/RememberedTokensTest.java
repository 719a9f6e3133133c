package io.touchline.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtValidationException;

class RememberedTokensTest {
    private final AtomicInteger signatures = new AtomicInteger();
    private boolean ended;

    private final RememberedTokens tokens = new RememberedTokens(this::signed, token -> ended ? refused() : accepted());

    @Test
    void aSignatureIsCheckedOnce() {
        assertEquals("alice", tokens.decode("alice").getSubject());
        assertEquals("alice", tokens.decode("alice").getSubject());
        assertEquals("bob", tokens.decode("bob").getSubject());

        assertEquals(2, signatures.get());
    }

    @Test
    void aTokenThatWasGoodIsRefusedOnceItHasEnded() {
        tokens.decode("alice");
        ended = true;

        assertThrows(JwtValidationException.class, () -> tokens.decode("alice"));
    }

    @Test
    void aBadSignatureIsNotRemembered() {
        assertThrows(BadJwtException.class, () -> tokens.decode("forged"));
        assertThrows(BadJwtException.class, () -> tokens.decode("forged"));

        assertEquals(2, signatures.get());
    }

    @Test
    void onlyWhatIsRememberedAndGoodIsToldWithoutAnyCheckOfASignature() {
        assertNull(tokens.remembered("alice"));
        assertEquals(0, signatures.get());

        tokens.decode("alice");
        assertEquals("alice", tokens.remembered("alice").getSubject());
        ended = true;
        assertNull(tokens.remembered("alice"));
        assertEquals(1, signatures.get());
    }

    private Jwt signed(String token) {
        signatures.incrementAndGet();
        if (token.equals("forged")) {
            throw new BadJwtException("a bad signature");
        }
        return Jwt.withTokenValue(token).header("alg", "HS256").subject(token).build();
    }

    private static OAuth2TokenValidatorResult accepted() {
        return OAuth2TokenValidatorResult.success();
    }

    private static OAuth2TokenValidatorResult refused() {
        return OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_token"));
    }
}
