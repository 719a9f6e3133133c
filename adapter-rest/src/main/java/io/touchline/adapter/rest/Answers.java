package io.touchline.adapter.rest;

import io.touchline.core.model.CatchUp;
import io.touchline.core.model.Channel;
import io.touchline.core.model.DeliveryState;
import io.touchline.core.model.LogPage;
import io.touchline.core.model.Page;
import io.touchline.core.model.Participant;
import io.touchline.core.model.Presence;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonGenerator;

/** How what the chat answers is written; fields that are absent are left out. */
final class Answers {
    private Answers() {}

    static <T> Answer page(Page<T> page, BiConsumer<JsonGenerator, T> item) {
        return out -> {
            out.writeStartObject();
            array(out, "items", page.items(), item);
            if (page.next() != null) {
                out.writeStringProperty("next", page.next());
            }
            out.writeEndObject();
        };
    }

    static Answer log(LogPage page) {
        return out -> {
            out.writeStartObject();
            array(out, "items", page.items(), JsonEventEncoder::write);
            out.writeNumberProperty("lastSequence", page.lastSequence());
            out.writeEndObject();
        };
    }

    static void channel(JsonGenerator out, Channel channel) {
        out.writeStartObject();
        out.writeStringProperty("id", channel.id().value());
        if (channel.name() != null) {
            out.writeStringProperty("name", channel.name());
        }
        out.writeStringProperty("createdAt", Answer.time(channel.createdAt()));
        out.writeNumberProperty("firstSequence", channel.firstSequence());
        out.writeNumberProperty("lastSequence", channel.lastSequence());
        out.writeNumberProperty("read", channel.read());
        out.writeNumberProperty("unread", channel.unread());
        out.writeNumberProperty("participantCount", channel.participantCount());
        if (channel.lastMessage() != null) {
            out.writeName("lastMessage");
            JsonEventEncoder.write(out, channel.lastMessage());
        }
        if (channel.mutedUntil() != null) {
            out.writeStringProperty("mutedUntil", Answer.time(channel.mutedUntil()));
        }
        out.writeEndObject();
    }

    static void participant(JsonGenerator out, Participant participant) {
        out.writeStartObject();
        out.writeStringProperty("user", participant.user().value());
        out.writeNumberProperty("delivered", participant.delivered());
        out.writeNumberProperty("read", participant.read());
        out.writeStringProperty("joinedAt", Answer.time(participant.joinedAt()));
        out.writeEndObject();
    }

    static void delivery(JsonGenerator out, DeliveryState delivery) {
        out.writeStartObject();
        out.writeStringProperty("user", delivery.user().value());
        out.writeStringProperty("state", word(delivery.state()));
        if (delivery.reason() != null) {
            out.writeStringProperty("reason", word(delivery.reason()));
        }
        if (delivery.at() != null) {
            out.writeStringProperty("at", Answer.time(delivery.at()));
        }
        out.writeEndObject();
    }

    static Answer presence(List<Presence> users) {
        return out -> {
            out.writeStartObject();
            array(out, "items", users, Answers::presence);
            out.writeEndObject();
        };
    }

    private static void presence(JsonGenerator out, Presence presence) {
        out.writeStartObject();
        out.writeStringProperty("user", presence.user().value());
        out.writeBooleanProperty("online", presence.online());
        if (presence.lastSeen() != null) {
            out.writeStringProperty("lastSeen", Answer.time(presence.lastSeen()));
        }
        out.writeEndObject();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Answer catchUp(CatchUp missed) {
        return out -> {
            out.writeStartObject();
            array(out, "events", missed.events(), JsonEventEncoder::write);
            array(out, "channels", missed.heads(), Answers::head);
            array(out, "left", missed.left(), Answers::left);
            out.writeStringProperty("epoch", missed.epoch());
            out.writeBooleanProperty("more", missed.more());
            out.writeEndObject();
        };
    }

    private static void head(JsonGenerator out, CatchUp.Head head) {
        out.writeStartObject();
        out.writeStringProperty("channel", head.channel().value());
        out.writeNumberProperty("lastSequence", head.lastSequence());
        if (head.reset()) {
            out.writeBooleanProperty("reset", true);
        }
        out.writeEndObject();
    }

    private static void left(JsonGenerator out, CatchUp.Left left) {
        out.writeStartObject();
        out.writeStringProperty("channel", left.channel().value());
        out.writeNumberProperty("sequence", left.sequence());
        out.writeEndObject();
    }

    private static <T> void array(JsonGenerator out, String name, List<T> items, BiConsumer<JsonGenerator, T> item) {
        out.writeArrayPropertyStart(name);
        items.forEach(each -> item.accept(out, each));
        out.writeEndArray();
    }
}
