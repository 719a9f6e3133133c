package io.touchline.adapter.fcm;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Carries the Google libraries' requests by the JDK's HTTP client: each has a deadline of ours for the whole exchange,
 * whatever the libraries set (theirs is endless, and not for the whole), and ends at once when its thread is
 * interrupted.
 */
final class FcmTransport extends HttpTransport {
    private static final String GOOGLE = "fcm.googleapis.com";

    private final HttpClient client;
    private final @Nullable URI endpoint;
    private final Duration timeout;

    FcmTransport(@Nullable URI endpoint, Duration connectTimeout, Duration timeout) {
        if (endpoint != null) {
            check(endpoint);
        }
        this.endpoint = endpoint;
        this.timeout = timeout;
        // HTTP/1.1: on an HTTP/2 GOAWAY this client of JDK 17 drops every request under way.
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout)
                .build();
    }

    @Override
    protected LowLevelHttpRequest buildRequest(String method, String url) {
        return new FcmRequest(client, method, target(URI.create(url)), timeout);
    }

    private URI target(URI asked) {
        return endpoint == null || !GOOGLE.equals(asked.getHost()) ? asked : endpoint.resolve(asked.getRawPath());
    }

    private static void check(URI endpoint) {
        boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        if (!http || endpoint.getHost() == null) {
            throw new IllegalArgumentException("the FCM endpoint " + endpoint
                    + ": give http or https, a host and perhaps a port, such as https://proxy.example:8443");
        }
    }
}
