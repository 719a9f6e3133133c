package io.touchline.adapter.redis;

import io.touchline.core.model.UserId;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.port.Whereabouts.Where;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Where a shard's connected users are, as of its latest stamp. That somebody is nowhere is never remembered: it leads to a
 * push, and a look must be fresh for that. Bounded; past the bound it begins anew.
 */
final class Remembered {
    private static final int MAX_USERS = 20_000;

    private final Map<UserId, Where> users = new HashMap<>();
    private String stamp = "";
    private long until;

    synchronized boolean isEmpty() {
        return users.isEmpty();
    }

    /**
     * Adds what is remembered under that stamp to what was found.
     *
     * @return those of whom nothing is
     */
    synchronized List<UserId> recall(String now, Collection<UserId> asked, Map<UserId, Whereabouts> found) {
        if (!now.equals(stamp) || System.nanoTime() - until >= 0) {
            users.clear();
        }
        List<UserId> others = new ArrayList<>();
        for (UserId user : asked) {
            Where where = users.get(user);
            if (where == null) {
                others.add(user);
            } else {
                found.put(user, where);
            }
        }
        return others;
    }

    /**
     * Remembers answers of a shard whose stamp was read before them, until the first of the leases ends.
     *
     * @param asked a time before it was asked, as {@link System#nanoTime} has it
     */
    synchronized void remember(Shard shard, long asked, Map<UserId, Whereabouts> answers) {
        if (shard.stamp().isEmpty()) {
            return;
        }
        if (!shard.stamp().equals(stamp) || users.size() + answers.size() > MAX_USERS) {
            users.clear();
            stamp = shard.stamp();
        }
        answers.forEach((user, answer) -> {
            if (answer instanceof Where where) {
                long end = asked + TimeUnit.MILLISECONDS.toNanos(left(shard, where));
                until = users.isEmpty() || end - until < 0 ? end : until;
                users.put(user, where);
            }
        });
    }

    synchronized void forget(UserId user) {
        users.remove(user);
    }

    private static long left(Shard shard, Where where) {
        return where.registrations().stream()
                .mapToLong(registration -> shard.left(registration.node()))
                .min()
                .orElse(0);
    }
}
