package io.touchline.core.port;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Brings frames to the chat node that holds the receivers' connections. Called by API nodes, for one node by one thread
 * at a time; implemented by an adapter for each way to reach a node, and by a chat node itself.
 *
 * <ul>
 *   <li>SR-1 Every open connection of every receiver on that node gets the frame, unchanged.
 *   <li>SR-2 Receivers who are not connected there are answered as absent, and only they.
 *   <li>SR-3 A forward that is meant for another life of the node delivers nothing.
 *   <li>SR-4 The receipts that the node gathered are in one answer, and not again in the next.
 *   <li>SR-5 A forward with no deliveries is good, and brings the receipts.
 *   <li>SR-6 A node that cannot be reached is an answer, not an exception, and it comes within the adapter's deadline.
 *   <li>SR-7 Frames for one connection arrive in the order of the forwards, and of the deliveries in each.
 *   <li>SR-8 Resyncing tells every open connection of those users on that node to catch up, and no other; if nobody is
 *       named, everybody's. It is answered as a forward is.
 *   <li>SR-9 Revoking closes every open connection on that node of those users whose token is not newer, and no other, in
 *       whatever life the node is; from then on it takes no such token. It is answered as a forward without deliveries.
 * </ul>
 *
 * <p>It blocks, within the adapter's deadline, and may be called by any thread. Not promised: that a client has what its
 * node took; only a receipt says that.
 */
public interface SocketRouter {
    /** What chat nodes know this end by: one name for as long as it lives, and no other's. */
    String name();

    ForwardResult forward(NodeRef node, List<Delivery> deliveries);

    /** Has users catch up who may have missed something while the node could not be reached; nobody for everybody. */
    ForwardResult resync(NodeRef node, Collection<UserId> users);

    /**
     * Closes connections for an administrator, and tells up to when each user's tokens are worth nothing; told again it
     * changes nothing.
     *
     * @param revocations nobody: there are none
     */
    ForwardResult revoke(NodeRef node, Map<UserId, Instant> revocations);

    /**
     * Says that no more comes from here, and that nothing is missing: a node has its clients catch up if an API node
     * falls silent without that word. Nobody need hear it.
     */
    void leave(NodeRef node);
}
