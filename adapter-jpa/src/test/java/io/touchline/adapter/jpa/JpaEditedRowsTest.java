package io.touchline.adapter.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.Event;
import io.touchline.core.model.Event.Message;
import io.touchline.core.model.Event.MessageDeleted;
import io.touchline.core.model.Event.MessageEdited;
import io.touchline.core.port.AppendResult;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.AppendResult.Reason;
import io.touchline.core.port.AppendResult.Refused;
import io.touchline.core.port.AppendResult.Repeated;
import io.touchline.core.port.Draft;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows as editing and deleting will leave them. */
class JpaEditedRowsTest {
    private static TestDatabase database;
    private static JpaStorage storage;

    private final Talk talk = new Talk();
    private Event first;

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
        first = ((Appended) append(talk.send("hello", "m1"))).event();
    }

    @Test
    void anEditedMessageReadsAnewAndRepeatsAsItWas() {
        database.execute("update touchline_event set content = 'bye', edited = true, original_hash = '"
                + Sha256.hex("hello") + "' where client_message_id = 'm1' and channel = '" + talk.channel + "'");
        append(talk.send("next"));
        database.execute("update touchline_event set type = 3, content = 'bye', client_message_id = null, target = 2"
                + " where sequence = 3 and channel = '" + talk.channel + "'");

        assertThat(bodies()).containsExactly(new Message("bye", "m1", true, false), new MessageEdited(2, "bye"));
        assertThat(append(talk.send("hello", "m1"))).isEqualTo(new Repeated(first));
        assertThat(append(talk.send("bye", "m1"))).isEqualTo(new Refused(Reason.OTHER_CONTENT));
    }

    @Test
    void aDeletedMessageIsEmptyAndRepeatsAsItWas() {
        database.execute("update touchline_event set content = null, deleted = true, original_hash = '"
                + Sha256.hex("hello") + "' where client_message_id = 'm1' and channel = '" + talk.channel + "'");
        append(talk.send("next"));
        database.execute("update touchline_event set type = 4, content = null, client_message_id = null, target = 2"
                + " where sequence = 3 and channel = '" + talk.channel + "'");

        assertThat(bodies()).containsExactly(new Message(null, "m1", false, true), new MessageDeleted(2));
        assertThat(append(talk.send("hello", "m1"))).isEqualTo(new Repeated(first));
        assertThat(append(talk.send("", "m1"))).isEqualTo(new Refused(Reason.OTHER_CONTENT));
    }

    private List<Event.Body> bodies() {
        return storage.messages().events(talk.channel, talk.bob, 1, 10).orElseThrow().items().stream()
                .map(Event::body)
                .toList();
    }

    private static AppendResult append(Draft draft) {
        return storage.messages().append(List.of(draft), Duration.ZERO).get(0);
    }
}
