package io.touchline.core.inmemory;

import io.touchline.core.model.CatchUp;
import io.touchline.core.model.CatchUp.Head;
import io.touchline.core.model.CatchUp.Left;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.LogPage;
import io.touchline.core.model.Members;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.AppendResult.Reason;
import io.touchline.core.port.AppendResult.Refused;
import io.touchline.core.port.Draft;
import io.touchline.core.port.Draft.Create;
import io.touchline.core.port.MessageStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** The log in memory. */
final class InMemoryMessageStore implements MessageStore {
    private final InMemoryData data;

    InMemoryMessageStore(InMemoryData data) {
        this.data = data;
    }

    @Override
    public List<AppendResult> append(List<? extends Draft> drafts, Duration lockWait) {
        synchronized (data) {
            return drafts.stream().map(this::append).toList();
        }
    }

    private AppendResult append(Draft draft) {
        ChannelLog log = data.log(draft.channel());
        if (log != null) {
            return noted(log, log.append(draft));
        }
        if (draft instanceof Create create) {
            ChannelLog made = new ChannelLog(create);
            return noted(made, made.begin());
        }
        return new Refused(Reason.NO_CHANNEL);
    }

    private AppendResult noted(ChannelLog log, AppendResult result) {
        if (result instanceof Appended appended) {
            data.added(log, appended.event());
        }
        return result;
    }

    @Override
    public Optional<LogPage> events(ChannelId channel, UserId reader, long after, int limit) {
        return page(
                channel,
                reader,
                (log, participation) ->
                        log.after(after, participation).limit(limit).toList());
    }

    @Override
    public Optional<LogPage> messages(ChannelId channel, UserId reader, long before, int limit) {
        return page(channel, reader, (log, participation) -> {
            List<Event> newestFirst =
                    log.messagesBefore(before, participation).limit(limit).collect(Collectors.toList());
            Collections.reverse(newestFirst);
            return newestFirst;
        });
    }

    private Optional<LogPage> page(
            ChannelId channel, UserId reader, BiFunction<ChannelLog, Participation, List<Event>> read) {
        synchronized (data) {
            ChannelLog log = data.log(channel);
            return log == null
                    ? Optional.empty()
                    : log.participation(reader).map(own -> new LogPage(read.apply(log, own), own.last(log.length())));
        }
    }

    @Override
    public CatchUp catchUp(UserId user, Map<ChannelId, Long> known, int limit) {
        List<Event> events = new ArrayList<>();
        List<Head> heads = new ArrayList<>();
        List<Left> left = new ArrayList<>();
        synchronized (data) {
            for (ChannelLog log : data.logsOf(user)) {
                Participation own = log.participation(user).orElseThrow();
                long last = own.last(log.length());
                long after = known.getOrDefault(log.id, last);
                boolean reset = own.behind(after, log.length()) > RESET_BEHIND;
                if (own.isIn()) {
                    heads.add(new Head(log.id, last, reset));
                } else if (known.containsKey(log.id)) {
                    left.add(new Left(log.id, last));
                }
                if (!reset) {
                    log.after(after, own).limit(limit + 1L - events.size()).forEach(events::add);
                }
            }
        }
        boolean more = events.size() > limit;
        return new CatchUp(more ? events.subList(0, limit) : events, heads, left, data.epoch, more);
    }

    @Override
    public Map<ChannelId, Members> members(Collection<ChannelId> channels) {
        Map<ChannelId, Members> found = new HashMap<>();
        synchronized (data) {
            for (ChannelId channel : channels) {
                ChannelLog log = data.log(channel);
                if (log != null) {
                    found.put(channel, log.members());
                }
            }
        }
        return found;
    }
}
