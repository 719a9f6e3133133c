package io.touchline.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.touchline.bootstrap.TouchlineProperties.Jwt;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;

class TokenConfigurationTest {
    private static final JWTClaimsSet ALICE =
            new JWTClaimsSet.Builder().subject("alice").build();

    @Test
    void aPublicKeyInPemChecksTokensAndIsNoSharedSecret() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        SignedJWT good = new SignedJWT(new JWSHeader(JWSAlgorithm.RS256), ALICE);
        good.sign(new RSASSASigner(pair.getPrivate()));
        SignedJWT confused = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), ALICE);
        confused.sign(new MACSigner(pem.getBytes(StandardCharsets.UTF_8)));

        JwtDecoder decoder = TokenConfiguration.decoder(new Jwt(null, null, pem, null, null));

        assertEquals("alice", decoder.decode(good.serialize()).getSubject());
        assertThrows(BadJwtException.class, () -> decoder.decode(confused.serialize()));
    }

    @Test
    void aTimeOfIssueThatATokenDoesNotTellIsNotMadeUp() throws Exception {
        String secret = "a secret of at least 32 bytes, for tests";
        JwtDecoder decoder = TokenConfiguration.decoder(new Jwt(secret, null, null, null, null));
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder(ALICE).expirationTime(Date.from(now.plusSeconds(60)));
        SignedJWT untold = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
        untold.sign(new MACSigner(secret));
        SignedJWT told = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                claims.issueTime(Date.from(now)).build());
        told.sign(new MACSigner(secret));

        assertNull(decoder.decode(untold.serialize()).getIssuedAt());
        assertEquals(now.plusSeconds(60), decoder.decode(untold.serialize()).getExpiresAt());
        assertEquals(now, decoder.decode(told.serialize()).getIssuedAt());
    }

    @Test
    void aPublicKeyThatIsNoneIsNamed() {
        ConfigurationProblem problem = assertThrows(
                ConfigurationProblem.class,
                () -> TokenConfiguration.decoder(new Jwt(null, null, "rubbish", null, null)));

        assertEquals(
                "The property touchline.jwt.public-key is not an RSA public key: set the PEM text that begins with"
                        + " -----BEGIN PUBLIC KEY-----.",
                problem.getMessage());
    }

    @Test
    void aKeySetWithoutAnAddressIsNamed() {
        ConfigurationProblem problem = assertThrows(
                ConfigurationProblem.class,
                () -> TokenConfiguration.decoder(new Jwt(null, "rubbish", null, null, null)));

        assertEquals(
                "The property touchline.jwt.jwk-set-uri is not an address: set one such as"
                        + " https://login.example.com/keys.",
                problem.getMessage());
    }
}
