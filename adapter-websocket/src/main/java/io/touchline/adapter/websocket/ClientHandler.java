package io.touchline.adapter.websocket;

import io.touchline.core.ChatNode;
import io.touchline.core.CloseCode;
import io.touchline.core.model.Token;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.websocket.api.Session;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/** Brings Spring's sockets together with the chat node's connections. */
final class ClientHandler extends AbstractWebSocketHandler {
    private static final String CLIENT = Client.class.getName();

    private final ChatNode node;
    private final TokenVerifier verifier;
    private final Addresses addresses;
    private final int maxFramesPerSecond;

    ClientHandler(ChatNode node, TokenVerifier verifier, Addresses addresses, int maxFramesPerSecond) {
        this.node = node;
        this.verifier = verifier;
        this.addresses = addresses;
        this.maxFramesPerSecond = maxFramesPerSecond;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        Map<String, Object> attributes = session.getAttributes();
        Handshake.Outcome outcome = Handshake.Outcome.takenFrom(attributes);
        JettyClientSocket socket = new JettyClientSocket(nativeSession(session));
        Client client = new Client(socket, outcome.address(), verifier, new Allowance(maxFramesPerSecond));
        attributes.put(CLIENT, client);
        addresses.enter(outcome.address());
        Token token = outcome.token();
        CloseCode refusal = outcome.refusal();
        if (token != null && refusal == null) {
            client.opened(node.open(token, socket));
        } else {
            CloseCode code = Objects.requireNonNullElse(refusal, CloseCode.UNAUTHORIZED);
            socket.close(code.code(), code.text());
        }
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) {
        client(session).received(message.getPayload());
    }

    @Override
    protected void handlePongMessage(WebSocketSession session, PongMessage message) {
        client(session).receivedPong();
    }

    @Override
    protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) {
        client(session).receivedBinary();
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        Client client = client(session);
        addresses.leave(client.address());
        client.closed();
    }

    private static Client client(WebSocketSession session) {
        return (Client) Objects.requireNonNull(session.getAttributes().get(CLIENT), "nobody before it is open");
    }

    private static Session nativeSession(WebSocketSession session) {
        return Objects.requireNonNull(((NativeWebSocketSession) session).getNativeSession(Session.class));
    }
}
