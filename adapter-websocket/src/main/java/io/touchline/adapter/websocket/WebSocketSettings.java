package io.touchline.adapter.websocket;

import java.util.List;

/**
 * What can be chosen about clients' connections.
 *
 * @param allowedOrigins the browsers' origins that may connect, as {@code https://chat.example} or with a {@code *} for
 *     any part of it; none: the same origin. A caller without an origin is no browser, and may connect
 * @param maxConnectionsPerAddress one more is turned away; large, as nodes usually stand behind a balancer
 * @param maxFramesPerSecond how many frames a client may send, on average over a few seconds; past that it is closed
 */
public record WebSocketSettings(List<String> allowedOrigins, int maxConnectionsPerAddress, int maxFramesPerSecond) {
    public WebSocketSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
        if (maxConnectionsPerAddress < 1 || maxFramesPerSecond < 1) {
            throw new IllegalArgumentException("a limit is 1 at least");
        }
    }

    /** 20,000 connections an address, 50 frames a second. */
    public static WebSocketSettings allowing(List<String> origins) {
        return new WebSocketSettings(origins, 20_000, 50);
    }
}
