package io.touchline.adapter.websocket;

import io.touchline.adapter.websocket.ClientFrame.Ping;
import io.touchline.adapter.websocket.ClientFrame.Receipt;
import io.touchline.adapter.websocket.ClientFrame.Renew;
import io.touchline.core.CloseCode;
import io.touchline.core.Connection;
import io.touchline.core.model.Token;
import io.touchline.core.port.UnavailableException;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/** One client: what it sends, brought to its connection. One frame at a time; it may close at any moment. */
final class Client {
    private static final int NOT_ACCEPTABLE = 1003;

    private final JettyClientSocket socket;
    private final String address;
    private final TokenVerifier verifier;
    private final Allowance allowance;

    private @Nullable Connection connection; // null also for one who is turned away
    private boolean closed;

    Client(JettyClientSocket socket, String address, TokenVerifier verifier, Allowance allowance) {
        this.socket = socket;
        this.address = address;
        this.verifier = verifier;
        this.allowance = allowance;
    }

    String address() {
        return address;
    }

    void opened(Connection opened) {
        synchronized (this) {
            connection = opened;
            if (!closed) {
                return;
            }
        }
        opened.closed();
    }

    /** The socket is gone. */
    void closed() {
        Connection gone;
        synchronized (this) {
            closed = true;
            gone = connection;
        }
        if (gone != null) {
            gone.closed();
        }
        socket.ended();
    }

    void received(String text) {
        Connection to = allowed();
        if (to == null) {
            return;
        }
        try {
            take(ClientFrame.parse(text), to);
        } catch (ProtocolException e) {
            to.close(CloseCode.BAD_FRAME);
        }
    }

    void receivedPong() {
        Connection to = allowed();
        if (to != null) {
            to.heard();
        }
    }

    void receivedBinary() {
        socket.close(NOT_ACCEPTABLE, "text frames only");
    }

    private @Nullable Connection allowed() {
        Connection to = connection();
        if (to == null || allowance.take(System.nanoTime())) {
            return to;
        }
        to.close(CloseCode.BAD_FRAME); // no client of the contract says that much
        return null;
    }

    private synchronized @Nullable Connection connection() {
        return connection;
    }

    private void take(ClientFrame frame, Connection to) {
        if (frame instanceof Receipt receipt) {
            to.receipt(receipt.delivered(), receipt.read());
        } else if (frame instanceof Ping) {
            to.ping();
        } else if (frame instanceof Renew renew) {
            renew(renew.token(), to);
        }
    }

    private void renew(String token, Connection to) {
        try {
            Token fresh = verifier.verify(token)
                    .filter(verified -> verified.user().equals(to.user()))
                    .orElse(null);
            if (fresh == null) {
                to.close(CloseCode.UNAUTHORIZED);
            } else {
                to.renewed(fresh);
            }
        } catch (UnavailableException e) {
            to.close(CloseCode.TRY_LATER);
        }
    }
}
