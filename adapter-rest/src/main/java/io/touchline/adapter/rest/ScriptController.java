package io.touchline.adapter.rest;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The JavaScript client and its types, of the same version as the node. */
@RestController
final class ScriptController {
    static final String SCRIPT = "/touchline.js";
    static final String TYPES = "/touchline.d.ts";

    private final ResponseEntity<byte[]> script = OwnFile.text("touchline.js", "javascript");
    private final ResponseEntity<byte[]> types = OwnFile.text("touchline.d.ts", "plain");

    @GetMapping(SCRIPT)
    ResponseEntity<byte[]> script() {
        return script;
    }

    @GetMapping(TYPES)
    ResponseEntity<byte[]> types() {
        return types;
    }
}
