package io.touchline.adapter.rest;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.Marks;
import io.touchline.core.model.UserId;
import io.touchline.core.port.EventEncoder;
import io.touchline.core.port.Frame;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/**
 * Writes an event as the JSON object that both REST answers and WebSocket frames show, so that the two are the same
 * byte for byte. Absent fields are left out, text passes unchanged, times have milliseconds.
 */
public final class JsonEventEncoder implements EventEncoder {
    @Override
    public Frame encode(Event event) {
        Answer answer = out -> write(out, event);
        return new Frame(answer.bytes());
    }

    @Override
    public Frame encode(ChannelId channel, List<Marks> marks) {
        Answer answer = out -> {
            out.writeStartObject();
            out.writeStringProperty("type", "marks");
            out.writeStringProperty("channel", channel.value());
            out.writeArrayPropertyStart("marks");
            marks.forEach(mark -> write(out, mark));
            out.writeEndArray();
            out.writeEndObject();
        };
        return new Frame(answer.bytes());
    }

    @Override
    public Frame encodeTyping(ChannelId channel, UserId user) {
        Answer answer = out -> {
            out.writeStartObject();
            out.writeStringProperty("type", "typing");
            out.writeStringProperty("channel", channel.value());
            out.writeStringProperty("user", user.value());
            out.writeEndObject();
        };
        return new Frame(answer.bytes());
    }

    private static void write(JsonGenerator out, Marks marks) {
        out.writeStartObject();
        out.writeStringProperty("user", marks.user().value());
        out.writeNumberProperty("delivered", marks.delivered());
        out.writeNumberProperty("read", marks.read());
        out.writeEndObject();
    }

    static void write(JsonGenerator out, Event event) {
        Event.Body body = event.body();
        if (body instanceof Event.Message message) {
            begin(out, "message", event);
            write(out, message);
        } else if (body instanceof Event.ChannelCreated created) {
            begin(out, "channel.created", event);
            write(out, created);
        } else if (body instanceof Event.ChannelRenamed renamed) {
            begin(out, "channel.renamed", event);
            out.writeStringProperty("name", renamed.name());
        } else if (body instanceof Event.ParticipantJoined joined) {
            begin(out, "participant.joined", event);
            out.writeStringProperty("user", joined.user().value());
        } else if (body instanceof Event.ParticipantLeft left) {
            begin(out, "participant.left", event);
            out.writeStringProperty("user", left.user().value());
        } else if (body instanceof Event.MessageEdited edited) {
            begin(out, "message.edited", event);
            write(out, edited);
        } else if (body instanceof Event.MessageDeleted deleted) {
            begin(out, "message.deleted", event);
            out.writeNumberProperty("target", deleted.target());
        } else {
            throw new IllegalArgumentException("no way to write " + body.getClass());
        }
        out.writeEndObject();
    }

    private static void begin(JsonGenerator out, String type, Event event) {
        out.writeStartObject();
        out.writeStringProperty("type", type);
        out.writeStringProperty("channel", event.channel().value());
        out.writeNumberProperty("sequence", event.sequence());
        out.writeStringProperty("sender", event.sender().value());
        out.writeStringProperty("createdAt", Answer.time(event.createdAt()));
    }

    private static void write(JsonGenerator out, Event.Message message) {
        if (message.content() != null) {
            out.writeStringProperty("content", message.content());
        }
        if (message.clientMessageId() != null) {
            out.writeStringProperty("clientMessageId", message.clientMessageId());
        }
        if (message.editedAt() != null) {
            out.writeBooleanProperty("edited", true);
            out.writeStringProperty("editedAt", Answer.time(message.editedAt()));
        }
        if (message.deleted()) {
            out.writeBooleanProperty("deleted", true);
        }
    }

    private static void write(JsonGenerator out, Event.ChannelCreated created) {
        if (created.name() != null) {
            out.writeStringProperty("name", created.name());
        }
        out.writeArrayPropertyStart("participants");
        for (UserId user : created.participants()) {
            out.writeString(user.value());
        }
        out.writeEndArray();
        out.writeNumberProperty("participantCount", created.participantCount());
    }

    private static void write(JsonGenerator out, Event.MessageEdited edited) {
        out.writeNumberProperty("target", edited.target());
        if (edited.content() != null) {
            out.writeStringProperty("content", edited.content());
        }
    }
}
