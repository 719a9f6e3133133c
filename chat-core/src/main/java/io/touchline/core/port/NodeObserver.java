package io.touchline.core.port;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;

/**
 * Learns what happens on a chat node, to log and to count it. Called by the threads that do the work, so it must return
 * at once and throw nothing. An observer overrides what it wants to know.
 */
public interface NodeObserver {
    /** The node lives under a new incarnation: at its start, or because its lease had ended. */
    default void incarnated(NodeRef node) {}

    /** The presence registry does not answer; tried again until it does. */
    default void presenceAway(UnavailableException failure) {}

    /** The presence registry answers again. */
    default void presenceBack() {}

    /** A connection was closed by this node. */
    default void connectionClosed(UserId user, int code) {}

    /** So many receipts were dropped, as more had been gathered than the bound; clients send them again. */
    default void receiptsDropped(int count) {}

    /** Something happened that never should; the node goes on. */
    default void defect(RuntimeException failure) {}
}
