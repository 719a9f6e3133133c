package io.touchline.adapter.websocket;

import java.util.List;
import org.springframework.http.HttpRequest;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.util.WebUtils;

/** Which browsers' pages may connect. */
final class Origins {
    private final List<String> allowed;
    private final CorsConfiguration patterns = new CorsConfiguration();

    /** @param allowed none: the same origin */
    Origins(List<String> allowed) {
        this.allowed = allowed;
        patterns.setAllowedOriginPatterns(allowed);
    }

    boolean allow(HttpRequest request) {
        String origin = request.getHeaders().getOrigin();
        if (origin == null) {
            return true;
        }
        return allowed.isEmpty() ? isSame(request) : patterns.checkOrigin(origin) != null;
    }

    private static boolean isSame(HttpRequest request) {
        try {
            return WebUtils.isSameOrigin(request);
        } catch (IllegalArgumentException e) {
            return false; // "null", for one, is not an origin
        }
    }
}
