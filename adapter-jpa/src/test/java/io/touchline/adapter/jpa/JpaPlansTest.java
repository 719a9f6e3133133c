package io.touchline.adapter.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        talk("short", 100);
        talk("long", 100_000);
        database.execute("vacuum analyze");
    }

    /**
     * A channel in which Alice says so much to Bob, who has read all of it, and Carol, who has read nothing. The first
     * message is Dave's.
     */
    private static void talk(String channel, int messages) {
        database.execute("insert into touchline_channel values ('" + channel + "', null, 'alice', current_timestamp, "
                + (messages + 1) + ", 1, current_timestamp)");
        for (String user : new String[] {"alice", "bob", "carol"}) {
            database.execute("insert into touchline_participant values ('" + channel + "', '" + user
                    + "', 1, null, current_timestamp)");
            database.execute("insert into touchline_marks (channel, user_id, read_to) values ('" + channel + "', '"
                    + user + "', " + (user.equals("bob") ? messages + 1 : 0) + ")");
        }
        database.execute("insert into touchline_event (channel, sequence, type, sender, created_at, content, skip_to)"
                + " select '" + channel + "', i, case when i = 1 then 1 else 2 end, case when i = 2 then 'dave'"
                + " else 'alice' end, current_timestamp, 'message ' || i, case when i > 2 then 2 end"
                + " from generate_series(1, " + (messages + 1) + ") i");
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

    @Test
    void aLongChannelIsOpenedAsFastAsAShortOne() throws SQLException {
        for (String reader : new String[] {"bob", "carol"}) {
            long few = blocks(JpaChannelDirectory.ONE, reader, "short", reader);
            assertThat(blocks(JpaChannelDirectory.ONE, reader, "long", reader)).isLessThan(2 * few + 20);
        }
        long few = blocks(Reader.NEWEST_MESSAGES, "short", 1L, 101L, 50);
        assertThat(blocks(Reader.NEWEST_MESSAGES, "long", 1L, 100_001L, 50)).isLessThan(few + 20);
        assertThat(blocks(Reader.NEWEST_MESSAGES, "long", 1L, 50_000L, 50)).isLessThan(few + 20);
    }

    /** All but one are her own, and none is read. */
    @Test
    void theUnreadBeforeOnesOwnAreCountedWithoutGoingThroughThem() throws SQLException {
        Object users = new String[] {"alice"};
        Object channels = new String[] {"long", "short"};
        Object reads = new Long[] {0L, 0L};
        Object lasts = new Long[] {100_001L, 101L};

        assertThat(blocks(JpaChannelDirectory.ONE, "alice", "long", "alice")).isLessThan(100);
        assertThat(blocks(JpaChannelDirectory.CHANNEL_WALKS, "alice", channels, reads, lasts))
                .isLessThan(100);
        assertThat(blocks(JpaChannelDirectory.UNREAD, users)).isLessThan(100);
        assertThat(blocks(JpaChannelDirectory.USER_WALKS, users)).isLessThan(100);
    }

    @Test
    void totalsStopAtTheCapHoweverMuchIsUnread() throws SQLException {
        Object users = new String[] {"bob", "carol"};
        assertThat(plan(JpaChannelDirectory.UNREAD, users)).doesNotContain("Seq Scan on touchline_event");
        assertThat(blocks(JpaChannelDirectory.UNREAD, users)).isLessThan(200);
    }

    /** How many pages of memory or disk a statement looks at. */
    private static long blocks(String sql, Object... values) throws SQLException {
        Matcher blocks = Pattern.compile("Buffers: shared hit=(\\d+)(?: read=(\\d+))?")
                .matcher(explain("explain (analyze, buffers, timing off) ", sql, values));
        assertThat(blocks.find()).isTrue();
        return Long.parseLong(blocks.group(1)) + (blocks.group(2) == null ? 0 : Long.parseLong(blocks.group(2)));
    }

    private static String plan(String sql, Object... values) throws SQLException {
        return explain("explain ", sql, values);
    }

    private static String explain(String how, String sql, Object... values) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return String.join("\n", new Statements(connection).query(how + sql, row -> row.getString(1), values));
        }
    }
}
