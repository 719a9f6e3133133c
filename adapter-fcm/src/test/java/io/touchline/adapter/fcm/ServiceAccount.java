package io.touchline.adapter.fcm;

import com.google.api.client.json.GenericJson;
import com.google.api.client.json.gson.GsonFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A service account with a key of its own: what the Firebase console hands out, and how Google checks what it signs. */
public final class ServiceAccount {
    public static final String PROJECT = "touchline-test";
    private static final String EMAIL = "chat@touchline-test.iam.gserviceaccount.com";
    private static final Set<String> SCOPES = Set.of(
            "https://www.googleapis.com/auth/firebase.messaging", "https://www.googleapis.com/auth/cloud-platform");

    /** Whom google-auth addresses, whatever {@code token_uri} says. */
    private static final String GOOGLE = "https://oauth2.googleapis.com/token";

    private final KeyPair keys;

    private ServiceAccount(KeyPair keys) {
        this.keys = keys;
    }

    public static ServiceAccount generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return new ServiceAccount(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the key file, as the console makes it. */
    public Path write(Path file, URI tokenEndpoint) {
        GenericJson json = new GenericJson();
        json.setFactory(GsonFactory.getDefaultInstance());
        json.set("type", "service_account")
                .set("project_id", PROJECT)
                .set("private_key_id", "1")
                .set("private_key", pem())
                .set("client_email", EMAIL)
                .set("client_id", "100000000000000000001")
                .set("token_uri", tokenEndpoint.toString());
        try {
            return Files.writeString(file, json.toPrettyString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the assertion asks, in this account's name and with its key, for what sending needs. */
    boolean signed(String assertion, URI tokenEndpoint) {
        String[] parts = assertion.split("\\.", -1);
        return parts.length == 3 && verifies(parts) && claims(decode(parts[1]), tokenEndpoint);
    }

    private boolean verifies(String[] parts) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(keys.getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean claims(String payload, URI tokenEndpoint) {
        try {
            GenericJson claims = GsonFactory.getDefaultInstance().fromString(payload, GenericJson.class);
            return EMAIL.equals(claims.get("iss"))
                    && List.of(tokenEndpoint.toString(), GOOGLE).contains(claims.get("aud"))
                    && allowsSending(String.valueOf(claims.get("scope")))
                    && ((Number) claims.get("exp")).longValue() > Instant.now().getEpochSecond();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean allowsSending(String scopes) {
        return Stream.of(scopes.split(" ")).anyMatch(SCOPES::contains);
    }

    private static String decode(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }

    private String pem() {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getPrivate().getEncoded());
        return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
    }
}
