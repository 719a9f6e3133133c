package io.touchline.adapter.rest;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells the page how people sign in here. */
@RestController
final class PageController {
    private final PageSettings settings;

    PageController(PageSettings settings) {
        this.settings = settings;
    }

    @GetMapping(path = PageConfiguration.FILES + "settings.json", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Answer> settings() {
        return ResponseEntity.ok().header(HttpHeaders.CACHE_CONTROL, "no-store").body(out -> {
            out.writeStartObject();
            out.writeBooleanProperty("names", settings.names());
            out.writeEndObject();
        });
    }
}
