package io.touchline.bootstrap;

import io.touchline.core.model.UserId;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Hands out a token for any name, so that a first try needs no identity provider. Only while none is configured, and only
 * to programs on this machine: not through a proxy, and not to a web page whose name was pointed here.
 */
@RestController
class DevTokenController {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_BODY = 1024;
    private static final Set<String> OWN_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private final LocalTokens tokens;

    DevTokenController(LocalTokens tokens) {
        this.tokens = tokens;
    }

    @PostMapping(path = "/dev/token", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Object> token(HttpServletRequest request) throws IOException {
        if (!isLocal(request)) {
            return problem(HttpStatus.FORBIDDEN, "Tokens for a first try are given only to callers on this machine.");
        }
        UserId user;
        try {
            byte[] body = request.getInputStream().readNBytes(MAX_BODY);
            user = new UserId(JSON.readTree(body).path("user").stringValue(""));
        } catch (JacksonException e) {
            return problem(HttpStatus.BAD_REQUEST, "The body is not like {\"user\":\"alice\"}.");
        } catch (IllegalArgumentException e) {
            return problem(HttpStatus.BAD_REQUEST, "user: " + e.getMessage());
        }
        String token = tokens.issue(user);
        return token == null
                ? problem(
                        HttpStatus.NOT_FOUND, "An identity provider is configured by touchline.jwt.*: use its tokens.")
                : ResponseEntity.ok()
                        .header(HttpHeaders.CACHE_CONTROL, "no-store")
                        .body(Map.of("token", token));
    }

    private static boolean isLocal(HttpServletRequest request) {
        boolean proxied = request.getHeader("X-Forwarded-For") != null || request.getHeader("Forwarded") != null;
        return !proxied && OWN_NAMES.contains(request.getServerName()) && isLoopback(request.getRemoteAddr());
    }

    /** The address is a literal, so nothing is looked up. */
    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static ResponseEntity<Object> problem(HttpStatus status, String detail) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemDetail.forStatusAndDetail(status, detail));
    }
}
