package io.touchline.bootstrap.harness;

import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** What a chat node says to somebody who wants to connect. */
public final class Handshake {
    private static final int SWITCHING = 101;
    private static final int READY = 0;

    private Handshake() {}

    /** The HTTP status for a program. A connection that comes about is dropped. */
    public static int status(Node node, String user) {
        return statusFor(node, Tokens.of(user));
    }

    public static int statusFor(Node node, String token) {
        try {
            Rest.HTTP
                    .newWebSocketBuilder()
                    .header("Authorization", "Bearer " + token)
                    .buildAsync(node.socketUri(), new WebSocket.Listener() {})
                    .orTimeout(Await.SOON.toSeconds(), TimeUnit.SECONDS)
                    .join()
                    .abort();
            return SWITCHING;
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw e;
        }
    }

    /** The close code for a browser, which sees no status; 0 if it may stay. */
    public static int closeCode(Node node, String user) {
        return closeCodeFor(node, Tokens.of(user));
    }

    public static int closeCodeFor(Node node, String token) {
        Answered answered = new Answered();
        WebSocket socket = Rest.HTTP
                .newWebSocketBuilder()
                .subprotocols("touchline.v1", "bearer." + token)
                .buildAsync(node.socketUri(), answered)
                .orTimeout(Await.SOON.toSeconds(), TimeUnit.SECONDS)
                .join();
        int code = answered.code
                .orTimeout(Await.SOON.toSeconds(), TimeUnit.SECONDS)
                .join();
        socket.abort();
        return code;
    }

    private static final class Answered implements WebSocket.Listener {
        private final CompletableFuture<Integer> code = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            code.complete(READY);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int closed, String reason) {
            code.complete(closed);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            code.completeExceptionally(failure);
        }
    }
}
