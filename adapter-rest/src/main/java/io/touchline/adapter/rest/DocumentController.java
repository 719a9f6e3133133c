package io.touchline.adapter.rest;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What REST and the sockets say, as OpenAPI and AsyncAPI, and a page that shows both. */
@RestController
final class DocumentController {
    static final String OPEN_API = RestConfiguration.BASE + "/openapi.json";
    static final String ASYNC_API = RestConfiguration.BASE + "/asyncapi.json";
    static final String PAGE = RestConfiguration.BASE + "/docs";
    static final String PAGE_SCRIPT = PAGE + "/docs.js";
    static final String PAGE_STYLE = PAGE + "/docs.css";

    private final ResponseEntity<byte[]> openApi = OwnFile.load("openapi.json", MediaType.APPLICATION_JSON);
    private final ResponseEntity<byte[]> asyncApi = OwnFile.load("asyncapi.json", MediaType.APPLICATION_JSON);
    private final ResponseEntity<byte[]> page = OwnFile.text("docs/docs.html", "html");
    private final ResponseEntity<byte[]> pageScript = OwnFile.text("docs/docs.js", "javascript");
    private final ResponseEntity<byte[]> pageStyle = OwnFile.text("docs/docs.css", "css");

    @GetMapping(OPEN_API)
    ResponseEntity<byte[]> openApi() {
        return openApi;
    }

    @GetMapping(ASYNC_API)
    ResponseEntity<byte[]> asyncApi() {
        return asyncApi;
    }

    @GetMapping(PAGE)
    ResponseEntity<byte[]> page() {
        return page;
    }

    @GetMapping(PAGE_SCRIPT)
    ResponseEntity<byte[]> pageScript() {
        return pageScript;
    }

    @GetMapping(PAGE_STYLE)
    ResponseEntity<byte[]> pageStyle() {
        return pageStyle;
    }
}
