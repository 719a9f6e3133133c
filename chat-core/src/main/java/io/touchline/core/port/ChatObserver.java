package io.touchline.core.port;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import java.time.Duration;

/**
 * Learns what happens on an API node, to log and to count it. Called by the threads that do the work, so it must return
 * at once and throw nothing. An observer overrides what it wants to know.
 */
public interface ChatObserver {
    /** A batch of drafts was appended. */
    default void appended(int drafts) {}

    /** A batch of deliveries was taken by a chat node. */
    default void forwarded(NodeRef node, int deliveries, int receivers) {}

    /** A chat node could not be reached; what was for it stays owed. */
    default void nodeUnreachable(NodeRef node, String reason) {}

    /** The presence registry does not answer: forwards go to every node last known. */
    default void presenceAway(UnavailableException failure) {}

    /** The store did not answer in the background; tried again. */
    default void storeAway(UnavailableException failure) {}

    /** An announcement had this result. */
    default void pushed(PushResult result) {}

    /**
     * The push service takes nothing from anybody: no announcement is begun before that wait is over, and then one at a
     * time, until one comes through. What is owed stays owed.
     */
    default void pushesHeld(Duration wait) {}

    /**
     * More tokens are said to be dead than can be true, so that a mix-up of projects or a fault of the push service is
     * likely: from now on no device is forgotten, and what is owed to such stays owed and is tried again. Somebody
     * should look.
     */
    default void deadTokensDoubted() {}

    /** Nearly all tokens are good again: from now on the push service's word is believed. */
    default void deadTokensBelieved() {}

    /** A delivery ended without the user having it, for good. */
    default void rejected(ChannelId channel, UserId user, long sequence, String reason) {}

    /** Something happened that never should; the node goes on. */
    default void defect(RuntimeException failure) {}
}
