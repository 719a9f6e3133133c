package io.touchline.adapter.rest;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Turns away a body that says itself that it is too long, whether or not the call would read it; one that does not say is
 * counted by {@link JsonMessages}. Stands behind authentication: only for a known caller is a body worth waiting for.
 */
final class BodyLimitFilter extends OncePerRequestFilter {
    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getContentLengthLong() > Body.MAX_BYTES) {
            if (request.getUserPrincipal() != null) {
                Body.drain(request.getInputStream());
            }
            throw Body.tooLarge();
        }
        chain.doFilter(request, response);
    }
}
