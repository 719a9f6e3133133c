package io.touchline.adapter.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.DeliveryLedger.End;
import io.touchline.core.port.DeliveryLedger.Settlement;
import io.touchline.core.port.DeliveryLedger.Unsettled;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the table keeps of how deliveries ended. */
class JpaEndsTest {
    private static TestDatabase database;
    private static JpaStorage storage;

    private final Talk talk = new Talk();
    private Claim claim;

    @BeforeAll
    static void start() {
        database = TestDatabase.postgresql();
        storage = database.storage("here");
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void claim() {
        append(3);
        claim = storage.ledger().claim(1_000).stream()
                .filter(one -> one.channel().equals(talk.channel))
                .findAny()
                .orElseThrow();
    }

    @Test
    void theFurthestEndIsKeptWithItsReason() throws SQLException {
        end(2, End.REJECTED);
        assertThat(ends()).containsExactly("2 because 4");
        end(1, End.PUSHED);
        assertThat(ends()).containsExactly("2 because 4");

        storage.ledger()
                .end(List.of(
                        new Settlement(claim, talk.bob, 3, End.MUTED), new Settlement(claim, talk.bob, 2, End.PUSHED)));
        assertThat(ends()).containsExactly("3 because 2");
    }

    @Test
    void anEndPastTheLogCountsAsItsEnd() throws SQLException {
        end(4711, End.PUSHED);
        assertThat(ends()).containsExactly("4 because 1");

        append(1);
        assertThat(storage.ledger().unsettled(claim, null, 10))
                .extracting(Unsettled::first)
                .containsExactly(5L);
    }

    @Test
    void whatIsLeftToSyncMovesTheEndAlone() throws SQLException {
        end(1, End.LEFT_TO_SYNC);
        assertThat(ends()).containsExactly("1 because 6");
        end(2, End.MUTED);
        Instant muted = endedAt();

        end(3, End.LEFT_TO_SYNC);
        assertThat(ends()).containsExactly("3 because 2");
        assertThat(endedAt()).isEqualTo(muted);
        end(4, End.PUSHED);
        assertThat(ends()).containsExactly("4 because 1");
        assertThat(endedAt()).isAfter(muted);
    }

    private void append(int messages) {
        storage.messages().append(List.of(talk.create()), Duration.ZERO);
        for (int i = 0; i < messages; i++) {
            storage.messages().append(List.of(talk.send("hello")), Duration.ZERO);
        }
    }

    private void end(long upTo, End end) {
        storage.ledger().end(List.of(new Settlement(claim, talk.bob, upTo, end)));
    }

    private Instant endedAt() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return new Statements(connection)
                    .query(
                            "select ended_at from touchline_marks where channel = ? and user_id = ?",
                            row -> Statements.instant(row, "ended_at"),
                            talk.channel.value(),
                            talk.bob.value())
                    .get(0);
        }
    }

    private List<String> ends() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return new Statements(connection)
                    .query(
                            "select ended_to, end_reason from touchline_marks where channel = ? and user_id = ?",
                            row -> row.getLong("ended_to") + " because " + row.getInt("end_reason"),
                            talk.channel.value(),
                            talk.bob.value());
        }
    }
}
