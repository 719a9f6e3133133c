package io.touchline.adapter.jpa;

import static io.touchline.adapter.jpa.Statements.numbers;
import static io.touchline.adapter.jpa.Statements.texts;
import static java.util.Objects.requireNonNull;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult;
import io.touchline.core.port.AppendResult.Busy;
import io.touchline.core.port.Draft;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One transaction that appends a batch: locks its channels, looks up what the drafts depend on, takes them in order, and
 * writes what came of it, each step in one statement for the whole batch; a batch of messages is two round trips and the
 * commit. What it looks up it looks up after it has the locks, in later statements: one that waited for a lock does not
 * see what the holder stored.
 */
final class Append {
    private record Occupied(Seat seat, boolean present) {}

    /** A message that a sender wants to change. */
    private record Target(ChannelId channel, UserId sender, long sequence) {}

    private final Statements statements;
    private final JpaSettings settings;
    private final List<? extends Draft> drafts;

    /** In the order of their ids, in which all locks are taken and all rows made. */
    private final Map<ChannelId, OpenChannel> channels = new TreeMap<>();

    private final Set<String> held = new HashSet<>();

    Append(Statements statements, JpaSettings settings, List<? extends Draft> drafts) {
        this.statements = statements;
        this.settings = settings;
        this.drafts = drafts;
    }

    List<AppendResult> run(Duration lockWait) throws SQLException {
        lock(lockWait);
        findHeld();
        findFirsts();
        findTargets();
        findUsers();
        List<AppendResult> results = new ArrayList<>();
        for (Draft draft : drafts) {
            OpenChannel channel = channels.get(draft.channel());
            results.add(channel == null ? new Busy() : channel.take(draft));
        }
        List<OpenChannel> grown =
                channels.values().stream().filter(OpenChannel::hasGrown).toList();
        if (!grown.isEmpty()) {
            write(grown);
        }
        return results;
    }

    private void write(List<OpenChannel> grown) throws SQLException {
        RoundTrip trip = new RoundTrip(statements);
        new ChannelWrites(trip, settings).add(grown);
        trip.run();
    }

    /** Locks the channels, and looks up in the same round trip what messages depend on. */
    private void lock(Duration lockWait) throws SQLException {
        Set<ChannelId> ids = new TreeSet<>();
        drafts.forEach(draft -> ids.add(draft.channel()));
        RoundTrip trip = new RoundTrip(statements);
        addLocking(ids, lockWait, trip);
        List<Need> needs = new ArrayList<>();
        addWhatSendsNeed(trip, needs);
        try {
            trip.run();
        } catch (SQLException e) {
            if (Failure.of(e) == Failure.CONTENTION) {
                throw new HeldException(e);
            }
            throw e;
        }
        ids.removeAll(channels.keySet());
        ids.forEach(id -> held.add(id.value()));
        needs.stream().filter(need -> isStored(need.channel)).forEach(need -> need.tell(open(need.channel)));
    }

    private void addLocking(Set<ChannelId> ids, Duration lockWait, RoundTrip trip) throws SQLException {
        String forUpdate = " for update skip locked";
        if (lockWait.toMillis() > 0) {
            forUpdate = statements.dialect().forUpdateWithin(lockWait);
            statements.dialect().awaitLocks(statements, lockWait);
        }
        trip.query(
                "select id, name, last_sequence, members_version, last_message, last_sender, last_skip_to"
                        + " from touchline_channel where id = any(cast(? as varchar array)) order by id" + forUpdate,
                row -> new OpenChannel(
                        new ChannelId(row.getString("id")),
                        row.getString("name"),
                        row.getLong("last_sequence"),
                        row.getLong("members_version"),
                        latest(row)),
                channel -> channels.put(channel.id(), channel),
                (Object) texts(ids, Function.identity()));
    }

    private static OpenChannel.@Nullable Latest latest(ResultSet row) throws SQLException {
        Long sequence = Statements.number(row, "last_message");
        return sequence == null
                ? null
                : new OpenChannel.Latest(
                        sequence, new UserId(row.getString("last_sender")), Statements.number(row, "last_skip_to"));
    }

    /** What was not locked is held by another transaction, or does not exist. */
    private void findHeld() throws SQLException {
        if (held.isEmpty()) {
            return;
        }
        List<String> missing = List.copyOf(held);
        held.clear();
        held.addAll(statements.query(
                "select id from touchline_channel where id = any(cast(? as varchar array))",
                row -> row.getString("id"),
                (Object) texts(missing, Function.identity())));
        missing.stream()
                .filter(id -> !held.contains(id))
                .map(ChannelId::new)
                .forEach(id -> channels.put(id, OpenChannel.absent(id)));
    }

    /** How the channels were made that are to be made again. */
    private void findFirsts() throws SQLException {
        Set<ChannelId> ids = new HashSet<>();
        drafts.stream()
                .filter(Draft.Create.class::isInstance)
                .map(Draft::channel)
                .forEach(ids::add);
        ids.removeIf(id -> !isStored(id));
        if (ids.isEmpty()) {
            return;
        }
        Object names = texts(ids, Function.identity());
        statements
                .query(
                        "select " + EventRow.COLUMNS + " from touchline_event e"
                                + " where e.channel = any(cast(? as varchar array)) and e.sequence = 1",
                        EventRow::read,
                        names)
                .forEach(event -> open(event.channel()).knowFirst(event));
        statements
                .query(
                        "select channel, user_id from touchline_participant"
                                + " where channel = any(cast(? as varchar array)) and first_sequence = 1",
                        Seat::read,
                        names)
                .forEach(seat -> open(seat.channel()).knowFounder(seat.user()));
    }

    /**
     * All that messages depend on, which is what nearly all drafts are. The channel is compared as an expression, so that
     * the primary key is of no use here: see the migration.
     */
    private void addWhatSendsNeed(RoundTrip trip, List<Need> needs) {
        List<Draft.Send> sends = drafts.stream()
                .filter(Draft.Send.class::isInstance)
                .map(Draft.Send.class::cast)
                .toList();
        if (sends.isEmpty()) {
            return;
        }
        trip.query(
                """
                select k.channel as k_channel, k.sender as k_sender,
                    (select case when count(*) = 0 then 0 when count(*) = count(p.last_sequence) then 1 else 2 end
                        from touchline_participant p
                        where p.channel = k.channel and p.user_id = k.sender) as part,
                    (select count(*) from touchline_owed o where o.channel = k.channel) as debts, %s
                from unnest(cast(? as varchar array), cast(? as varchar array), cast(? as varchar array))
                    as k(channel, sender, id)
                left join touchline_event e on e.sender = k.sender and e.client_message_id = k.id
                    and e.channel || '' = k.channel""".formatted(EventRow.COLUMNS),
                Need::read,
                needs::add,
                texts(sends, Draft.Send::channel),
                texts(sends, Draft.Send::sender),
                texts(sends, Draft.Send::clientMessageId));
    }

    /** What a message depends on: whether its sender takes part, and a message of the same id. */
    private record Need(
            ChannelId channel,
            UserId sender,
            int part,
            boolean owes,
            @Nullable EventRow earlier) {
        static Need read(ResultSet row) throws SQLException {
            return new Need(
                    new ChannelId(row.getString("k_channel")),
                    new UserId(row.getString("k_sender")),
                    row.getInt("part"),
                    row.getLong("debts") > 0,
                    row.getString("channel") == null ? null : EventRow.read(row));
        }

        void tell(OpenChannel channel) {
            if (part > 0) {
                channel.knowUser(sender, part > 1);
            }
            if (earlier != null) {
                channel.knowMessage(earlier);
            }
            if (owes) {
                channel.knowDebt();
            }
        }
    }

    /** The messages that are to be changed, each with what changed it last, and who may read them. */
    private void findTargets() throws SQLException {
        Set<Target> targets = new HashSet<>();
        for (Draft draft : drafts) {
            if (isStored(draft.channel())) {
                if (draft instanceof Draft.Edit edit) {
                    targets.add(new Target(edit.channel(), edit.sender(), edit.target()));
                } else if (draft instanceof Draft.Delete delete) {
                    targets.add(new Target(delete.channel(), delete.sender(), delete.target()));
                }
            }
        }
        if (targets.isEmpty()) {
            return;
        }
        statements
                .query(
                        "select " + EventRow.COLUMNS + " " + """
                                from unnest(cast(? as varchar array), cast(? as bigint array)) as k(channel, sequence)
                                join touchline_event m on m.channel = k.channel and m.sequence = k.sequence
                                join touchline_event e on e.channel = m.channel
                                    and e.sequence in (m.sequence, m.changed_by)""",
                        EventRow::read,
                        texts(targets, Target::channel),
                        numbers(targets, Target::sequence))
                .forEach(event -> open(event.channel()).knowEarlier(event));
        statements
                .query(
                        """
                        select k.channel, k.user_id, k.sequence
                        from unnest(cast(? as varchar array), cast(? as varchar array), cast(? as bigint array))
                            as k(channel, user_id, sequence)
                        join touchline_participant p on p.channel = k.channel and p.user_id = k.user_id
                            and p.first_sequence <= k.sequence
                            and (p.last_sequence is null or p.last_sequence >= k.sequence)""",
                        row -> new Target(
                                new ChannelId(row.getString("channel")),
                                new UserId(row.getString("user_id")),
                                row.getLong("sequence")),
                        texts(targets, Target::channel),
                        texts(targets, Target::sender),
                        numbers(targets, Target::sequence))
                .forEach(found -> open(found.channel).knowReading(found.sender, found.sequence));
    }

    private void findUsers() throws SQLException {
        Set<Seat> asked = new HashSet<>();
        for (Draft draft : drafts) {
            if (isStored(draft.channel()) && !(draft instanceof Draft.Send)) {
                asked.add(new Seat(draft.channel(), draft.sender()));
                if (draft instanceof Draft.Join join) {
                    asked.add(new Seat(join.channel(), join.user()));
                } else if (draft instanceof Draft.Leave leave) {
                    asked.add(new Seat(leave.channel(), leave.user()));
                }
            }
        }
        if (asked.isEmpty()) {
            return;
        }
        statements
                .query(
                        """
                        select p.channel, p.user_id, count(*) > count(p.last_sequence) as present
                        from unnest(cast(? as varchar array), cast(? as varchar array)) as k(channel, user_id)
                        join touchline_participant p on p.channel = k.channel and p.user_id = k.user_id
                        group by p.channel, p.user_id""",
                        row -> new Occupied(Seat.read(row), row.getBoolean("present")),
                        texts(asked, Seat::channel),
                        texts(asked, Seat::user))
                .forEach(found -> open(found.seat.channel()).knowUser(found.seat.user(), found.present));
    }

    private boolean isStored(ChannelId id) {
        OpenChannel channel = channels.get(id);
        return channel != null && channel.isStored();
    }

    private OpenChannel open(ChannelId id) {
        return requireNonNull(channels.get(id));
    }
}
