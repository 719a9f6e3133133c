package io.touchline.bootstrap;

import io.touchline.adapter.websocket.HttpSocketRouter;
import io.touchline.core.port.SocketRouter;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.util.Timeout;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The way from an API node to the chat nodes. */
@Configuration(proxyBeanMethods = false)
class RouterConfiguration {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    /** A node is sent to by one thread at a time, and now and then by one more. */
    private static final int MAX_CONNECTIONS_TO_A_NODE = 4;

    private static final int MAX_CONNECTIONS = 4_096;

    @Bean(destroyMethod = "close")
    CloseableHttpClient nodeClient(TouchlineProperties properties, SslBundles bundles) {
        PoolingHttpClientConnectionManagerBuilder connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(MAX_CONNECTIONS_TO_A_NODE)
                .setMaxConnTotal(MAX_CONNECTIONS)
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(CONNECT_TIMEOUT))
                        .setSocketTimeout(Timeout.of(DEADLINE))
                        .build());
        SSLContext tls = NodeTrust.tls(properties.node(), bundles);
        if (tls != null) {
            connections.setTlsSocketStrategy(new DefaultClientTlsStrategy(tls));
        }
        return HttpClients.custom()
                .setConnectionManager(connections.build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    @Bean
    SocketRouter socketRouter(CloseableHttpClient nodeClient, TouchlineProperties properties) {
        return new HttpSocketRouter(
                nodeClient, NodeTrust.of(properties.node()), DEADLINE, HttpSocketRouter.ANY_ADDRESS);
    }
}
