package io.touchline.adapter.rest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.DigestUtils;

/** A file of the jar as it is answered. Browsers keep it, and ask whether it is good: an upgrade brings another. */
final class OwnFile {
    private OwnFile() {}

    static ResponseEntity<byte[]> text(String name, String subtype) {
        return load(name, new MediaType("text", subtype, StandardCharsets.UTF_8));
    }

    static ResponseEntity<byte[]> load(String name, MediaType type) {
        byte[] content;
        try {
            content = new ClassPathResource(name, OwnFile.class).getContentAsByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ResponseEntity.ok()
                .contentType(type)
                .eTag(DigestUtils.md5DigestAsHex(content))
                .cacheControl(CacheControl.noCache())
                .body(content);
    }
}
