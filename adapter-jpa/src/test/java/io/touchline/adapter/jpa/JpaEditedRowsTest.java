package io.touchline.adapter.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.Draft;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What editing and deleting leave in the table. */
class JpaEditedRowsTest {
    private static final Instant LATER = Instant.ofEpochMilli(1_001);

    private static TestDatabase database;
    private static JpaStorage storage;

    private final Talk talk = new Talk();

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
    void send() {
        append(talk.create());
        append(talk.send("hello", "m1"));
    }

    @Test
    void ofAnEditedMessageTheLatestTextIsKeptAndAHashOfTheFirst() throws SQLException {
        append(new Draft.Edit(talk.channel, talk.alice, Instant.EPOCH, 2, "bye"));
        append(new Draft.Edit(talk.channel, talk.alice, LATER, 2, "so long"));

        assertThat(rows())
                .containsExactly(
                        "2 MESSAGE so long, edited at 1970-01-01T00:00:01.001Z, changed by 4, first "
                                + Sha256.hex("hello"),
                        "3 EDITED null, of 2",
                        "4 EDITED so long, of 2");
    }

    @Test
    void ofADeletedMessageNoTextIsKept() throws SQLException {
        append(new Draft.Edit(talk.channel, talk.alice, Instant.EPOCH, 2, "bye"));
        append(new Draft.Delete(talk.channel, talk.bob, Instant.EPOCH, 2, true));

        assertThat(rows())
                .containsExactly(
                        "2 MESSAGE null, deleted, changed by 4, first " + Sha256.hex("hello"),
                        "3 EDITED null, of 2",
                        "4 DELETED null, of 2");
    }

    private List<String> rows() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return new Statements(connection)
                            .query(
                                    "select " + EventRow.COLUMNS
                                            + " from touchline_event e where e.channel = ? and e.sequence > 1 order by e.sequence",
                                    EventRow::read,
                                    talk.channel.value())
                            .stream()
                            .map(JpaEditedRowsTest::text)
                            .toList();
        }
    }

    private static String text(EventRow row) {
        return row.sequence() + " " + row.type() + " " + row.content()
                + (row.editedAt() == null ? "" : ", edited at " + row.editedAt())
                + (row.deleted() ? ", deleted" : "")
                + (row.changedBy() == null ? "" : ", changed by " + row.changedBy())
                + (row.target() == null ? "" : ", of " + row.target())
                + (row.originalHash() == null ? "" : ", first " + row.originalHash());
    }

    private static void append(Draft draft) {
        assertThat(storage.messages().append(List.of(draft), Duration.ZERO))
                .singleElement()
                .isInstanceOf(Appended.class);
    }
}
