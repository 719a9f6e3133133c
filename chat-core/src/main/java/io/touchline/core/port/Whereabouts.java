package io.touchline.core.port;

import io.touchline.core.model.NodeRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where a user is connected, as far as a {@link PresenceRegistry} can tell. */
public sealed interface Whereabouts {
    /** On these live nodes, one at least. */
    record Where(List<Registration> registrations) implements Whereabouts {
        public Where {
            registrations = List.copyOf(registrations);
            if (registrations.isEmpty()) {
                throw new IllegalArgumentException("who is somewhere is on a node");
            }
        }
    }

    /**
     * On no live node.
     *
     * @param since how long ago he was last connected, as far as is known: his last disconnecting, or the end of his
     *     node's lease; empty if there is no trace of him, so that it is longer ago than any grace
     */
    record Nowhere(Optional<Duration> since) implements Whereabouts {}

    /** Nobody knows just now: he may be on any node. This is never to be taken for being offline. */
    record Unknown() implements Whereabouts {}

    /**
     * One node's word that a user is connected there.
     *
     * @param version changes whenever the node registers him anew, so that only this very word can be disproved
     */
    record Registration(NodeRef node, String version) {}
}
