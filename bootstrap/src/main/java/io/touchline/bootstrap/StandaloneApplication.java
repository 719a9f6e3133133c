package io.touchline.bootstrap;

import io.touchline.adapter.rest.RestConfiguration;
import io.touchline.adapter.websocket.WebSocketConfiguration;
import java.util.Map;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.context.annotation.Import;

/** API and chat node in one process that needs nothing else: for a first try, a small team, or a test. */
@RunnableNode
@ImportAutoConfiguration({
    SecurityFilterAutoConfiguration.class,
    DataSourceAutoConfiguration.class,
    DataSourceHealthContributorAutoConfiguration.class,
    DataSourcePoolMetricsAutoConfiguration.class
})
@Import({
    DataDirectory.class,
    StandaloneConfiguration.class,
    DevTokenController.class,
    StorageConfiguration.class,
    PushConfiguration.ByFcm.class,
    PushConfiguration.ToTheLog.class,
    ChatConfiguration.class,
    RestWiring.class,
    RestConfiguration.class,
    RestPage.class,
    NodeConfiguration.class,
    SocketWiring.class,
    WebSocketConfiguration.class
})
public class StandaloneApplication {
    private static final Map<String, Object> DEFAULTS = Map.of(
            "server.port", 8080,
            "server.address", "127.0.0.1",
            "management.server.port", 9080,
            "management.server.address", "127.0.0.1",
            "management.endpoint.health.group.readiness.include", "readinessState,db",
            // without WRITE_DELAY=0 a commit can be lost with the process
            "spring.datasource.url", "jdbc:h2:file:./data/touchline;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
            "spring.datasource.username", "touchline",
            "touchline.socket.public-url", "/ws",
            "touchline.page.enabled", true);

    public static void main(String[] arguments) {
        Launch.node(StandaloneApplication.class, DEFAULTS, arguments);
    }
}
