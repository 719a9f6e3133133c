package io.touchline.bootstrap.harness;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Bearer tokens as an identity provider would make them, with the secret that the nodes are given. */
public final class Tokens {
    public static final String SECRET = "a secret for tests, of more than 32 bytes";

    private static final Duration VALID = Duration.ofHours(1);

    private Tokens() {}

    public static String of(String user) {
        return of(user, VALID);
    }

    /** One that ends so soon. */
    public static String of(String user, Duration valid) {
        return signed(
                "{\"sub\":\"" + user + "\",\"exp\":" + Instant.now().plus(valid).getEpochSecond() + "}");
    }

    /** One that says when it was issued. */
    public static String of(String user, Instant issuedAt) {
        return signed("{\"sub\":\"" + user + "\",\"iat\":" + issuedAt.getEpochSecond() + ",\"exp\":"
                + issuedAt.plus(VALID).getEpochSecond() + "}");
    }

    /** One of an administrator. */
    public static String ofAdministrator(String user) {
        return signed("{\"sub\":\"" + user + "\",\"scope\":\"chat.admin\",\"exp\":"
                + Instant.now().plus(VALID).getEpochSecond() + "}");
    }

    private static String signed(String claims) {
        String text = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
                + "."
                + base64(claims.getBytes(StandardCharsets.UTF_8));
        return text + "." + base64(mac(text));
    }

    private static byte[] mac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
