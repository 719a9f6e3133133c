package io.touchline.adapter.fcm;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Carries the Google libraries' requests on the thread that makes them: each has a deadline of ours for the whole
 * exchange, whatever the libraries set (theirs is endless, and not for the whole), and ends at once when its thread is
 * interrupted. Only the looking up of a name takes as long as the system's resolver does.
 */
final class FcmTransport extends HttpTransport {
    private static final String GOOGLE = "fcm.googleapis.com";

    /** More than threads that send at a time; one that finds none waits, within its deadline. */
    private static final int MAX_CONNECTIONS = 1_000;

    private final CloseableHttpClient client;
    private final @Nullable URI endpoint;
    private final Duration timeout;

    FcmTransport(@Nullable URI endpoint, Duration connectTimeout, Duration timeout) {
        this(endpoint, connectTimeout, timeout, ProxySelector.getDefault());
    }

    FcmTransport(@Nullable URI endpoint, Duration connectTimeout, Duration timeout, @Nullable ProxySelector proxies) {
        if (endpoint != null) {
            check(endpoint);
        }
        this.endpoint = endpoint;
        this.timeout = timeout;
        client = HttpClients.custom()
                .setConnectionManager(new InterruptibleConnections()
                        .setTlsSocketStrategy(DefaultClientTlsStrategy.createSystemDefault())
                        .setMaxConnPerRoute(MAX_CONNECTIONS)
                        .setMaxConnTotal(MAX_CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(connectTimeout))
                                .build())
                        .build())
                .setRoutePlanner(new SystemDefaultRoutePlanner(proxies))
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    @Override
    protected LowLevelHttpRequest buildRequest(String method, String url) {
        return new FcmRequest(client, method, target(URI.create(url)), timeout);
    }

    /** What is under way fails. */
    @Override
    public void shutdown() {
        client.close(CloseMode.IMMEDIATE);
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
