package io.touchline.core;

import java.time.Duration;

/**
 * What can be chosen about a {@link ChatNode}.
 *
 * @param name the node's name in logs and views
 * @param lease how long the node is believed alive after its last heartbeat
 * @param heartbeat ping interval; a connection that answers neither of two pings is closed
 * @param writeDeadline how long one write to a client may take before the connection is cut
 * @param maxQueueBytes how much may wait for one connection before it is closed
 * @param maxConnectionsPerUser one more is turned away
 */
public record ChatNodeSettings(
        String name,
        Duration lease,
        Duration heartbeat,
        Duration writeDeadline,
        int maxQueueBytes,
        int maxConnectionsPerUser) {
    public ChatNodeSettings {
        if (lease.toMillis() < 300) {
            throw new IllegalArgumentException("a lease shorter than 300 ms cannot be kept: " + lease);
        }
        if (heartbeat.toMillis() < 1_000 || writeDeadline.toMillis() < 1) {
            throw new IllegalArgumentException("a heartbeat takes a second at least, a write a millisecond");
        }
        if (maxQueueBytes < 1 || maxConnectionsPerUser < 1) {
            throw new IllegalArgumentException("a node holds one connection with one byte at least");
        }
    }

    /** A lease of 10 s, pings every 25 s, 10 s for a write, 256 KiB a connection, 32 connections a user. */
    public static ChatNodeSettings named(String name) {
        return new ChatNodeSettings(
                name, Duration.ofSeconds(10), Duration.ofSeconds(25), Duration.ofSeconds(10), 256 * 1024, 32);
    }
}
