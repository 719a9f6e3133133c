package io.touchline.core.inmemory;

import io.touchline.core.model.UserId;
import io.touchline.core.port.UserStore;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What is kept of users, in memory. */
final class InMemoryUserStore implements UserStore {
    private final InMemoryData data;

    InMemoryUserStore(InMemoryData data) {
        this.data = data;
    }

    @Override
    public void seen(Collection<UserId> users) {
        synchronized (data) {
            Instant now = data.clock.instant();
            users.forEach(user -> data.seen.merge(
                    user, now, (before, latest) -> before.plus(SEEN_EVERY).isAfter(latest) ? before : latest));
        }
    }

    @Override
    public List<Acquaintance> acquaintances(UserId user, Collection<UserId> asked) {
        synchronized (data) {
            return new TreeSet<>(asked)
                    .stream()
                            .filter(other -> other.equals(user) || share(user, other))
                            .map(other -> new Acquaintance(other, data.seen.get(other)))
                            .toList();
        }
    }

    private boolean share(UserId one, UserId other) {
        return data.logsOf(one).stream().anyMatch(log -> log.isIn(one) && log.isIn(other));
    }

    @Override
    public Instant revoke(UserId user) {
        synchronized (data) {
            return data.revoked.merge(user, data.clock.instant(), (before, now) -> before.isAfter(now) ? before : now);
        }
    }

    @Override
    public Map<UserId, Instant> revocations(Instant from) {
        synchronized (data) {
            Map<UserId, Instant> found = new HashMap<>(data.revoked);
            found.values().removeIf(time -> time.isBefore(from));
            return found;
        }
    }
}
