package io.touchline.adapter.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The secret that all nodes share, as the value of an {@code Authorization} header. */
final class NodeSecret {
    private static final Pattern FORM = Pattern.compile("[!-~]([ -~]*[!-~])?");

    private final String header;
    private final byte[] digest;

    NodeSecret(String secret) {
        if (!FORM.matcher(secret).matches()) {
            throw new IllegalArgumentException("the nodes' secret is of ASCII characters, with no space around it");
        }
        header = "Bearer " + secret;
        digest = digest(header);
    }

    String header() {
        return header;
    }

    /** Compares in a time that does not tell how much of it was right. */
    boolean matches(@Nullable String given) {
        return given != null && MessageDigest.isEqual(digest, digest(given));
    }

    private static byte[] digest(String value) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
