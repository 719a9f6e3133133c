package io.touchline.adapter.rest;

import io.touchline.adapter.rest.ProblemException.Kind;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/** Turns away a query that cannot be decoded and a media type of a body that is none: later they look like defects. */
final class ReadableFilter extends OncePerRequestFilter {
    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (isWildcard(request.getContentType())) {
            throw Body.unsupported();
        }
        try {
            request.getParameterMap();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new ProblemException(Kind.INVALID_REQUEST, "The query cannot be decoded.");
        }
        chain.doFilter(request, response);
    }

    private static boolean isWildcard(@Nullable String mediaType) {
        return mediaType != null && mediaType.contains("*");
    }
}
