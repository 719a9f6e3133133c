package io.touchline.adapter.jpa;

import static io.touchline.adapter.jpa.Statements.texts;

import io.touchline.core.model.CatchUp;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.LogPage;
import io.touchline.core.model.Members;
import io.touchline.core.model.Period;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult;
import io.touchline.core.port.AppendResult.Busy;
import io.touchline.core.port.Draft;
import io.touchline.core.port.MessageStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The log in tables. */
final class JpaMessageStore implements MessageStore {
    private final Transactions transactions;
    private final JpaSettings settings;

    JpaMessageStore(Transactions transactions, JpaSettings settings) {
        this.transactions = transactions;
        this.settings = settings;
    }

    /** With a wait each channel has a transaction of its own: while one is waited for, no other is held. */
    @Override
    public List<AppendResult> append(List<? extends Draft> drafts, Duration lockWait) {
        if (drafts.isEmpty()) {
            return List.of();
        }
        return lockWait.toMillis() > 0 ? channelByChannel(drafts, lockWait) : appendTogether(drafts, Duration.ZERO);
    }

    private List<AppendResult> appendTogether(List<? extends Draft> drafts, Duration lockWait) {
        try {
            return transactions.call(statements -> new Append(statements, settings, drafts).run(lockWait), lockWait);
        } catch (HeldException e) {
            return Collections.nCopies(drafts.size(), new Busy());
        } catch (DuplicateException e) {
            return drafts.size() == 1 ? List.of(new Busy()) : oneByOne(drafts, lockWait);
        }
    }

    /** One draft that cannot be stored must not hold up the others. */
    private List<AppendResult> oneByOne(List<? extends Draft> drafts, Duration lockWait) {
        List<AppendResult> results = new ArrayList<>();
        drafts.forEach(draft -> results.addAll(appendTogether(List.of(draft), lockWait)));
        return results;
    }

    private List<AppendResult> channelByChannel(List<? extends Draft> drafts, Duration lockWait) {
        Map<ChannelId, List<Integer>> places = new HashMap<>();
        for (int i = 0; i < drafts.size(); i++) {
            places.computeIfAbsent(drafts.get(i).channel(), id -> new ArrayList<>())
                    .add(i);
        }
        List<AppendResult> results = new ArrayList<>(Collections.nCopies(drafts.size(), new Busy()));
        for (List<Integer> group : places.values()) {
            List<AppendResult> answers =
                    appendTogether(group.stream().map(drafts::get).toList(), lockWait);
            for (int i = 0; i < answers.size(); i++) {
                results.set(group.get(i), answers.get(i));
            }
        }
        return results;
    }

    @Override
    public Optional<LogPage> events(ChannelId channel, UserId reader, long after, int limit) {
        return transactions.call(statements -> {
            Reader log = new Reader(statements);
            List<Reader.Range> periods = log.periods(channel, reader.value());
            List<Reader.Range> missing =
                    periods.stream().map(period -> period.after(after)).toList();
            List<Event> events = log.events(Reader.cut(missing, limit));
            return lastOf(periods).map(last -> new LogPage(events, last));
        });
    }

    @Override
    public Optional<LogPage> messages(ChannelId channel, UserId reader, long before, int limit) {
        return transactions.call(statements -> {
            Reader log = new Reader(statements);
            List<Reader.Range> periods = log.periods(channel, reader.value());
            List<Event> newest = new ArrayList<>();
            for (int i = periods.size() - 1; i >= 0 && newest.size() < limit; i--) {
                newest.addAll(log.newestMessages(periods.get(i).before(before), limit - newest.size()));
            }
            Collections.reverse(newest);
            return lastOf(periods).map(last -> new LogPage(newest, last));
        });
    }

    private static Optional<Long> lastOf(List<Reader.Range> periods) {
        return periods.isEmpty()
                ? Optional.empty()
                : Optional.of(periods.get(periods.size() - 1).last());
    }

    @Override
    public CatchUp catchUp(UserId user, Map<ChannelId, Long> known, int limit) {
        return transactions.call(statements -> new Missed(statements, user, known).upTo(limit));
    }

    @Override
    public Map<ChannelId, Members> members(Collection<ChannelId> channels) {
        record Row(ChannelId channel, long version, Period period) {}
        List<Row> rows = transactions.call(statements -> statements.query(
                """
                select c.id, c.members_version, p.user_id, p.first_sequence, p.last_sequence
                from touchline_channel c join touchline_participant p on p.channel = c.id
                where c.id = any(cast(? as varchar array)) order by c.id, p.first_sequence, p.user_id""",
                row -> new Row(
                        new ChannelId(row.getString("id")),
                        row.getLong("members_version"),
                        new Period(
                                new UserId(row.getString("user_id")),
                                row.getLong("first_sequence"),
                                endOf(Statements.number(row, "last_sequence")))),
                (Object) texts(channels, Function.identity())));
        Map<ChannelId, Long> versions = new HashMap<>();
        Map<ChannelId, List<Period>> periods = new HashMap<>();
        for (Row row : rows) {
            versions.put(row.channel, row.version);
            periods.computeIfAbsent(row.channel, id -> new ArrayList<>()).add(row.period);
        }
        Map<ChannelId, Members> members = new HashMap<>();
        versions.forEach((id, version) -> members.put(id, new Members(version, periods.getOrDefault(id, List.of()))));
        return members;
    }

    private static long endOf(@Nullable Long stored) {
        return stored == null ? Period.OPEN : stored;
    }
}
