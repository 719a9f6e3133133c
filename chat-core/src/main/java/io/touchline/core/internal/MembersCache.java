package io.touchline.core.internal;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Members;
import io.touchline.core.model.Period;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.MessageStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who belongs to the channels that are talked in. An entry is good for an event if it is not older than the members'
 * version that the event came with, so nothing ever needs to be told that a channel changed. Bounded by periods; the
 * channels that were silent longest go first.
 */
final class MembersCache {
    private static final int MAX_PERIODS = 1_000_000;

    private record Entry(Members members, List<UserId> now) {
        Entry(Members members) {
            this(
                    members,
                    members.periods().stream()
                            .filter(Period::isOpen)
                            .map(Period::user)
                            .toList());
        }

        /** After the latest change, whoever is in belongs to every event: no need to look at each period. */
        List<UserId> at(long sequence) {
            return sequence > members.version() ? now : members.at(sequence);
        }
    }

    private final MessageStore store;
    private final Map<ChannelId, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
    private int periods;

    MembersCache(MessageStore store) {
        this.store = store;
    }

    /** The receivers of each event, in the same order. */
    List<List<UserId>> receivers(List<Appended> events) {
        Map<ChannelId, Entry> known = new HashMap<>();
        Set<ChannelId> stale = new HashSet<>();
        for (Appended appended : events) {
            ChannelId channel = appended.event().channel();
            Entry entry = get(channel);
            if (entry == null || entry.members.version() < appended.membersVersion()) {
                stale.add(channel);
            } else {
                known.put(channel, entry);
            }
        }
        if (!stale.isEmpty()) {
            store.members(stale).forEach((channel, members) -> known.put(channel, put(channel, members)));
        }
        return events.stream().map(appended -> at(known, appended)).toList();
    }

    /**
     * Who is in each channel now, read anew, since another node may have changed it. Channels larger than that are left
     * out; those that were so lately are not even read.
     */
    Map<ChannelId, List<UserId>> now(Collection<ChannelId> channels, int maxSize) {
        List<ChannelId> asked = channels.stream()
                .filter(channel -> {
                    Entry entry = get(channel);
                    return entry == null || entry.now.size() <= maxSize;
                })
                .toList();
        Map<ChannelId, List<UserId>> found = new HashMap<>();
        if (!asked.isEmpty()) {
            store.members(asked).forEach((channel, members) -> {
                List<UserId> now = put(channel, members).now;
                if (now.size() <= maxSize) {
                    found.put(channel, now);
                }
            });
        }
        return found;
    }

    private static List<UserId> at(Map<ChannelId, Entry> known, Appended appended) {
        Entry entry = known.get(appended.event().channel());
        if (entry == null) {
            throw new IllegalStateException("the store has an event of a channel that it does not know");
        }
        return entry.at(appended.event().sequence());
    }

    private synchronized @Nullable Entry get(ChannelId channel) {
        return entries.get(channel);
    }

    private synchronized Entry put(ChannelId channel, Members members) {
        Entry entry = new Entry(members);
        Entry before = entries.put(channel, entry);
        periods += members.periods().size() - (before == null ? 0 : size(before));
        Iterator<Entry> eldest = entries.values().iterator();
        while (periods > MAX_PERIODS && entries.size() > 1) {
            periods -= size(eldest.next());
            eldest.remove();
        }
        return entry;
    }

    private static int size(Entry entry) {
        return entry.members.periods().size();
    }
}
