package io.touchline.core.model;

import java.util.UUID;

/**
 * One life of a chat node.
 *
 * @param incarnation new at every start, and whenever its lease was lost: nothing that was meant for one life can reach
 *     another
 * @param address where it takes deliveries, {@code http://host:port}
 */
public record NodeRef(String incarnation, String address) {
    public NodeRef {
        if (incarnation.isBlank() || incarnation.length() > Ids.MAX_LENGTH) {
            throw new IllegalArgumentException("an incarnation has 1 to " + Ids.MAX_LENGTH + " characters");
        }
        if (address.isBlank()) {
            throw new IllegalArgumentException("a node has an address");
        }
    }

    /** A new life at that address. */
    public static NodeRef at(String address) {
        return new NodeRef(UUID.randomUUID().toString(), address);
    }
}
