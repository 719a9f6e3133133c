package io.touchline.adapter.jpa;

import static io.touchline.adapter.jpa.Statements.numbers;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Channels as their participants see them: two statements a page, however long it is, or three.
 *
 * <p>Unread are counted twice. First plainly, among the newest events alone, which is all there is to it for nearly
 * everybody. Where the mark lies before them and the cap is not reached, what a user wrote himself is skipped (see the
 * column {@code skip_to}), so that it makes no difference how much that is.
 */
final class JpaChannelDirectory implements ChannelDirectory {
    /** Among how many of the newest events unread are counted plainly. */
    private static final int LOOK = 500;

    /** How many steps all walks of a statement make together: some tenths of a second's work. */
    private static final int STEPS = 30_000;

    /** So few walk in one statement that each comes to the cap, however many own messages it skips on the way. */
    private static final int CHANNELS_A_WALK = 100;

    /** Each in all channels that he is in. */
    private static final int USERS_A_WALK = 10;

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
     * there is an event at that place, there is no need to see how many follow. For the order see {@link
     * Reader#NEWEST_MESSAGES}.
     */
    private static final String DETAILS = """
            select s.id, s.created_at, s.last_activity_at, s.first_sequence, s.last_sequence, m.read_to,
                case when m.muted_until > current_timestamp then m.muted_until end as muted_until,
                case when s.present then s.name else (
                    select e.content from touchline_event e
                    where e.channel = s.id and e.sequence <= s.last_sequence and e.type in (%1$d, %2$d)
                    order by e.channel desc, e.sequence desc fetch first 1 row only) end as name,
                (select count(*) from touchline_participant p
                    where p.channel = s.id and p.first_sequence <= s.last_sequence
                        and (p.last_sequence is null or p.last_sequence > s.last_sequence)) as participants,
                (select e.sequence from touchline_event e where %3$s
                    order by e.channel desc, e.sequence desc fetch first 1 row only) as last_message,
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
                    "e.sequence > greatest(m.read_to, s.last_sequence - " + LOOK
                            + ") and e.sender <> m.user_id and not e.deleted",
                    Channel.UNREAD_CAP - 1,
                    Channel.UNREAD_CAP);

    static final String ONE = DETAILS.formatted(SEATS + " and p.channel = ?" + BY_CHANNEL);

    private static final String LIST = DETAILS.formatted("select * from (" + SEATS + " and p.channel in ("
            + "select channel from touchline_participant where user_id = ? and last_sequence is null)" + BY_CHANNEL
            + ") l where l.last_activity_at < ? or (l.last_activity_at = ? and l.id > ?)"
            + " order by l.last_activity_at desc, l.id fetch first ? rows only");

    /** Where a user is now: his channels, how far he has read each, and all of his periods there. */
    private static final String PERIODS = """
            touchline_participant o
                join touchline_channel c on c.id = o.channel
                join touchline_marks m on m.channel = o.channel and m.user_id = o.user_id
                join touchline_participant p on p.channel = o.channel and p.user_id = o.user_id""";

    /**
     * Counts for each user by himself, and stops at the cap, whatever is in how many channels; tells also whether there
     * is more to look at. Where to begin in a channel is a query of its own, and the channel an expression: PostgreSQL
     * thinks that a hundred are soon found, and would else go through a channel, or all of them, from the first event on.
     */
    static final String UNREAD = """
            select k.user_id,
                cardinality(array(select e.sequence from %1$s
                    join touchline_event e on e.channel = p.channel || ''
                        and e.sequence > (select greatest(r.read_to, p.first_sequence - 1,
                                coalesce(p.last_sequence, c.last_sequence) - %2$d)
                            from touchline_marks r where r.channel = p.channel and r.user_id = p.user_id)
                        and e.sequence <= coalesce(p.last_sequence, c.last_sequence)
                    where o.user_id = k.user_id and o.last_sequence is null and m.read_to < c.last_sequence
                        and e.type = %3$d and e.sender <> k.user_id and not e.deleted
                    fetch first %4$d rows only)) as unread,
                exists (select 1 from %1$s
                    where o.user_id = k.user_id and o.last_sequence is null and m.read_to < c.last_sequence - %2$d
                        and greatest(m.read_to, p.first_sequence - 1)
                            < coalesce(p.last_sequence, c.last_sequence) - %2$d) as more
            from unnest(cast(? as varchar array)) as k(user_id)""".formatted(PERIODS, LOOK, EventRow.Type.MESSAGE.code, Channel.UNREAD_CAP);

    /**
     * Counts backwards from the end of each period to the mark or to the cap, in steps: next after somebody else's message
     * is the event before it, after any other event what that skips to; what is deleted is passed over on the way. All go
     * side by side, so that where the number of steps ends them, only the longest have not come to their own end.
     */
    private static final String WALKS = """
            with recursive walk (channel, user_id, mark, sequence, unread) as (
                select p.channel, p.user_id, greatest(k.read_to, p.first_sequence - 1),
                    least(coalesce(p.last_sequence, k.last_sequence), k.last_sequence), 0
                from (%%s) k join touchline_participant p on p.channel = k.channel and p.user_id = k.user_id
                    and coalesce(p.last_sequence, k.last_sequence) > k.read_to
                union all
                select w.channel, w.user_id, w.mark,
                    case when %1$s then e.sequence - 1 else e.skip_to end,
                    w.unread + case when %1$s then 1 else 0 end
                from walk w join touchline_event e on e.channel = w.channel and e.sequence = (
                    select d.sequence from touchline_event d
                    where d.channel = w.channel and d.sequence <= w.sequence and d.sequence > w.mark and not d.deleted
                    order by d.channel desc, d.sequence desc fetch first 1 row only)
                where w.unread < %2$d)
            select w.channel, w.user_id, max(w.unread) as unread
            from (select * from walk fetch first %3$d rows only) w
            group by w.channel, w.user_id, w.mark""".formatted(
                    "e.type = " + EventRow.Type.MESSAGE.code + " and e.sender <> w.user_id", Channel.UNREAD_CAP, STEPS);

    static final String CHANNEL_WALKS = WALKS.formatted("""
            select k.channel, cast(? as varchar) as user_id, k.read_to, k.last_sequence
            from unnest(cast(? as varchar array), cast(? as bigint array), cast(? as bigint array))
                as k(channel, read_to, last_sequence)""");

    static final String USER_WALKS = WALKS.formatted("""
            select o.channel, o.user_id, m.read_to, c.last_sequence
            from unnest(cast(? as varchar array)) as u(user_id)
                join touchline_participant o on o.user_id = u.user_id and o.last_sequence is null
                join touchline_marks m on m.channel = o.channel and m.user_id = o.user_id
                join touchline_channel c on c.id = o.channel and c.last_sequence > m.read_to""");

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

    /** A channel but for its last message, of which only the sequence is known yet, and maybe for what is unread. */
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

        private boolean mayHaveMoreUnread() {
            return channel.unread() < Channel.UNREAD_CAP
                    && Math.max(channel.read(), channel.firstSequence() - 1) < channel.lastSequence() - LOOK;
        }

        private Channel with(@Nullable Event message, int unread) {
            return new Channel(
                    channel.id(),
                    channel.name(),
                    channel.createdAt(),
                    channel.firstSequence(),
                    channel.lastSequence(),
                    channel.read(),
                    unread,
                    channel.participantCount(),
                    message,
                    channel.mutedUntil());
        }
    }

    /** What was counted of one period. */
    private record Unread(ChannelId channel, UserId user, int unread) {
        private static Unread read(ResultSet row) throws SQLException {
            return new Unread(
                    new ChannelId(row.getString("channel")),
                    new UserId(row.getString("user_id")),
                    row.getInt("unread"));
        }
    }

    @Override
    public Optional<Channel> channel(UserId reader, ChannelId channel) {
        return transactions.call(statements -> {
            List<Seen> seen = statements.query(ONE, Seen::read, reader.value(), channel.value(), reader.value());
            return whole(statements, seen, reader).stream().findFirst();
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
            return new Page<>(whole(statements, page, user), next);
        });
    }

    private static String cursorAfter(Seen last) {
        return Cursor.of(
                new Cursor.Activity(last.lastActivityAt, last.channel.id().value()));
    }

    private static List<Channel> whole(Statements statements, List<Seen> seen, UserId reader) throws SQLException {
        Map<ChannelId, Integer> unread = recounted(
                statements, seen.stream().filter(Seen::mayHaveMoreUnread).toList(), reader);
        List<Reader.Range> newest = seen.stream()
                .filter(one -> one.lastMessage != null)
                .map(one -> Reader.only(one.channel.id(), Objects.requireNonNull(one.lastMessage)))
                .toList();
        Map<ChannelId, Event> messages =
                new Reader(statements).events(newest).stream().collect(toMap(Event::channel, Function.identity()));
        return seen.stream()
                .map(one -> one.with(
                        messages.get(one.channel.id()),
                        Math.max(one.channel.unread(), unread.getOrDefault(one.channel.id(), 0))))
                .toList();
    }

    /** As of the marks and ends that were seen: what is told of a channel belongs together. */
    private static Map<ChannelId, Integer> recounted(Statements statements, List<Seen> seen, UserId reader)
            throws SQLException {
        Map<ChannelId, Integer> found = new HashMap<>();
        for (List<Seen> some : parts(seen, CHANNELS_A_WALK)) {
            statements
                    .query(
                            CHANNEL_WALKS,
                            Unread::read,
                            reader.value(),
                            texts(some, one -> one.channel.id()),
                            numbers(some, one -> one.channel.read()),
                            numbers(some, one -> one.channel.lastSequence()))
                    .forEach(walk -> found.merge(walk.channel, walk.unread, JpaChannelDirectory::capped));
        }
        return found;
    }

    private static <T> List<List<T>> parts(List<T> all, int size) {
        return IntStream.iterate(0, from -> from < all.size(), from -> from + size)
                .mapToObj(from -> all.subList(from, Math.min(from + size, all.size())))
                .toList();
    }

    private static int capped(int one, int other) {
        return Math.min(one + other, Channel.UNREAD_CAP);
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
        record Total(UserId user, int unread, boolean more) {}
        return transactions.call(statements -> {
            Map<UserId, Integer> found = new HashMap<>();
            Map<UserId, Integer> walked = new HashMap<>();
            List<UserId> uncounted = new ArrayList<>();
            List<Total> totals = statements.query(
                    UNREAD,
                    row -> new Total(
                            new UserId(row.getString("user_id")), row.getInt("unread"), row.getBoolean("more")),
                    (Object) texts(Set.copyOf(users), Function.identity()));
            for (Total total : totals) {
                found.put(total.user, total.unread);
                if (total.more && total.unread < Channel.UNREAD_CAP) {
                    uncounted.add(total.user);
                }
            }
            for (List<UserId> some : parts(uncounted, USERS_A_WALK)) {
                statements
                        .query(USER_WALKS, Unread::read, (Object) texts(some, Function.identity()))
                        .forEach(walk -> walked.merge(walk.user, walk.unread, JpaChannelDirectory::capped));
            }
            walked.forEach((user, unread) -> found.merge(user, unread, Math::max));
            found.values().removeIf(unread -> unread == 0);
            return found;
        });
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
