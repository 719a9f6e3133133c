package io.touchline.adapter.rest;

import java.util.List;

/**
 * What the REST calls tell about their surroundings, and whom they let in.
 *
 * @param socketUrl where clients find the chat nodes, as {@code GET /api/v1} tells them
 * @param version of the program, told there too
 * @param allowedOrigins browsers' origins that may call besides the same one, {@code https://chat.example.com}, or
 *     {@code *} for all
 */
public record RestSettings(String socketUrl, String version, List<String> allowedOrigins) {
    public RestSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
    }
}
