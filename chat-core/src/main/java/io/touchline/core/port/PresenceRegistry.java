package io.touchline.core.port;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which chat node holds each user's connections, and which API nodes live. Chat nodes write the former and read the
 * latter, API nodes the other way round. A user counts as connected while a node that registered him holds its lease, so
 * that a node's death needs no clean-up; all times are by the registry's own clock.
 *
 * <ul>
 *   <li>PR-1 A user registered by a live node is located there, by several nodes on all of them.
 *   <li>PR-2 Unregistering removes that node's own word and no other's.
 *   <li>PR-3 When a node's lease has ended, or was ended, nobody is located on it.
 *   <li>PR-4 Who was connected lately is nowhere with the time since then; who was disproved, since that moment.
 *   <li>PR-5 Disproving removes exactly the word that was read; one that was registered since stays, said again or anew.
 *   <li>PR-6 A registry younger than a lease, or one that lost its memory that lately, answers unknown rather than
 *       nowhere.
 *   <li>PR-7 A heartbeat tells whether the lease was still held, and which life of the registry's memory this is.
 *   <li>PR-8 The live nodes are listed with their addresses.
 *   <li>PR-9 The live API nodes are listed: each from its first heartbeat until its lease has ended, or was ended.
 *   <li>PR-10 What is recalled of a user is what was last located of him, and nothing once that was disproved.
 * </ul>
 *
 * <p>Methods block, within the adapter's deadlines, and may be called by any thread. {@link UnavailableException} means:
 * the registry is away and nobody knows anything. Not promised: that a located user is still connected when a delivery
 * arrives; the node's answer beats the registry's.
 */
public interface PresenceRegistry {
    /** How long an API node's lease is; it is renewed once a second. */
    Duration API_LEASE = Duration.ofSeconds(5);

    /**
     * What a heartbeat found.
     *
     * @param held whether the lease was still running, so that nobody can have counted this node as gone; false for the
     *     first heartbeat
     * @param epoch another one than before means that the registry lost its memory: everything is to be asserted again
     */
    record Heartbeat(boolean held, String epoch) {}

    /** Begins or renews a node's lease. */
    Heartbeat heartbeat(NodeRef node, Duration lease);

    /** Ends a node's lease. */
    void retire(NodeRef node);

    /** Says that users are connected to that node; again and again, as nothing is kept for more than minutes. */
    void register(NodeRef node, Collection<UserId> users);

    /** Says that users are no longer connected to that node. */
    void unregister(NodeRef node, Collection<UserId> users);

    /** Finds users: an answer for each, in one round trip for all of them. */
    Map<UserId, Whereabouts> locate(Collection<UserId> users);

    /**
     * Where users were when they were last located, without asking anybody: at once, and perhaps no longer so. Good for
     * bringing them something before a look tells where they are now, and for nothing else. Whoever is not remembered is
     * left out, which may be everybody.
     */
    default Map<UserId, Whereabouts.Where> recall(Collection<UserId> users) {
        return Map.of();
    }

    /** Removes words that a node disproved: it said that the user is not connected there. */
    void disprove(Map<UserId, List<Whereabouts.Registration>> absent);

    /** The live nodes. */
    List<NodeRef> nodes();

    /** Begins or renews the lease of an API node, under the name of its {@link SocketRouter}. */
    void heartbeat(String apiNode);

    /** Ends the lease of an API node. */
    void retire(String apiNode);

    /** The live API nodes. */
    Set<String> apiNodes();
}
