package io.touchline.bootstrap.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An event as somebody got it, by REST or by a frame.
 *
 * @param createdAt as it came
 * @param user who joined or left, null in other events
 * @param content of a message, or the name of the channel
 * @param participants of a channel that was made, empty in other events
 * @param altered whether it is a message that was edited or deleted since, which reads otherwise from then on
 */
public record Event(
        String channel,
        long sequence,
        String type,
        String sender,
        String createdAt,
        @Nullable String user,
        @Nullable String content,
        @Nullable String clientMessageId,
        List<String> participants,
        boolean altered) {
    static final String CREATED = "channel.created";
    static final String MESSAGE = "message";
    static final String JOINED = "participant.joined";
    static final String LEFT = "participant.left";

    public Event {
        participants = List.copyOf(participants);
    }

    /** From the object that REST and frames show. */
    public static Event of(JsonNode json) {
        return new Event(
                json.get("channel").asString(),
                json.get("sequence").asLong(),
                json.get("type").asString(),
                json.get("sender").asString(),
                json.get("createdAt").asString(),
                text(json, "user"),
                text(json, json.has("content") ? "content" : "name"),
                text(json, "clientMessageId"),
                texts(json.path("participants")),
                json.path("edited").asBoolean(false) || json.path("deleted").asBoolean(false));
    }

    /** From an array of them. */
    static List<Event> all(JsonNode array) {
        List<Event> events = new ArrayList<>();
        array.forEach(json -> events.add(of(json)));
        return events;
    }

    private static @Nullable String text(JsonNode json, String name) {
        return json.has(name) ? json.get(name).asString() : null;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asString()));
        return texts;
    }

    boolean sameAs(Event other) {
        return altered || other.altered ? withoutContent().equals(other.withoutContent()) : equals(other);
    }

    private Event withoutContent() {
        return new Event(channel, sequence, type, sender, createdAt, user, null, clientMessageId, participants, true);
    }

    boolean isMessage() {
        return type.equals(MESSAGE);
    }

    /** Whether it tells that this user takes part from here on; making a channel takes its first users in. */
    boolean begins(String who) {
        return type.equals(JOINED) && who.equals(user) || type.equals(CREATED) && participants.contains(who);
    }

    @Override
    public String toString() {
        return channel + " " + sequence + " (" + type + " of " + sender + ")";
    }
}
