package io.touchline.adapter.jpa;

import static io.touchline.adapter.jpa.Statements.texts;
import static java.util.stream.Collectors.toMap;

import io.touchline.core.model.Channel;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.DeliveryState;
import io.touchline.core.model.Event;
import io.touchline.core.model.Page;
import io.touchline.core.model.Participant;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChannelDirectory;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Channels as their participants see them: two statements a page, however long it is. */
final class JpaChannelDirectory implements ChannelDirectory {
    /** All channels of a user, open or left: one row each, from his first period to the end of his latest. */
    private static final String SEATS = """
            select c.id, c.name, c.created_at, c.last_activity_at, min(p.first_sequence) as first_sequence,
                max(coalesce(p.last_sequence, c.last_sequence)) as last_sequence,
                count(*) > count(p.last_sequence) as present
            from touchline_participant p join touchline_channel c on c.id = p.channel
            where p.user_id = ?""";

    private static final String BY_CHANNEL = " group by c.id, c.name, c.created_at, c.last_activity_at";

    /**
     * What there is to tell of each. The name of who left is the one of that time. Unread stops counting at its cap: if
     * there is an event at that place, there is no need to see how many follow. It also stops looking, or whoever sent
     * most of a channel himself and has not read would have all of that gone through.
     */
    private static final String DETAILS = """
            select s.id, s.created_at, s.last_activity_at, s.first_sequence, s.last_sequence, m.read_to,
                case when m.muted_until > current_timestamp then m.muted_until end as muted_until,
                case when s.present then s.name else (
                    select e.content from touchline_event e
                    where e.channel = s.id and e.sequence <= s.last_sequence and e.type in (%1$d, %2$d)
                    order by e.sequence desc fetch first 1 row only) end as name,
                (select count(*) from touchline_participant p
                    where p.channel = s.id and p.first_sequence <= s.last_sequence
                        and (p.last_sequence is null or p.last_sequence > s.last_sequence)) as participants,
                (select e.sequence from touchline_event e where %3$s
                    order by e.sequence desc fetch first 1 row only) as last_message,
                case when (select e.sequence from touchline_event e where %3$s and %4$s
                        order by e.sequence offset %5$d rows fetch next 1 row only) is not null then %6$d
                    else (select count(*) from touchline_event e where %3$s and %4$s) end as unread
            from (%%s) s join touchline_marks m on m.channel = s.id and m.user_id = ?
            order by s.last_activity_at desc, s.id""".formatted(
                    EventRow.Type.CREATED.code,
                    EventRow.Type.RENAMED.code,
                    """
                            e.channel = s.id and e.sequence >= s.first_sequence and e.sequence <= s.last_sequence
                            and e.type = %s and exists (select 1 from touchline_participant p
                                where p.channel = e.channel and p.user_id = m.user_id
                                    and p.first_sequence <= e.sequence
                                    and (p.last_sequence is null or p.last_sequence >= e.sequence))""".formatted(EventRow.Type.MESSAGE.code),
                    "e.sequence > greatest(m.read_to, s.last_sequence - " + Channel.UNREAD_LOOK
                            + ") and e.sender <> m.user_id and not e.deleted",
                    Channel.UNREAD_CAP - 1,
                    Channel.UNREAD_CAP);

    static final String ONE = DETAILS.formatted(SEATS + " and p.channel = ?" + BY_CHANNEL);

    private static final String LIST = DETAILS.formatted("select * from (" + SEATS + " and p.channel in ("
            + "select channel from touchline_participant where user_id = ? and last_sequence is null)" + BY_CHANNEL
            + ") l where l.last_activity_at < ? or (l.last_activity_at = ? and l.id > ?)"
            + " order by l.last_activity_at desc, l.id fetch first ? rows only");

    /** Counts for each user by himself, and stops at the cap, whatever is in how many channels. */
    static final String UNREAD = """
            select k.user_id,
                case when (select e.sequence from %1$s offset %2$d rows fetch next 1 row only) is not null then %3$d
                    else (select count(*) from %1$s) end as unread
            from unnest(cast(? as varchar array)) as k(user_id)""".formatted(
            """
                    touchline_participant o
                        join touchline_channel c on c.id = o.channel
                        join touchline_marks m on m.channel = o.channel and m.user_id = o.user_id
                        join touchline_participant p on p.channel = o.channel and p.user_id = o.user_id
                        join touchline_event e on e.channel = o.channel
                            and e.sequence > greatest(m.read_to, p.first_sequence - 1, c.last_sequence - %d)
                            and e.sequence <= coalesce(p.last_sequence, c.last_sequence)
                        where o.user_id = k.user_id and o.last_sequence is null and m.read_to < c.last_sequence
                            and e.type = %d and e.sender <> k.user_id and not e.deleted""".formatted(Channel.UNREAD_LOOK, EventRow.Type.MESSAGE.code), Channel.UNREAD_CAP - 1, Channel.UNREAD_CAP);

    static final String DELIVERIES = """
            select p.user_id, m.delivered_to, m.read_to, m.ended_to, m.end_reason, m.ended_at
            from touchline_participant p
            join touchline_marks m on m.channel = p.channel and m.user_id = p.user_id
            where p.channel = ? and p.user_id > ? and p.user_id <> ? and p.first_sequence <= ?
                and (p.last_sequence is null or p.last_sequence >= ?)
            order by p.user_id fetch first ? rows only""";

    private final Transactions transactions;

    JpaChannelDirectory(Transactions transactions) {
        this.transactions = transactions;
    }

    /** A channel but for its last message, of which only the sequence is known yet. */
    private record Seen(
            Channel channel,
            Instant lastActivityAt,
            @Nullable Long lastMessage) {
        private static Seen read(ResultSet row) throws SQLException {
            return new Seen(
                    new Channel(
                            new ChannelId(row.getString("id")),
                            row.getString("name"),
                            Statements.instant(row, "created_at"),
                            row.getLong("first_sequence"),
                            row.getLong("last_sequence"),
                            row.getLong("read_to"),
                            row.getInt("unread"),
                            row.getInt("participants"),
                            null,
                            Statements.optionalInstant(row, "muted_until")),
                    Statements.instant(row, "last_activity_at"),
                    Statements.number(row, "last_message"));
        }

        private Channel with(@Nullable Event message) {
            return new Channel(
                    channel.id(),
                    channel.name(),
                    channel.createdAt(),
                    channel.firstSequence(),
                    channel.lastSequence(),
                    channel.read(),
                    channel.unread(),
                    channel.participantCount(),
                    message,
                    channel.mutedUntil());
        }
    }

    @Override
    public Optional<Channel> channel(UserId reader, ChannelId channel) {
        return transactions.call(statements -> {
            List<Seen> seen = statements.query(ONE, Seen::read, reader.value(), channel.value(), reader.value());
            return withMessages(statements, seen).stream().findFirst();
        });
    }

    @Override
    public Page<Channel> channels(UserId user, @Nullable String cursor, int limit) {
        Cursor.Activity from = cursor == null ? Cursor.Activity.LATEST : Cursor.activity(cursor);
        return transactions.call(statements -> {
            List<Seen> seen = statements.query(
                    LIST,
                    Seen::read,
                    user.value(),
                    user.value(),
                    from.at(),
                    from.at(),
                    from.channel(),
                    limit + 1,
                    user.value());
            List<Seen> page = seen.subList(0, Math.min(limit, seen.size()));
            String next = seen.size() > limit ? cursorAfter(page.get(limit - 1)) : null;
            return new Page<>(withMessages(statements, page), next);
        });
    }

    private static String cursorAfter(Seen last) {
        return Cursor.of(
                new Cursor.Activity(last.lastActivityAt, last.channel.id().value()));
    }

    private static List<Channel> withMessages(Statements statements, List<Seen> seen) throws SQLException {
        List<Reader.Range> newest = seen.stream()
                .filter(one -> one.lastMessage != null)
                .map(one -> Reader.only(one.channel.id(), Objects.requireNonNull(one.lastMessage)))
                .toList();
        Map<ChannelId, Event> messages =
                new Reader(statements).events(newest).stream().collect(toMap(Event::channel, Function.identity()));
        return seen.stream()
                .map(one -> one.with(messages.get(one.channel.id())))
                .toList();
    }

    @Override
    public Optional<Page<Participant>> participants(
            ChannelId channel, UserId reader, @Nullable String cursor, int limit) {
        String after = cursor == null ? "" : Cursor.user(cursor).value();
        return transactions.call(statements -> {
            if (!isIn(statements, channel, reader)) {
                return Optional.empty();
            }
            List<Participant> found = statements.query(
                    """
                    select p.user_id, m.delivered_to, m.read_to, p.joined_at
                    from touchline_participant p
                    join touchline_marks m on m.channel = p.channel and m.user_id = p.user_id
                    where p.channel = ? and p.last_sequence is null and p.user_id > ?
                    order by p.user_id fetch first ? rows only""",
                    row -> new Participant(
                            new UserId(row.getString("user_id")),
                            row.getLong("delivered_to"),
                            row.getLong("read_to"),
                            Statements.instant(row, "joined_at")),
                    channel.value(),
                    after,
                    limit + 1);
            return Optional.of(page(found, limit, Participant::user));
        });
    }

    @Override
    public Optional<Page<DeliveryState>> deliveries(
            ChannelId channel, long sequence, UserId reader, @Nullable String cursor, int limit) {
        String after = cursor == null ? "" : Cursor.user(cursor).value();
        return transactions.call(statements -> {
            Optional<String> sender = senderOf(statements, channel, sequence, reader);
            if (sender.isEmpty()) {
                return Optional.empty();
            }
            List<DeliveryState> found = statements.query(
                    DELIVERIES,
                    row -> MarkRows.progress(row).of(sequence),
                    channel.value(),
                    after,
                    sender.get(),
                    sequence,
                    sequence,
                    limit + 1);
            return Optional.of(page(found, limit, DeliveryState::user));
        });
    }

    @Override
    public Map<UserId, Integer> unread(Collection<UserId> users) {
        record Total(UserId user, int unread) {}
        return transactions
                .call(statements -> statements.query(
                        UNREAD, row -> new Total(new UserId(row.getString("user_id")), row.getInt("unread")), (Object)
                                texts(Set.copyOf(users), Function.identity())))
                .stream()
                .filter(total -> total.unread > 0)
                .collect(toMap(Total::user, Total::unread));
    }

    @Override
    public boolean mute(UserId user, ChannelId channel, @Nullable Instant until) {
        return transactions.call(statements -> statements.update(
                        """
                        update touchline_marks set muted_until = cast(? as timestamp(3) with time zone)
                        where channel = ? and user_id = ? and exists (select 1 from touchline_participant p
                            where p.channel = ? and p.user_id = ? and p.last_sequence is null)""",
                        until == null ? null : until.toString(),
                        channel.value(),
                        user.value(),
                        channel.value(),
                        user.value()))
                > 0;
    }

    /** Whose message it is, if it is one that the reader may read. */
    private static Optional<String> senderOf(Statements statements, ChannelId channel, long sequence, UserId reader)
            throws SQLException {
        return statements
                .query(
                        """
                        select e.sender from touchline_event e
                        join touchline_participant p on p.channel = e.channel and p.first_sequence <= e.sequence
                            and (p.last_sequence is null or p.last_sequence >= e.sequence)
                        where e.channel = ? and e.sequence = ? and e.type = ? and p.user_id = ?""",
                        row -> row.getString("sender"),
                        channel.value(),
                        sequence,
                        EventRow.Type.MESSAGE.code,
                        reader.value())
                .stream()
                .findFirst();
    }

    /** A page out of one row more than that, if there are more. */
    private static <T> Page<T> page(List<T> found, int limit, Function<T, UserId> user) {
        List<T> items = found.subList(0, Math.min(limit, found.size()));
        return new Page<>(items, found.size() > limit ? Cursor.of(user.apply(items.get(limit - 1))) : null);
    }

    private static boolean isIn(Statements statements, ChannelId channel, UserId user) throws SQLException {
        return !statements
                .query(
                        "select 1 from touchline_participant"
                                + " where channel = ? and user_id = ? and last_sequence is null",
                        row -> true,
                        channel.value(),
                        user.value())
                .isEmpty();
    }
}
