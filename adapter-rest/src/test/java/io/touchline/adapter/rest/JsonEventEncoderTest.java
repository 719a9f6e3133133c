package io.touchline.adapter.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonEventEncoderTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final String BEGINNING = ",\"channel\":\"c1\",\"sequence\":12,\"sender\":\"alice\",";

    @Test
    void aMessageAsItWasSent() {
        assertThat(json(Event.Message.of("hello", "m-1")))
                .isEqualTo(
                        "{\"type\":\"message\"" + BEGINNING
                                + "\"createdAt\":\"2026-01-02T03:04:05.000Z\",\"content\":\"hello\",\"clientMessageId\":\"m-1\"}");
    }

    @Test
    void aMessageWithoutClientMessageIdHasNoSuchField() {
        assertThat(rest(Event.Message.of("hello", null))).isEqualTo("\"content\":\"hello\"}");
    }

    @Test
    void anEditedMessageSaysSoAndWhen() {
        assertThat(rest(new Event.Message("new", "m-1", Instant.parse("2026-01-02T03:04:06Z"), false)))
                .isEqualTo("\"content\":\"new\",\"clientMessageId\":\"m-1\",\"edited\":true,"
                        + "\"editedAt\":\"2026-01-02T03:04:06.000Z\"}");
    }

    @Test
    void aDeletedMessageHasNoContent() {
        assertThat(rest(new Event.Message(null, "m-1", null, true)))
                .isEqualTo("\"clientMessageId\":\"m-1\",\"deleted\":true}");
    }

    @Test
    void aNewChannelNamesItsParticipants() {
        assertThat(json(new Event.ChannelCreated("Team", List.of(ALICE, BOB), 2)))
                .isEqualTo("{\"type\":\"channel.created\"" + BEGINNING
                        + "\"createdAt\":\"2026-01-02T03:04:05.000Z\",\"name\":\"Team\","
                        + "\"participants\":[\"alice\",\"bob\"],\"participantCount\":2}");
        assertThat(rest(new Event.ChannelCreated(null, List.of(), 0)))
                .isEqualTo("\"participants\":[],\"participantCount\":0}");
    }

    @Test
    void theOtherEvents() {
        assertThat(json(new Event.ChannelRenamed("Team"))).startsWith("{\"type\":\"channel.renamed\"" + BEGINNING);
        assertThat(rest(new Event.ChannelRenamed("Team"))).isEqualTo("\"name\":\"Team\"}");
        assertThat(json(new Event.ParticipantJoined(BOB))).startsWith("{\"type\":\"participant.joined\"" + BEGINNING);
        assertThat(rest(new Event.ParticipantJoined(BOB))).isEqualTo("\"user\":\"bob\"}");
        assertThat(json(new Event.ParticipantLeft(BOB))).startsWith("{\"type\":\"participant.left\"" + BEGINNING);
        assertThat(rest(new Event.ParticipantLeft(BOB))).isEqualTo("\"user\":\"bob\"}");
        assertThat(json(new Event.MessageEdited(7, "new"))).startsWith("{\"type\":\"message.edited\"" + BEGINNING);
        assertThat(rest(new Event.MessageEdited(7, "new"))).isEqualTo("\"target\":7,\"content\":\"new\"}");
        assertThat(rest(new Event.MessageEdited(7, null))).isEqualTo("\"target\":7}");
        assertThat(json(new Event.MessageDeleted(7))).startsWith("{\"type\":\"message.deleted\"" + BEGINNING);
        assertThat(rest(new Event.MessageDeleted(7))).isEqualTo("\"target\":7}");
    }

    @Test
    void textPassesAsItIs() {
        String text = "a/b </script> \u2028\u2029\u00a0é 漢 \uD83D\uDE00 \uFEFF\uFFFF";

        assertThat(rest(Event.Message.of(text, null))).isEqualTo("\"content\":\"" + text + "\"}");
    }

    @Test
    void onlyWhatJsonRequiresIsEscaped() {
        assertThat(rest(Event.Message.of("\"\\\n\t\r\b\f\u0001\u001f\u007f", null)))
                .isEqualTo("\"content\":\"\\\"\\\\\\n\\t\\r\\b\\f\\u0001\\u001F\u007f\"}");
    }

    @Test
    void longTextsOfEveryLengthPassUnchanged() {
        for (int length : new int[] {1999, 2000, 3999, 4000, 8000, 16_384}) {
            String text = "x" + "\uD83D\uDE00".repeat(length / 2);

            assertThat(rest(Event.Message.of(text, null))).isEqualTo("\"content\":\"" + text + "\"}");
        }
    }

    private static String json(Event.Body body) {
        Event event = new Event(new ChannelId("c1"), 12, ALICE, Instant.parse("2026-01-02T03:04:05Z"), body);
        return new String(new JsonEventEncoder().encode(event).bytes(), StandardCharsets.UTF_8);
    }

    /** What stands after the fields that all events share. */
    private static String rest(Event.Body body) {
        String json = json(body);
        String last = "\"createdAt\":\"2026-01-02T03:04:05.000Z\",";
        return json.substring(json.indexOf(last) + last.length());
    }
}
