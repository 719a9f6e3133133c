package io.touchline.adapter.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult.Appended;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JpaMigrationsTest {
    private static final UserId NOBODY = new UserId("nobody");

    @Test
    void aHostsTablesAndHistoryStayAsTheyAre() throws SQLException {
        try (HikariDataSource host = new HikariDataSource(TestDatabase.emptyPostgresql())) {
            TestDatabase.execute(host, "create table flyway_schema_history (version varchar)");
            TestDatabase.execute(host, "create table orders (id int)");

            JpaMigrations.migrate(host);

            assertThat(tables(host))
                    .containsExactly(
                            "flyway_schema_history",
                            "orders",
                            "touchline_channel",
                            "touchline_device",
                            "touchline_epoch",
                            "touchline_event",
                            "touchline_marks",
                            "touchline_owed",
                            "touchline_participant",
                            "touchline_revoked",
                            "touchline_schema_history",
                            "touchline_seen");
        }
    }

    @Test
    void migratingAgainOrSeveralAtOnceChangesNothing() throws Exception {
        HikariConfig config = TestDatabase.emptyPostgresql();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (HikariDataSource host = new HikariDataSource(config)) {
            TestDatabase.execute(host, "create table orders (id int)");
            Callable<Boolean> migration = () -> {
                JpaMigrations.migrate(host);
                return true;
            };
            for (Future<Boolean> done : threads.invokeAll(Collections.nCopies(4, migration), 60, TimeUnit.SECONDS)) {
                assertThat(done.get()).isTrue();
            }
            assertThat(epochs(host)).hasSize(1);
            String epoch = epochs(host).get(0);
            JpaMigrations.migrate(host);
            assertThat(epochs(host)).containsExactly(epoch);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void h2InAFileKeepsTheLog(@TempDir Path directory) {
        String place = directory.resolve("chat") + ";WRITE_DELAY=0";
        Talk talk = new Talk();
        String epoch;
        try (TestDatabase first = TestDatabase.h2(place)) {
            assertThat(first.storage("first")
                            .messages()
                            .append(List.of(talk.create(), talk.send("hello")), Duration.ZERO))
                    .allMatch(Appended.class::isInstance);
            epoch = epoch(first);
        }
        try (TestDatabase second = TestDatabase.h2(place)) {
            assertThat(second.storage("second")
                            .messages()
                            .events(talk.channel, talk.bob, 0, 10)
                            .orElseThrow()
                            .items())
                    .hasSize(2);
            assertThat(epoch(second)).isEqualTo(epoch);
        }
    }

    private static String epoch(TestDatabase database) {
        return database.storage("any").messages().catchUp(NOBODY, Map.of(), 1).epoch();
    }

    private static List<String> epochs(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return new Statements(connection).query("select id from touchline_epoch", row -> row.getString("id"));
        }
    }

    private static TreeSet<String> tables(DataSource dataSource) throws SQLException {
        TreeSet<String> names = new TreeSet<>();
        try (Connection connection = dataSource.getConnection();
                ResultSet tables = connection.getMetaData().getTables(null, "public", "%", new String[] {"TABLE"})) {
            while (tables.next()) {
                names.add(tables.getString("TABLE_NAME"));
            }
        }
        return names;
    }
}
