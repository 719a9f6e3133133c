package io.touchline.bootstrap;

import io.touchline.adapter.jpa.JpaMigrations;
import io.touchline.adapter.jpa.JpaSettings;
import io.touchline.adapter.jpa.JpaStorage;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The log and what stands beside it, in the configured database. */
@Configuration(proxyBeanMethods = false)
class StorageConfiguration {
    /** A dead API node's work is free after this. */
    private static final Duration CLAIM_LEASE = Duration.ofSeconds(4);

    @Bean(destroyMethod = "close")
    EntityManagerFactory entityManagerFactory(DataSource dataSource) {
        try {
            JpaMigrations.migrate(dataSource);
        } catch (FlywayException | IllegalStateException e) {
            throw new ConfigurationProblem(
                    "The database at spring.datasource.url cannot be reached or brought up to date: check"
                            + " spring.datasource.url, spring.datasource.username and spring.datasource.password"
                            + " (it says: " + firstLine(e) + ").",
                    e);
        }
        HibernatePersistenceConfiguration unit = new HibernatePersistenceConfiguration("touchline");
        JpaStorage.entities().forEach(unit::managedClass);
        unit.property("hibernate.connection.datasource", dataSource);
        return unit.createEntityManagerFactory();
    }

    @Bean
    JpaStorage storage(EntityManagerFactory factory) {
        return new JpaStorage(factory, new JpaSettings(UUID.randomUUID().toString(), CLAIM_LEASE));
    }

    private static String firstLine(Throwable failure) {
        String said = "nothing";
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String message = each.getMessage();
            said = message == null ? said : message.lines().findFirst().orElse(said);
        }
        return said;
    }
}
