package io.touchline.adapter.jpa;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.touchline.core.testkit.StorageUnderTest;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.hibernate.jpa.HibernatePersistenceConfiguration;

/** A fresh database with the tables in it, set up as the adapter's Javadoc asks for. */
final class TestDatabase implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 16;

    private final HikariDataSource pool;
    private final EntityManagerFactory factory;

    private TestDatabase(HikariConfig config) {
        config.setMaximumPoolSize(MAX_CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(2_000);
        pool = new HikariDataSource(config);
        JpaMigrations.migrate(pool);
        factory = factory(pool);
    }

    /** A database of its own on the one server of this JVM. */
    static TestDatabase postgresql() {
        return new TestDatabase(emptyPostgresql());
    }

    static HikariConfig emptyPostgresql() {
        String name = "t" + UUID.randomUUID().toString().replace("-", "");
        execute(Server.RUNNING.getPostgresDatabase(), "create database " + name);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(Server.RUNNING.getJdbcUrl("postgres", name));
        config.setConnectionInitSql(JpaSettings.POSTGRESQL_INITIAL_SQL);
        return config;
    }

    static TestDatabase h2() {
        return h2("mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    }

    static TestDatabase h2(String place) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:" + place);
        return new TestDatabase(config);
    }

    static EntityManagerFactory factory(DataSource dataSource) {
        return new HibernatePersistenceConfiguration("touchline")
                .managedClasses(JpaStorage.entities().toArray(Class<?>[]::new))
                .property("jakarta.persistence.nonJtaDataSource", dataSource)
                .createEntityManagerFactory();
    }

    static void execute(DataSource dataSource, String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void execute(String sql) {
        execute(pool, sql);
    }

    DataSource dataSource() {
        return pool;
    }

    JpaStorage storage(String owner) {
        return new JpaStorage(factory, new JpaSettings(owner, Duration.ofMinutes(1)));
    }

    StorageUnderTest storage(String owner, Duration lease) {
        JpaStorage storage = new JpaStorage(factory, new JpaSettings(owner, lease));
        return new StorageUnderTest(
                storage.messages(), storage.channels(), storage.ledger(), storage.devices(), storage.users());
    }

    @Override
    public void close() {
        factory.close();
        pool.close();
    }

    private static final class Server {
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
