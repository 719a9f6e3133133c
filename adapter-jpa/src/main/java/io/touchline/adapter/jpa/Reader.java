package io.touchline.adapter.jpa;

import static io.touchline.adapter.jpa.Statements.numbers;
import static io.touchline.adapter.jpa.Statements.texts;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Reads stretches of logs. What a reader may see of a channel is first made into ranges of sequences, so that each
 * statement is a plain scan of the key.
 */
final class Reader {
    /** A stretch of a channel's log, both ends included. As sequences have no gap, its length is what it holds. */
    record Range(ChannelId channel, long first, long last) {
        long size() {
            return Math.max(0, last - first + 1);
        }

        Range after(long sequence) {
            return new Range(channel, Math.max(first, Math.min(sequence, last) + 1), last);
        }

        Range before(long sequence) {
            return new Range(channel, first, Math.min(last, sequence - 1));
        }

        private Stream<Range> singles() {
            return LongStream.rangeClosed(first, last).mapToObj(sequence -> only(channel, sequence));
        }

        Range cutTo(long size) {
            return new Range(channel, first, Math.min(last, first + size - 1));
        }
    }

    /** H2 goes backwards in an index, in place of reading all of a channel, only if it is to sort by all of that index. */
    static final String NEWEST_MESSAGES = "select " + EventRow.COLUMNS + " from touchline_event e"
            + " where e.channel = ? and e.sequence >= ? and e.sequence <= ? and e.type = "
            + EventRow.Type.MESSAGE.code + " order by e.channel desc, e.sequence desc fetch first ? rows only";

    private final Statements statements;

    Reader(Statements statements) {
        this.statements = statements;
    }

    /** A user's periods in a channel, oldest first, as far as they are in the log; none if he was never in. */
    List<Range> periods(ChannelId channel, String user) throws SQLException {
        return statements.query(
                """
                select p.channel, p.first_sequence, coalesce(p.last_sequence, c.last_sequence) as last_sequence
                from touchline_participant p join touchline_channel c on c.id = p.channel
                where p.channel = ? and p.user_id = ? order by p.first_sequence""",
                row -> new Range(
                        new ChannelId(row.getString("channel")),
                        row.getLong("first_sequence"),
                        row.getLong("last_sequence")),
                channel.value(),
                user);
    }

    /** The first events of ranges, in their order; as many as that at most. */
    static List<Range> cut(List<Range> ranges, int limit) {
        List<Range> cut = new ArrayList<>();
        long left = limit;
        for (Range range : ranges) {
            if (left > 0 && range.size() > 0) {
                cut.add(range.cutTo(left));
                left -= range.size();
            }
        }
        return cut;
    }

    /**
     * Everything in those ranges, by channel and then sequence. They are taken apart into whole keys: how much lies
     * between two ends PostgreSQL cannot tell, and for many ranges it would read the table of all events instead.
     */
    List<Event> events(List<Range> ranges) throws SQLException {
        if (ranges.isEmpty()) {
            return List.of();
        }
        List<Range> keys = ranges.stream().flatMap(Range::singles).toList();
        return statements.query(
                "select " + EventRow.COLUMNS + " " + """
                        from unnest(cast(? as varchar array), cast(? as bigint array)) as k(channel, sequence)
                        join touchline_event e on e.channel = k.channel and e.sequence = k.sequence
                        order by e.channel, e.sequence""",
                EventRow::readEvent,
                texts(keys, Range::channel),
                numbers(keys, Range::first));
    }

    /** The newest messages in a range, newest first. */
    List<Event> newestMessages(Range range, int limit) throws SQLException {
        return statements.query(
                NEWEST_MESSAGES, EventRow::readEvent, range.channel().value(), range.first(), range.last(), limit);
    }

    /** Single events, given as ranges of one. */
    static Range only(ChannelId channel, long sequence) {
        return new Range(channel, sequence, sequence);
    }
}
