package io.touchline.adapter.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.touchline.core.model.Event;
import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.DeliveryLedger.Unsettled;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A lively channel owes for ever: what is looked at is what is unsettled, not all that came since the debt began. */
class JpaLongDebtTest {
    private static final int PARTICIPANTS = 400;
    private static final int EVENTS = 60_000;

    private static final Talk TALK = new Talk();
    private static HikariDataSource pool;
    private static EntityManagerFactory factory;
    private static JpaStorage storage;

    @BeforeAll
    static void start() {
        HikariConfig config = TestDatabase.emptyPostgresql();
        // No time to go through the log for each participant.
        config.setConnectionInitSql(JpaSettings.POSTGRESQL_INITIAL_SQL + "; set statement_timeout = '1500ms'");
        pool = new HikariDataSource(config);
        JpaMigrations.migrate(pool);
        factory = TestDatabase.factory(pool);
        storage = new JpaStorage(factory, new JpaSettings("here", Duration.ofMinutes(1)));
        storage.messages().append(List.of(TALK.create()), Duration.ZERO);
        fill();
    }

    @AfterAll
    static void stop() {
        factory.close();
        pool.close();
    }

    @Test
    void whatIsUnsettledIsFoundAndSettledInTime() {
        Claim claim = storage.ledger().claim(1).get(0);
        assertThat(claim.from()).isEqualTo(1);

        List<Unsettled> unsettled = storage.ledger().unsettled(claim, null, PARTICIPANTS);
        assertThat(unsettled).hasSize(PARTICIPANTS).allSatisfy(one -> {
            assertThat(one.first()).isEqualTo(EVENTS);
            assertThat(one.messages()).isEqualTo(1);
        });

        TestDatabase.execute(pool, "update touchline_marks set ended_to = " + EVENTS);
        assertThat(storage.ledger().settle(List.of(claim))).isEqualTo(Set.of(TALK.channel));
    }

    @Test
    void manyStretchesOfOneLogAreReadInTime() {
        Reader.Range[] places = LongStream.rangeClosed(1, 500)
                .mapToObj(i -> Reader.only(TALK.channel, i * 100))
                .toArray(Reader.Range[]::new);
        Transactions transactions = new Transactions(factory.unwrap(SessionFactory.class));
        List<Event> events = transactions.call(statements -> new Reader(statements).events(List.of(places)));
        assertThat(events).hasSize(500);
    }

    private static void fill() {
        String participant = "'" + TALK.channel + "', 'user-' || i";
        String sql = "insert into touchline_participant select " + participant
                + ", 1, null, current_timestamp from generate_series(1, " + (PARTICIPANTS - 1) + ") i;"
                + "insert into touchline_marks (channel, user_id) select " + participant
                + " from generate_series(1, " + (PARTICIPANTS - 1) + ") i;"
                + "insert into touchline_event (channel, sequence, type, sender, created_at, content) select '"
                + TALK.channel + "', i, 2, '" + TALK.alice
                + "', current_timestamp, 'hello' from generate_series(2, " + EVENTS + ") i;"
                + "update touchline_channel set last_sequence = " + EVENTS + ";"
                + "update touchline_marks set delivered_to = " + (EVENTS - 1);
        for (String statement : sql.split(";")) {
            TestDatabase.execute(pool, statement);
        }
        TestDatabase.execute(pool, "analyze");
    }
}
