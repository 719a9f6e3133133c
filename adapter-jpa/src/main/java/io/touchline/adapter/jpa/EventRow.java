package io.touchline.adapter.jpa;

import static io.touchline.adapter.jpa.Statements.flags;
import static io.touchline.adapter.jpa.Statements.numbers;
import static io.touchline.adapter.jpa.Statements.texts;
import static java.util.Objects.requireNonNull;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An event as its table has it. */
record EventRow(
        ChannelId channel,
        long sequence,
        Type type,
        UserId sender,
        Instant createdAt,
        @Nullable String content,
        @Nullable String clientMessageId,
        boolean generated,
        @Nullable Long target,
        @Nullable Long changedBy,
        @Nullable String subject,
        @Nullable String participants,
        @Nullable Long participantCount,
        @Nullable Instant editedAt,
        boolean deleted,
        @Nullable String originalHash,
        @Nullable Long skipTo) {
    /** What a query selects from {@code touchline_event e} to read rows. */
    static final String COLUMNS = "e.channel, e.sequence, e.type, e.sender, e.created_at, e.content,"
            + " e.client_message_id, e.generated, e.target, e.changed_by, e.subject, e.participants, e.participant_count,"
            + " e.edited_at, e.deleted, e.original_hash, e.skip_to";

    /** What an event tells, with the code that the table has for it. */
    enum Type {
        CREATED(1),
        MESSAGE(2),
        EDITED(3),
        DELETED(4),
        JOINED(5),
        LEFT(6),
        RENAMED(7);

        private static final List<Type> ALL = List.of(values());

        final int code;

        Type(int code) {
            this.code = code;
        }

        private static Type of(int code) {
            return ALL.get(code - 1);
        }
    }

    static EventRow read(ResultSet row) throws SQLException {
        return new EventRow(
                new ChannelId(row.getString("channel")),
                row.getLong("sequence"),
                Type.of(row.getInt("type")),
                new UserId(row.getString("sender")),
                Statements.instant(row, "created_at"),
                row.getString("content"),
                row.getString("client_message_id"),
                row.getBoolean("generated"),
                Statements.number(row, "target"),
                Statements.number(row, "changed_by"),
                row.getString("subject"),
                row.getString("participants"),
                Statements.number(row, "participant_count"),
                Statements.optionalInstant(row, "edited_at"),
                row.getBoolean("deleted"),
                row.getString("original_hash"),
                Statements.number(row, "skip_to"));
    }

    static Event readEvent(ResultSet row) throws SQLException {
        return read(row).event();
    }

    /** A new channel's first event. */
    static EventRow created(ChannelId channel, UserId maker, Instant at, @Nullable String name, List<UserId> users) {
        String shown = users.stream()
                .limit(Event.ChannelCreated.SHOWN)
                .map(UserId::value)
                .collect(Collectors.joining(" "));
        return new EventRow(
                channel,
                1,
                Type.CREATED,
                maker,
                at,
                name,
                null,
                false,
                null,
                null,
                null,
                shown,
                (long) users.size(),
                null,
                false,
                null,
                null);
    }

    static EventRow message(
            ChannelId channel, long sequence, UserId sender, Instant at, String content, String id, boolean generated) {
        return new EventRow(
                channel,
                sequence,
                Type.MESSAGE,
                sender,
                at,
                content,
                id,
                generated,
                null,
                null,
                null,
                null,
                null,
                null,
                false,
                null,
                null);
    }

    static EventRow edit(ChannelId channel, long sequence, UserId sender, Instant at, long target, String content) {
        return plain(channel, sequence, Type.EDITED, sender, at, content, target, null);
    }

    static EventRow deletion(ChannelId channel, long sequence, UserId sender, Instant at, long target) {
        return plain(channel, sequence, Type.DELETED, sender, at, null, target, null);
    }

    static EventRow membership(ChannelId channel, long sequence, Type type, UserId sender, Instant at, UserId subject) {
        return plain(channel, sequence, type, sender, at, null, null, subject.value());
    }

    static EventRow renamed(ChannelId channel, long sequence, UserId sender, Instant at, String name) {
        return plain(channel, sequence, Type.RENAMED, sender, at, name, null, null);
    }

    private static EventRow plain(
            ChannelId channel,
            long sequence,
            Type type,
            UserId sender,
            Instant at,
            @Nullable String content,
            @Nullable Long target,
            @Nullable String subject) {
        return new EventRow(
                channel, sequence, type, sender, at, content, null, false, target, null, subject, null, null, null,
                false, null, null);
    }

    /** The message as that edit, or that deletion, has it. */
    EventRow changedBy(EventRow change) {
        boolean deletion = change.type == Type.DELETED;
        String hash = originalHash == null ? Sha256.hex(requireNonNull(content)) : originalHash;
        return changed(change.content, change.sequence, deletion ? null : change.createdAt, deletion, hash, skipTo);
    }

    /** An edit whose place another change has taken. */
    EventRow emptied() {
        return changed(null, changedBy, editedAt, deleted, originalHash, skipTo);
    }

    EventRow skippingTo(@Nullable Long message) {
        return changed(content, changedBy, editedAt, deleted, originalHash, message);
    }

    private EventRow changed(
            @Nullable String nowContent,
            @Nullable Long by,
            @Nullable Instant nowEditedAt,
            boolean nowDeleted,
            @Nullable String hash,
            @Nullable Long skip) {
        return new EventRow(
                channel,
                sequence,
                type,
                sender,
                createdAt,
                nowContent,
                clientMessageId,
                generated,
                target,
                by,
                subject,
                participants,
                participantCount,
                nowEditedAt,
                nowDeleted,
                hash,
                skip);
    }

    static void insert(RoundTrip trip, List<EventRow> rows) {
        trip.update(
                """
                insert into touchline_event (channel, sequence, type, sender, created_at, content, client_message_id,
                    generated, target, subject, participants, participant_count, skip_to)
                select k.channel, k.sequence, k.type, k.sender, cast(k.created_at as timestamp(3) with time zone),
                    k.content, k.client_message_id, k.generated, k.target, k.subject, k.participants,
                    k.participant_count, k.skip_to
                from unnest(cast(? as varchar array), cast(? as bigint array), cast(? as bigint array),
                    cast(? as varchar array), cast(? as varchar array), cast(? as varchar array),
                    cast(? as varchar array), cast(? as boolean array), cast(? as bigint array),
                    cast(? as varchar array), cast(? as varchar array), cast(? as bigint array),
                    cast(? as bigint array))
                    as k(channel, sequence, type, sender, created_at, content, client_message_id, generated, target,
                        subject, participants, participant_count, skip_to)""",
                texts(rows, EventRow::channel),
                numbers(rows, EventRow::sequence),
                numbers(rows, row -> (long) row.type.code),
                texts(rows, EventRow::sender),
                texts(rows, EventRow::createdAt),
                texts(rows, EventRow::content),
                texts(rows, EventRow::clientMessageId),
                flags(rows, EventRow::generated),
                numbers(rows, EventRow::target),
                texts(rows, EventRow::subject),
                texts(rows, EventRow::participants),
                numbers(rows, EventRow::participantCount),
                numbers(rows, EventRow::skipTo));
    }

    /** Writes what changes of an event when it, or what it changed, is changed. */
    static void update(RoundTrip trip, List<EventRow> rows) {
        trip.update(
                """
                merge into touchline_event e
                using (select * from unnest(cast(? as varchar array), cast(? as bigint array), cast(? as varchar array),
                    cast(? as bigint array), cast(? as varchar array), cast(? as boolean array),
                    cast(? as varchar array))
                    as k(channel, sequence, content, changed_by, edited_at, deleted, original_hash)) as k
                on e.channel = k.channel and e.sequence = k.sequence
                when matched then update set content = k.content, changed_by = k.changed_by,
                    edited_at = cast(k.edited_at as timestamp(3) with time zone), deleted = k.deleted,
                    original_hash = k.original_hash""",
                texts(rows, EventRow::channel),
                numbers(rows, EventRow::sequence),
                texts(rows, EventRow::content),
                numbers(rows, EventRow::changedBy),
                texts(rows, EventRow::editedAt),
                flags(rows, EventRow::deleted),
                texts(rows, EventRow::originalHash));
    }

    /** The event as it now reads. */
    Event event() {
        return new Event(channel, sequence, sender, createdAt, body());
    }

    /** The message as it was sent, if this is what it said. */
    Event event(String originalContent) {
        return new Event(channel, sequence, sender, createdAt, Event.Message.of(originalContent, shownId()));
    }

    boolean isMessage() {
        return type == Type.MESSAGE;
    }

    /** Whether the message said that when it was sent. */
    boolean originallySaid(String text) {
        return originalHash == null ? text.equals(content) : originalHash.equals(Sha256.hex(text));
    }

    private Event.Body body() {
        return switch (type) {
            case CREATED ->
                new Event.ChannelCreated(content, users(), Math.toIntExact(requireNonNull(participantCount)));
            case MESSAGE -> new Event.Message(content, shownId(), editedAt, deleted);
            case EDITED -> new Event.MessageEdited(requireNonNull(target), content);
            case DELETED -> new Event.MessageDeleted(requireNonNull(target));
            case JOINED -> new Event.ParticipantJoined(new UserId(requireNonNull(subject)));
            case LEFT -> new Event.ParticipantLeft(new UserId(requireNonNull(subject)));
            case RENAMED -> new Event.ChannelRenamed(requireNonNull(content));
        };
    }

    private List<UserId> users() {
        return Arrays.stream(requireNonNull(participants).split(" ", -1))
                .map(UserId::new)
                .toList();
    }

    private @Nullable String shownId() {
        return generated ? null : clientMessageId;
    }
}
