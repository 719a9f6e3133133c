package io.touchline.core.port;

import io.touchline.core.model.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of users themselves: when each was last seen, and up to when his tokens are worth nothing. All times are
 * by the store's clock. Called by API nodes; implemented beside a {@link MessageStore}, on the same data.
 *
 * <ul>
 *   <li>US-1 Who is seen has that time noted, but not again within {@link #SEEN_EVERY}; it never moves back.
 *   <li>US-2 Of the users that are asked about, those are answered who are in a channel with the one who asks now, and
 *       himself; each once, by user id, with the time when he was last seen.
 *   <li>US-3 Whose tokens are revoked has that time noted, and later again a later one; every API node finds it.
 *   <li>US-4 Revocations are found from a time on, that time included, and no earlier ones.
 * </ul>
 *
 * <p>Methods block, within the adapter's deadlines, and may be called by any thread. {@link UnavailableException} means:
 * try again, which does no harm. Not promised: that a revocation is found by others at its very time; who looks again
 * begins some seconds before the latest that he knows.
 */
public interface UserStore {
    /** A time that was noted stands for so long. */
    Duration SEEN_EVERY = Duration.ofMinutes(1);

    /**
     * Somebody whom one shares a channel with, or oneself.
     *
     * @param lastSeen null if he never was
     */
    record Acquaintance(UserId user, @Nullable Instant lastSeen) {}

    /** Notes that users were seen just now. */
    void seen(Collection<UserId> users);

    /** Whom of these users somebody may know about. */
    List<Acquaintance> acquaintances(UserId user, Collection<UserId> asked);

    /**
     * Makes every token worthless that was issued to a user until now.
     *
     * @return that time
     */
    Instant revoke(UserId user);

    /** The users whose tokens were revoked from that time on, each with the latest. */
    Map<UserId, Instant> revocations(Instant from);
}
