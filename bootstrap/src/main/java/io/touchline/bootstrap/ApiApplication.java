package io.touchline.bootstrap;

import io.touchline.adapter.jpa.JpaSettings;
import io.touchline.adapter.rest.PageSettings;
import io.touchline.adapter.rest.RestConfiguration;
import java.util.Map;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisHealthContributorAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** An API node: serves REST, stores, forwards and pushes. It holds no connection of a client. */
@RunnableNode
@ImportAutoConfiguration({
    SecurityFilterAutoConfiguration.class,
    DataSourceAutoConfiguration.class,
    DataSourceHealthContributorAutoConfiguration.class,
    DataSourcePoolMetricsAutoConfiguration.class,
    DataRedisAutoConfiguration.class,
    DataRedisHealthContributorAutoConfiguration.class
})
@Import({
    TokenConfiguration.class,
    StorageConfiguration.class,
    RedisConfiguration.class,
    RouterConfiguration.class,
    PushConfiguration.ByFcm.class,
    PushConfiguration.ToTheLog.class,
    ChatConfiguration.class,
    RestWiring.class,
    RestConfiguration.class,
    RestPage.class
})
public class ApiApplication {
    private static final Map<String, Object> DEFAULTS = Map.of(
            "server.port", 8080,
            "management.server.port", 9080,
            "management.endpoint.health.group.readiness.include", "readinessState,db",
            "spring.datasource.hikari.connection-init-sql", JpaSettings.POSTGRESQL_INITIAL_SQL,
            // seconds; the driver's own are for ever, which a pool's time-out does not help against
            "spring.datasource.hikari.data-source-properties.connectTimeout", 1,
            "spring.datasource.hikari.data-source-properties.socketTimeout", 3,
            "spring.datasource.hikari.data-source-properties.tcpKeepAlive", true);

    public static void main(String[] arguments) {
        Launch.node(ApiApplication.class, DEFAULTS, arguments);
    }

    /** Tokens are the identity provider's here. */
    @Bean
    PageSettings pageSettings() {
        return new PageSettings(false);
    }

    @Bean
    static BeanFactoryPostProcessor databaseIsNamed(Environment environment) {
        return beans -> ConfigurationProblem.required(
                environment.getProperty("spring.datasource.url"),
                "The property spring.datasource.url is missing: set the PostgreSQL database, such as"
                        + " jdbc:postgresql://db.example.com/touchline.");
    }
}
