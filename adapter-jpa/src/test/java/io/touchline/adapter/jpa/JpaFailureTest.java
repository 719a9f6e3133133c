package io.touchline.adapter.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.UnavailableException;
import jakarta.persistence.EntityManagerFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JpaFailureTest {
    private final Talk talk = new Talk();
    private HikariDataSource pool;
    private EntityManagerFactory factory;
    private JpaStorage storage;

    @BeforeEach
    void start() {
        HikariConfig config = TestDatabase.emptyPostgresql();
        config.setMaximumPoolSize(2);
        config.setConnectionTimeout(300);
        config.setConnectionInitSql("set statement_timeout = '300ms'");
        pool = new HikariDataSource(config);
        JpaMigrations.migrate(pool);
        factory = TestDatabase.factory(pool);
        storage = new JpaStorage(factory, new JpaSettings("here", Duration.ofMinutes(1)));
        assertThat(storage.messages().append(List.of(talk.create()), Duration.ZERO))
                .hasOnlyElementsOfType(Appended.class);
    }

    @AfterEach
    void stop() {
        factory.close();
        pool.close();
    }

    @Test
    void aPoolWithoutAFreeConnectionIsUnavailable() throws SQLException {
        try (Connection one = pool.getConnection();
                Connection other = pool.getConnection()) {
            assertThat(one).isNotSameAs(other);
            assertUnavailable();
        }
        assertAppends();
    }

    @Test
    void aStatementThatTakesTooLongIsUnavailable() throws SQLException {
        try (Connection pause = pool.getConnection()) {
            pause.setAutoCommit(false);
            pause.createStatement().execute("lock table touchline_event in access exclusive mode");
            assertUnavailable();
            pause.rollback();
        }
        assertAppends();
    }

    @Test
    void aConnectionThatTheServerEndedIsUnavailableAndTheNextIsGood() throws SQLException {
        try (Connection pause = pool.getConnection()) {
            pause.setAutoCommit(false);
            pause.createStatement()
                    .execute("select pg_terminate_backend(pid) from pg_stat_activity"
                            + " where datname = current_database() and pid <> pg_backend_pid()");
            pause.rollback();
        }
        try {
            storage.messages().append(List.of(talk.send("lost")), Duration.ZERO);
        } catch (UnavailableException e) {
            assertThat(e).hasCauseInstanceOf(RuntimeException.class);
        }
        assertAppends();
    }

    @Test
    void aDefectIsNotUnavailable() {
        TestDatabase.execute(pool, "alter table touchline_event drop column generated");

        assertThatThrownBy(() -> storage.messages().append(List.of(talk.send("no")), Duration.ZERO))
                .isInstanceOf(IllegalStateException.class);
    }

    private void assertUnavailable() {
        assertThatThrownBy(() -> storage.messages().append(List.of(talk.send("late")), Duration.ZERO))
                .isInstanceOf(UnavailableException.class);
    }

    private void assertAppends() {
        assertThat(storage.messages().append(List.of(talk.send("in time")), Duration.ZERO))
                .hasOnlyElementsOfType(Appended.class);
    }
}
