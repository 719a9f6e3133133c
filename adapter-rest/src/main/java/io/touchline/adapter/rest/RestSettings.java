package io.touchline.adapter.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/**
 * What the REST calls tell about their surroundings, and whom they let in.
 *
 * @param socketUrl where clients find the chat nodes, as {@code GET /api/v1} tells them: an address, or a path such as
 *     {@code /ws}, which is on the server that they called, by the name that they called it
 * @param version of the program, told there too
 * @param allowedOrigins browsers' origins that may call besides the same one, {@code https://chat.example.com}, or
 *     {@code *} for all
 */
public record RestSettings(String socketUrl, String version, List<String> allowedOrigins) {
    public RestSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
    }

    /** The whole address for who makes this request. */
    String socketUrl(HttpServletRequest request) {
        if (!socketUrl.startsWith("/")) {
            return socketUrl;
        }
        return ServletUriComponentsBuilder.fromContextPath(request)
                .scheme(request.isSecure() ? "wss" : "ws")
                .path(socketUrl)
                .toUriString();
    }
}
