package io.touchline.adapter.jpa;

import static io.touchline.adapter.jpa.Statements.numbers;
import static io.touchline.adapter.jpa.Statements.texts;
import static java.util.Objects.requireNonNull;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Marks;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.DeliveryLedger.End;
import io.touchline.core.port.DeliveryLedger.Moved;
import io.touchline.core.port.DeliveryLedger.Settlement;
import io.touchline.core.port.Progress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Changes how far users are. Rows are always locked by channel and then user before they are looked at. */
final class MarkRows {
    /** Marks, the last sequence that is the user's to read, and up to where it was announced to his devices. */
    private record Standing(Marks marks, long readable, long pushed) {
        private Moved movedBy(Receipt receipt) {
            long read = Math.max(marks.read(), Math.min(receipt.read(), readable));
            Marks now = new Marks(
                    marks.channel(),
                    marks.user(),
                    Math.max(marks.delivered(), Math.min(receipt.delivered(), readable)),
                    read);
            return new Moved(now, marks.read() < pushed && pushed <= read);
        }
    }

    private final Statements statements;

    MarkRows(Statements statements) {
        this.statements = statements;
    }

    /** Answers those that moved, as they now are. */
    List<Moved> move(Map<Seat, Receipt> receipts) throws SQLException {
        List<Moved> moved = lockStandings(receipts.keySet()).stream()
                .filter(standing -> !movedBy(standing, receipts).marks().equals(standing.marks))
                .map(standing -> movedBy(standing, receipts))
                .toList();
        if (!moved.isEmpty()) {
            write(moved.stream().map(Moved::marks).toList());
        }
        return moved;
    }

    private static Moved movedBy(Standing standing, Map<Seat, Receipt> receipts) {
        Marks marks = standing.marks;
        return standing.movedBy(requireNonNull(receipts.get(new Seat(marks.channel(), marks.user()))));
    }

    private void lock(Collection<Seat> seats) throws SQLException {
        statements.query("""
                select m.channel, m.user_id from touchline_marks m where (m.channel, m.user_id) in (
                    select k.channel, k.user_id
                    from unnest(cast(? as varchar array), cast(? as varchar array)) as k(channel, user_id))
                order by m.channel, m.user_id for update""", row -> true, texts(seats, Seat::channel), texts(seats, Seat::user));
    }

    /**
     * Marks exist exactly for those who are in the channel or once were. What is readable is looked up by the same
     * statement that locks: whatever a receipt speaks of was stored before it began.
     */
    private List<Standing> lockStandings(Collection<Seat> seats) throws SQLException {
        return statements.query(
                """
                select m.channel, m.user_id, m.delivered_to, m.read_to, m.pushed_to,
                    (select case when count(*) > count(p.last_sequence)
                            then (select c.last_sequence from touchline_channel c where c.id = m.channel)
                            else max(p.last_sequence) end
                        from touchline_participant p
                        where p.channel = m.channel and p.user_id = m.user_id) as readable
                from touchline_marks m where (m.channel, m.user_id) in (
                    select k.channel, k.user_id
                    from unnest(cast(? as varchar array), cast(? as varchar array)) as k(channel, user_id))
                order by m.channel, m.user_id for update""",
                row -> new Standing(
                        new Marks(
                                new ChannelId(row.getString("channel")),
                                new UserId(row.getString("user_id")),
                                row.getLong("delivered_to"),
                                row.getLong("read_to")),
                        row.getLong("readable"),
                        row.getLong("pushed_to")),
                texts(seats, Seat::channel),
                texts(seats, Seat::user));
    }

    private void write(List<Marks> moved) throws SQLException {
        statements.update(
                """
                merge into touchline_marks m
                using (select * from unnest(cast(? as varchar array), cast(? as varchar array),
                    cast(? as bigint array), cast(? as bigint array))
                    as k(channel, user_id, delivered_to, read_to)) as k
                on m.channel = k.channel and m.user_id = k.user_id
                when matched then update set delivered_to = k.delivered_to, read_to = k.read_to""",
                texts(moved, Marks::channel),
                texts(moved, Marks::user),
                numbers(moved, Marks::delivered),
                numbers(moved, Marks::read));
    }

    /** What was announced first, so that its mark stands; what is left to sync last, after the reasons that it leaves. */
    void end(List<Settlement> ends) throws SQLException {
        if (ends.isEmpty()) {
            return;
        }
        lock(ends.stream().map(end -> new Seat(end.channel(), end.user())).collect(Collectors.toSet()));
        write(ends.stream().filter(end -> end.end() == End.PUSHED));
        write(ends.stream().filter(end -> end.end() != End.PUSHED && end.end() != End.LEFT_TO_SYNC));
        write(ends.stream().filter(end -> end.end() == End.LEFT_TO_SYNC));
    }

    /**
     * The furthest of each. An end past the log would settle what is still to come. What is left to sync leaves standing
     * why the messages before it ended, and when.
     */
    private void write(Stream<Settlement> ends) throws SQLException {
        Collection<Settlement> settlements = ends.collect(Collectors.toMap(
                        end -> new Seat(end.channel(), end.user()),
                        Function.identity(),
                        (one, other) -> one.upTo() < other.upTo() ? other : one))
                .values();
        if (settlements.isEmpty()) {
            return;
        }
        statements.update(
                """
                merge into touchline_marks m
                using (select k.channel, k.user_id, k.reason, case when k.up_to < c.last_sequence then k.up_to
                        else c.last_sequence end as up_to
                    from unnest(cast(? as varchar array), cast(? as varchar array), cast(? as bigint array),
                        cast(? as bigint array)) as k(channel, user_id, up_to, reason)
                    join touchline_channel c on c.id = k.channel) as k
                on m.channel = k.channel and m.user_id = k.user_id and m.ended_to < k.up_to
                when matched then update set ended_to = k.up_to,
                    end_reason = case when k.reason = %1$d and m.end_reason is not null
                        then m.end_reason else k.reason end,
                    ended_at = case when k.reason = %1$d and m.end_reason is not null
                        then m.ended_at else current_timestamp end,
                    pushed_to = case when k.reason = %2$d then k.up_to else m.pushed_to end""".formatted(code(End.LEFT_TO_SYNC), code(End.PUSHED)),
                texts(settlements, Settlement::channel),
                texts(settlements, Settlement::user),
                numbers(settlements, Settlement::upTo),
                numbers(settlements, settlement -> code(settlement.end())));
    }

    static Progress progress(ResultSet row) throws SQLException {
        Long reason = Statements.number(row, "end_reason");
        return new Progress(
                new UserId(row.getString("user_id")),
                row.getLong("delivered_to"),
                row.getLong("read_to"),
                row.getLong("ended_to"),
                reason == null ? null : end(reason),
                reason == null ? null : Statements.instant(row, "ended_at"));
    }

    private static @Nullable End end(long code) {
        return Stream.of(End.values())
                .filter(end -> code(end) == code)
                .findAny()
                .orElse(null);
    }

    private static long code(End end) {
        return switch (end) {
            case PUSHED -> 1;
            case MUTED -> 2;
            case NO_DEVICE -> 3;
            case REJECTED -> 4;
            case TAKEN -> 5;
            case LEFT_TO_SYNC -> 6;
        };
    }
}
