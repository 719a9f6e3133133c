package io.touchline.adapter.websocket;

import io.touchline.core.ChatNode;
import io.touchline.core.ChatNode.Admission;
import io.touchline.core.CloseCode;
import io.touchline.core.model.Token;
import io.touchline.core.port.UnavailableException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.server.HandshakeInterceptor;

/**
 * Decides who may connect. A browser cannot see the status of a refused handshake, so a caller that offers our
 * sub-protocol is let in, to be closed with the code that says why; any other is refused by status.
 */
final class Handshake implements HandshakeInterceptor {
    static final String PROTOCOL = "touchline.v1";

    private static final String BEARER_PROTOCOL = "bearer.";
    private static final String BEARER = "Bearer ";
    private static final int LATER_SECONDS = 5;
    private static final int MUCH_LATER_SECONDS = 30;

    /** What became of it, for the handler; a token, unless there is no good one, or a refusal, or both. */
    record Outcome(
            String address, @Nullable Token token, @Nullable CloseCode refusal) {
        private static final String ATTRIBUTE = Outcome.class.getName();

        static Outcome takenFrom(Map<String, Object> attributes) {
            return (Outcome) Objects.requireNonNull(attributes.remove(ATTRIBUTE), "no handshake before it");
        }
    }

    private final ChatNode node;
    private final TokenVerifier verifier;
    private final Addresses addresses;
    private final Origins origins;

    Handshake(ChatNode node, TokenVerifier verifier, Addresses addresses, Origins origins) {
        this.node = node;
        this.verifier = verifier;
        this.addresses = addresses;
        this.origins = origins;
    }

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        Outcome outcome = outcome(request);
        CloseCode refusal = outcome.refusal;
        if (refusal != null && !protocols(request).contains(PROTOCOL)) {
            refuse(refusal, response);
            return false;
        }
        attributes.put(Outcome.ATTRIBUTE, outcome);
        return true;
    }

    @Override
    public void afterHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            @Nullable Exception failure) {}

    private Outcome outcome(ServerHttpRequest request) {
        String address =
                ((ServletServerHttpRequest) request).getServletRequest().getRemoteAddr();
        if (!origins.allow(request)) {
            return new Outcome(address, null, CloseCode.FORBIDDEN);
        }
        if (addresses.isFull(address)) {
            return new Outcome(address, null, CloseCode.TOO_MANY);
        }
        try {
            Optional<Token> token = token(request).flatMap(verifier::verify);
            CloseCode refusal = token.map(this::refusal).orElse(null);
            return token.isEmpty()
                    ? new Outcome(address, null, CloseCode.UNAUTHORIZED)
                    : new Outcome(address, token.get(), refusal);
        } catch (UnavailableException e) {
            return new Outcome(address, null, CloseCode.TRY_LATER);
        }
    }

    private @Nullable CloseCode refusal(Token token) {
        Admission admission = node.admit(token);
        return admission == Admission.ADMITTED ? null : CloseCode.of(admission);
    }

    private static Optional<String> token(ServerHttpRequest request) {
        String header = request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        if (header != null) {
            return header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    ? Optional.of(header.substring(BEARER.length()).trim())
                    : Optional.empty();
        }
        return protocols(request).stream()
                .filter(protocol -> protocol.startsWith(BEARER_PROTOCOL))
                .map(protocol -> protocol.substring(BEARER_PROTOCOL.length()))
                .findFirst();
    }

    private static List<String> protocols(ServerHttpRequest request) {
        return new WebSocketHttpHeaders(request.getHeaders()).getSecWebSocketProtocol();
    }

    private static void refuse(CloseCode refusal, ServerHttpResponse response) {
        HttpHeaders headers = response.getHeaders();
        switch (refusal) {
            case UNAUTHORIZED -> {
                response.setStatusCode(HttpStatus.UNAUTHORIZED);
                headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            }
            case TOO_MANY -> {
                response.setStatusCode(HttpStatus.TOO_MANY_REQUESTS);
                headers.set(HttpHeaders.RETRY_AFTER, Integer.toString(MUCH_LATER_SECONDS));
            }
            case TRY_LATER -> {
                response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
                headers.set(HttpHeaders.RETRY_AFTER, Integer.toString(LATER_SECONDS));
            }
            default -> response.setStatusCode(HttpStatus.FORBIDDEN);
        }
    }
}
