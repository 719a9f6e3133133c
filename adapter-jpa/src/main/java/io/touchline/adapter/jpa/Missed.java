package io.touchline.adapter.jpa;

import static io.touchline.adapter.jpa.Statements.texts;
import static java.util.Objects.requireNonNull;

import io.touchline.core.model.CatchUp;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import io.touchline.core.port.MessageStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a user missed: two statements, however many channels there are. */
final class Missed {
    /** One period, and the channel's head; the channel is null in the one row of who has none. */
    private record Row(
            String epoch,
            @Nullable String channel,
            long first,
            @Nullable Long last,
            long head) {
        private Reader.Range range() {
            return new Reader.Range(id(), first, last == null ? head : last);
        }

        private ChannelId id() {
            return new ChannelId(requireNonNull(channel));
        }
    }

    private final Statements statements;
    private final UserId user;
    private final Map<ChannelId, Long> known;

    private final List<CatchUp.Head> heads = new ArrayList<>();
    private final List<CatchUp.Left> left = new ArrayList<>();
    private final List<Reader.Range> missing = new ArrayList<>();

    Missed(Statements statements, UserId user, Map<ChannelId, Long> known) {
        this.statements = statements;
        this.user = user;
        this.known = known;
    }

    CatchUp upTo(int limit) throws SQLException {
        List<Row> rows = rows();
        Map<ChannelId, List<Row>> channels = new TreeMap<>();
        for (Row row : rows) {
            if (row.channel != null) {
                channels.computeIfAbsent(row.id(), id -> new ArrayList<>()).add(row);
            }
        }
        channels.forEach(this::add);
        boolean more = missing.stream().mapToLong(Reader.Range::size).sum() > limit;
        return new CatchUp(
                new Reader(statements).events(Reader.cut(missing, limit)), heads, left, rows.get(0).epoch, more);
    }

    /** The periods of the channels that he is in now, and of those that he named. */
    private List<Row> rows() throws SQLException {
        return statements.query(
                """
                select t.id as epoch, p.channel, p.first_sequence, p.last_sequence, p.head
                from touchline_epoch t left join (
                    select p.channel, p.first_sequence, p.last_sequence, c.last_sequence as head
                    from touchline_participant p join touchline_channel c on c.id = p.channel
                    where p.user_id = ? and (p.last_sequence is null or p.channel = any(cast(? as varchar array)))
                ) p on true order by p.channel, p.first_sequence""",
                row -> new Row(
                        row.getString("epoch"),
                        row.getString("channel"),
                        row.getLong("first_sequence"),
                        Statements.number(row, "last_sequence"),
                        row.getLong("head")),
                user.value(),
                texts(known.keySet(), Function.identity()));
    }

    private void add(ChannelId id, List<Row> periods) {
        Row latest = periods.get(periods.size() - 1);
        List<Reader.Range> ranges = ranges(periods, known.getOrDefault(id, Long.MAX_VALUE - 1));
        boolean tooMany = ranges.stream().mapToLong(Reader.Range::size).sum() > MessageStore.RESET_BEHIND;
        if (!tooMany) {
            missing.addAll(ranges);
        }
        if (latest.last == null) {
            heads.add(new CatchUp.Head(id, latest.head, tooMany));
        } else {
            left.add(new CatchUp.Left(id, latest.last));
        }
    }

    private static List<Reader.Range> ranges(List<Row> periods, long after) {
        return periods.stream()
                .map(period -> period.range().after(after))
                .filter(range -> range.size() > 0)
                .toList();
    }
}
