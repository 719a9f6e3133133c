package io.touchline.adapter.fcm;

import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.firebase.FirebaseApp;
import com.google.firebase.FirebaseOptions;
import com.google.firebase.messaging.FirebaseMessaging;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A {@link FirebaseMessaging} of its own, from a service account's key. Nothing is sent before the first message, and
 * nothing is tried twice: the chat itself decides when to try again.
 */
public final class FcmConnection implements AutoCloseable {
    /** To open a connection to Google. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** For one request with its whole answer. */
    public static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    private final FirebaseApp app;
    private final FcmTransport transport;

    private FcmConnection(FirebaseApp app, FcmTransport transport) {
        this.app = app;
        this.transport = transport;
    }

    /** With {@link #CONNECT_TIMEOUT} and {@link #REQUEST_TIMEOUT}. */
    public static FcmConnection open(Path credentials, @Nullable URI endpoint) {
        return open(credentials, endpoint, CONNECT_TIMEOUT, REQUEST_TIMEOUT);
    }

    /**
     * Reads the key; nothing goes over the network yet.
     *
     * @param credentials the JSON key of a service account; its {@code token_uri} is where access tokens come from
     * @param endpoint {@code http} or {@code https}, host and port to send to instead of Google's, for tests and proxies
     * @throws IllegalArgumentException if the file is not there or not such a key, or the endpoint is not such an
     *     address; the message says what to do and holds nothing of the file's content
     */
    public static FcmConnection open(
            Path credentials, @Nullable URI endpoint, Duration connectTimeout, Duration requestTimeout) {
        FcmTransport transport = new FcmTransport(endpoint, connectTimeout, requestTimeout);
        FirebaseOptions options = FirebaseOptions.builder()
                .setCredentials(load(credentials, transport))
                .setHttpTransport(transport)
                .build();
        return new FcmConnection(FirebaseApp.initializeApp(options, "touchline-" + UUID.randomUUID()), transport);
    }

    /** Ready to send, until this is closed. */
    public FirebaseMessaging messaging() {
        return FirebaseMessaging.getInstance(app);
    }

    /** Requests that are under way fail. */
    @Override
    public void close() {
        app.delete();
        transport.shutdown();
    }

    private static GoogleCredentials load(Path file, FcmTransport transport) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw unusable(file, "is not a file that can be read");
        }
        ServiceAccountCredentials credentials = parse(file, transport);
        if (credentials.getProjectId() == null || credentials.getProjectId().isBlank()) {
            throw unusable(file, "names no project_id");
        }
        return credentials.createWithCustomRetryStrategy(false);
    }

    /** The parser's own message is dropped, as is its exception: it may quote the file. */
    private static ServiceAccountCredentials parse(Path file, FcmTransport transport) {
        try (InputStream json = Files.newInputStream(file)) {
            return ServiceAccountCredentials.fromStream(json, () -> transport);
        } catch (IOException | RuntimeException e) {
            throw unusable(file, "is not the JSON key of a service account");
        }
    }

    private static IllegalArgumentException unusable(Path file, String why) {
        return new IllegalArgumentException("the FCM credentials " + file + ": this " + why
                + ". Give the path of a service account's key, as the Firebase console makes it"
                + " under Project settings, Service accounts, Generate new private key");
    }
}
