package io.touchline.adapter.rest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.DigestUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The JavaScript client and its types, of the same version as the node. Browsers keep them, and ask whether they are good. */
@RestController
final class ScriptController {
    static final String SCRIPT = "/touchline.js";
    static final String TYPES = "/touchline.d.ts";

    private final ResponseEntity<byte[]> script = load(SCRIPT, "javascript");
    private final ResponseEntity<byte[]> types = load(TYPES, "plain");

    @GetMapping(SCRIPT)
    ResponseEntity<byte[]> script() {
        return script;
    }

    @GetMapping(TYPES)
    ResponseEntity<byte[]> types() {
        return types;
    }

    private static ResponseEntity<byte[]> load(String path, String subtype) {
        byte[] content;
        try {
            content = new ClassPathResource(path.substring(1), ScriptController.class).getContentAsByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ResponseEntity.ok()
                .contentType(new MediaType("text", subtype, StandardCharsets.UTF_8))
                .eTag(DigestUtils.md5DigestAsHex(content))
                .cacheControl(CacheControl.noCache())
                .body(content);
    }
}
