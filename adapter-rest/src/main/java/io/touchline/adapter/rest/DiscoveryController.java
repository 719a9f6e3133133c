package io.touchline.adapter.rest;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells a client where to connect. */
@RestController
final class DiscoveryController {
    private final RestSettings settings;

    DiscoveryController(RestSettings settings) {
        this.settings = settings;
    }

    @GetMapping(path = RestConfiguration.BASE, produces = MediaType.APPLICATION_JSON_VALUE)
    Answer base(HttpServletRequest request) {
        return out -> {
            out.writeStartObject();
            out.writeStringProperty("socket", settings.socketUrl(request));
            out.writeStringProperty("version", settings.version());
            out.writeEndObject();
        };
    }
}
