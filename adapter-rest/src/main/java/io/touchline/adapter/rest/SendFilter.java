package io.touchline.adapter.rest;

import io.touchline.core.Chat;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.web.header.HeaderWriter;

/**
 * The short way of a message in: what {@link MessageController#send} answers, without the filters and the dispatching
 * that cost several times as much as all the rest of it. Only for the plain form in which nearly all messages come; any
 * request that is odd in any way, or comes from a browser's page elsewhere, goes the long way.
 */
final class SendFilter implements Filter {
    private static final Pattern PATH =
            Pattern.compile(Pattern.quote(RestConfiguration.BASE) + "/channels/([A-Za-z0-9._~@:-]{1,64})/messages");
    private static final Pattern BEARER = Pattern.compile("Bearer ([A-Za-z0-9._~+/-]+=*)");

    private final Chat chat;
    private final JwtAuthenticationProvider tokens;
    private final List<HeaderWriter> headers;
    private final Problems problems;

    SendFilter(Chat chat, JwtDecoder decoder, List<HeaderWriter> headers, Problems problems) {
        this.chat = chat;
        this.tokens = new JwtAuthenticationProvider(decoder);
        this.tokens.setJwtAuthenticationConverter(token -> Caller.of(token, chat));
        this.headers = headers;
        this.problems = problems;
    }

    /** Whether a request is of that plain form. */
    static boolean suits(HttpServletRequest request) {
        return request.getMethod().equals("POST")
                && request.getQueryString() == null
                && path(request).matches()
                && request.getHeader(HttpHeaders.ORIGIN) == null
                && isJson(request.getContentType())
                && takesJson(request.getHeader(HttpHeaders.ACCEPT))
                && request.getContentLengthLong() > 0
                && request.getContentLengthLong() <= Body.MAX_BYTES
                && token(request).matches();
    }

    private static Matcher path(HttpServletRequest request) {
        String path = request.getRequestURI();
        return PATH.matcher(
                path.startsWith(request.getContextPath())
                        ? path.substring(request.getContextPath().length())
                        : "");
    }

    private static Matcher token(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        return BEARER.matcher(header == null ? "" : header);
    }

    private static boolean isJson(@Nullable String contentType) {
        return contentType != null
                && (contentType.equals(MediaType.APPLICATION_JSON_VALUE)
                        || contentType.toLowerCase(Locale.ROOT).equals("application/json; charset=utf-8"));
    }

    private static boolean takesJson(@Nullable String accept) {
        return accept == null || accept.equals("*/*") || accept.equals(MediaType.APPLICATION_JSON_VALUE);
    }

    @Override
    public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain) throws IOException {
        HttpServletRequest request = (HttpServletRequest) in;
        HttpServletResponse response = (HttpServletResponse) out;
        headers.forEach(header -> header.writeHeaders(request, response));
        try {
            answer(response, send(request));
        } catch (RuntimeException e) {
            Body.drain(request.getInputStream()); // or the connection would be of no more use
            problems.answer(response, e);
        }
    }

    private Chat.Sent send(HttpServletRequest request) throws IOException {
        Caller caller = caller(request);
        Matcher path = path(request);
        Body body = Body.parse(request.getInputStream().readAllBytes());
        return chat.send(
                caller.user(),
                Input.channel(path.matches() ? path.group(1) : ""),
                body.text("content"),
                body.optionalText("clientMessageId"));
    }

    private Caller caller(HttpServletRequest request) {
        Matcher token = token(request);
        Authentication caller =
                tokens.authenticate(new BearerTokenAuthenticationToken(token.matches() ? token.group(1) : ""));
        return (Caller) caller;
    }

    private static void answer(HttpServletResponse response, Chat.Sent sent) throws IOException {
        Answer event = json -> JsonEventEncoder.write(json, sent.event());
        byte[] bytes = event.bytes();
        response.setStatus(sent.repeated() ? HttpServletResponse.SC_OK : HttpServletResponse.SC_CREATED);
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
