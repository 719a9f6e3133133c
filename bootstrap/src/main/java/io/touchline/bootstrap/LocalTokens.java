package io.touchline.bootstrap;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.touchline.core.model.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** Makes tokens for a first try, where no identity provider is configured; the secret survives a restart. */
final class LocalTokens {
    private static final int SECRET_BYTES = 48;
    private static final Duration LIFE = Duration.ofHours(12);

    private final @Nullable String secret;

    private LocalTokens(@Nullable String secret) {
        this.secret = secret;
    }

    /** None are made. */
    static LocalTokens none() {
        return new LocalTokens(null);
    }

    /** Made with a secret that is kept in a file which only this user can read. */
    static LocalTokens keptIn(Path file) {
        try {
            if (Files.notExists(file)) {
                create(file);
            }
            return new LocalTokens(Files.readString(file).strip());
        } catch (IOException e) {
            throw new ConfigurationProblem(
                    "The file " + file + " cannot be read or made: start where ./data can be written, or set"
                            + " touchline.jwt.secret.",
                    e);
        }
    }

    @Nullable String secret() {
        return secret;
    }

    /** A token of twelve hours; null if none are made. */
    @Nullable String issue(UserId user) {
        if (secret == null) {
            return null;
        }
        Instant now = Instant.now();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject(user.value())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFE)))
                .build();
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            token.sign(new MACSigner(secret));
        } catch (JOSEException e) {
            throw new IllegalStateException("a secret of that length signs", e);
        }
        return token.serialize();
    }

    private static void create(Path file) throws IOException {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        // whole or not at all, and a temporary file is its owner's alone
        Path whole = Files.createTempFile(file.toAbsolutePath().getParent(), "jwt-secret", null);
        Files.writeString(whole, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
