package io.touchline.adapter.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a reader asks for is found where it is in an index, without going through all that lies before. */
class JpaPlansTest {
    private static TestDatabase database;

    @BeforeAll
    static void fill() {
        database = TestDatabase.postgresql();
        for (String channel : new String[] {"c1", "c2"}) {
            String users = "select '" + channel + "', 'user-' || i";
            database.execute("insert into touchline_channel values ('" + channel
                    + "', null, 'user-1', current_timestamp, 20000, 1, current_timestamp)");
            database.execute("insert into touchline_participant " + users
                    + ", 1, null, current_timestamp from generate_series(1, 2000) i");
            database.execute(
                    "insert into touchline_marks (channel, user_id) " + users + " from generate_series(1, 2000) i");
            database.execute("insert into touchline_event (channel, sequence, type, sender, created_at) select '"
                    + channel + "', i, case when i = 1 then 1 else 2 end, 'user-1', current_timestamp"
                    + " from generate_series(1, 20000) i");
        }
        database.execute("analyze");
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void theNameAtATimeIsFoundAmongTheNamesAlone() throws SQLException {
        assertThat(plan(JpaChannelDirectory.ONE, "user-7", "c1", "user-7"))
                .contains("Index Scan Backward using touchline_event_name");
    }

    @Test
    void aPageOfDeliveriesIsARangeOfTheKey() throws SQLException {
        assertThat(plan(JpaChannelDirectory.DELIVERIES, "c1", "user-5", "user-1", 9L, 9L, 51))
                .contains("Index Scan using touchline_participant_pkey")
                .doesNotContain("Sort");
    }

    private static String plan(String sql, Object... values) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return String.join(
                    "\n", new Statements(connection).query("explain " + sql, row -> row.getString(1), values));
        }
    }
}
