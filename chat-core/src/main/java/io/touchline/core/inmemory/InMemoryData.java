package io.touchline.core.inmemory;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.model.Event;
import io.touchline.core.model.UserId;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the five stores share. Everything here is read and written under this object's monitor. */
final class InMemoryData {
    final Clock clock;
    final String epoch = UUID.randomUUID().toString();

    /** What channels owe, oldest first. */
    final Map<ChannelId, Debt> debts = new LinkedHashMap<>();

    /** Each user's devices, the one registered longest ago first. */
    final Map<UserId, LinkedHashMap<String, Device>> devices = new HashMap<>();

    final Map<String, Device> devicesByToken = new HashMap<>();

    final Map<UserId, Instant> seen = new HashMap<>();
    final Map<UserId, Instant> revoked = new HashMap<>();

    private final Map<ChannelId, ChannelLog> logs = new HashMap<>();
    private final Map<UserId, TreeMap<ChannelId, ChannelLog>> logsByUser = new HashMap<>();
    private long lastFence;

    InMemoryData(Clock clock) {
        this.clock = clock;
    }

    @Nullable ChannelLog log(ChannelId channel) {
        return logs.get(channel);
    }

    /** The logs of which a user may read something, by channel id. */
    Collection<ChannelLog> logsOf(UserId user) {
        TreeMap<ChannelId, ChannelLog> found = logsByUser.get(user);
        return found == null ? List.of() : found.values();
    }

    /** Never given out before, even if what the earlier ones belonged to is gone. */
    long nextFence() {
        return ++lastFence;
    }

    /** Takes note of an event that was added to a log: where to find it, and that it is owed. */
    void added(ChannelLog log, Event event) {
        debts.computeIfAbsent(log.id, id -> new Debt(log, event.sequence()));
        if (event.body() instanceof Event.ChannelCreated) {
            logs.put(log.id, log);
            log.participationsAfter(null).forEach(own -> index(own.user, log));
        } else if (event.body() instanceof Event.ParticipantJoined joined) {
            index(joined.user(), log);
        }
    }

    private void index(UserId user, ChannelLog log) {
        logsByUser.computeIfAbsent(user, u -> new TreeMap<>()).put(log.id, log);
    }
}
