package io.touchline.adapter.redis;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.port.Whereabouts.Nowhere;
import io.touchline.core.port.Whereabouts.Where;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where a shard's users are, as of the stamp under which each was read. It is known to be so still if the stamp is the
 * same, and the leases run on which it rests. Bounded; past the bound it begins anew.
 */
final class Remembered {
    /** At some 256 bytes each, all sixteen shards' take about a sixteenth of the heap. */
    private static final int MAX_USERS =
            (int) Math.min(20_000, Runtime.getRuntime().maxMemory() / (16 * 16 * 256));

    /** A word is said again every minute, or it is on its way to be forgotten. */
    private static final Duration READ_AGAIN = Duration.ofMinutes(1);

    /** Who has not been looked for so long is forgotten. */
    private static final Duration FORGET = Duration.ofMinutes(5);

    /**
     * @param asked a time before it was read
     * @param answered a time after it was
     */
    private record Known(Whereabouts whereabouts, String stamp, long asked, long answered) {
        Whereabouts at(long now) {
            return whereabouts instanceof Nowhere nowhere
                    ? new Nowhere(nowhere.since().map(since -> since.plusNanos(Math.max(0, now - answered))))
                    : whereabouts;
        }
    }

    private final Map<UserId, Known> users = new HashMap<>();
    private final Map<NodeRef, Long> leaseEnds = new HashMap<>();
    private long tidiedAt = System.nanoTime();

    /** One text for all who were read under it. */
    private String lastStamp = "";

    synchronized boolean isEmpty() {
        return users.isEmpty();
    }

    /** Where a user was when he was read, whatever the stamp is now, unless a lease may have ended since. */
    synchronized @Nullable Where recall(UserId user) {
        Known known = users.get(user);
        return known != null && known.whereabouts instanceof Where where && areLive(where, System.nanoTime())
                ? where
                : null;
    }

    /**
     * Adds what is still so under that stamp to what was found.
     *
     * @return those of whom that is not known
     */
    synchronized List<UserId> recall(String stamp, Collection<UserId> asked, Map<UserId, Whereabouts> found) {
        long now = System.nanoTime();
        List<UserId> others = new ArrayList<>();
        for (UserId user : asked) {
            Known known = users.get(user);
            if (known != null && isStillSo(known, stamp, now)) {
                found.put(user, known.at(now));
            } else {
                others.add(user);
            }
        }
        return others;
    }

    private boolean isStillSo(Known known, String stamp, long now) {
        return known.stamp.equals(stamp)
                && now - known.asked < READ_AGAIN.toNanos()
                && (!(known.whereabouts instanceof Where where) || areLive(where, now));
    }

    private boolean areLive(Where where, long now) {
        for (Whereabouts.Registration registration : where.registrations()) {
            Long end = leaseEnds.get(registration.node());
            if (end == null || now - end >= 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Remembers what {@link Shard#lasts lasts} of the answers of a shard whose stamp was read before them.
     *
     * @param asked a time before it was asked, as {@link System#nanoTime} has it
     * @param answered a time after it answered
     */
    synchronized void remember(Shard shard, long asked, long answered, Map<UserId, Whereabouts> answers) {
        leaseEnds.clear();
        shard.liveNodes().forEach(node -> leaseEnds.put(node, asked + TimeUnit.MILLISECONDS.toNanos(shard.left(node))));
        tidy(asked);
        if (users.size() + answers.size() > MAX_USERS) {
            users.clear();
        }
        if (!shard.stamp().equals(lastStamp)) {
            lastStamp = shard.stamp();
        }
        if (lastStamp.isEmpty() || answers.size() > MAX_USERS) {
            users.keySet().removeAll(answers.keySet());
        } else {
            answers.forEach((user, answer) -> users.put(user, new Known(answer, lastStamp, asked, answered)));
        }
    }

    private void tidy(long now) {
        if (now - tidiedAt >= READ_AGAIN.toNanos()) {
            users.values().removeIf(known -> now - known.asked >= FORGET.toNanos());
            tidiedAt = now;
        }
    }

    synchronized void forget(UserId user) {
        users.remove(user);
    }
}
