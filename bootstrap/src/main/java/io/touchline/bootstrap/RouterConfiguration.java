package io.touchline.bootstrap;

import io.touchline.adapter.websocket.HttpSocketRouter;
import io.touchline.core.port.SocketRouter;
import java.net.http.HttpClient;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The way from an API node to the chat nodes. */
@Configuration(proxyBeanMethods = false)
class RouterConfiguration {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    @Bean
    SocketRouter socketRouter(TouchlineProperties properties, SslBundles bundles) {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        SSLContext tls = NodeTrust.tls(properties.node(), bundles);
        HttpClient client = (tls == null ? builder : builder.sslContext(tls)).build();
        return new HttpSocketRouter(client, NodeTrust.of(properties.node()), DEADLINE, HttpSocketRouter.ANY_ADDRESS);
    }
}
