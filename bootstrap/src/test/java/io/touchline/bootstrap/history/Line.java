package io.touchline.bootstrap.history;

import io.touchline.bootstrap.harness.Tokens;
import java.net.URI;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** One WebSocket, from the try to open it to its end. */
final class Line implements WebSocket.Listener {
    static final int ABNORMAL = 1006;
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    /** Whom a line tells; on any thread, one call at a time for each line. */
    interface Ear {
        void frame(Line line, String text);

        /** It is over, or never came to be; may be said more than once. */
        void over(Line line, int code);
    }

    private final Ear ear;
    private final URI node;
    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<WebSocket> socket;
    private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);

    // The receiver's notes
    String connection = "";
    boolean ready;
    Duration comeBackAfter = Duration.ZERO;

    Line(String user, URI node, Ear ear) {
        this.ear = ear;
        this.node = node;
        this.socket = Api.HTTP
                .newWebSocketBuilder()
                .connectTimeout(DEADLINE)
                .header("Authorization", "Bearer " + Tokens.of(user))
                .buildAsync(node, this);
        socket.copy().orTimeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS).whenComplete((opened, failure) -> {
            if (failure != null) {
                drop();
            }
        });
    }

    URI node() {
        return node;
    }

    void send(String frame) {
        write(opened -> opened.sendText(frame, true));
    }

    /** Closes it properly; it is over when the node has closed it too, or does not within the deadline. */
    void close() {
        write(opened -> opened.sendClose(WebSocket.NORMAL_CLOSURE, ""));
        CompletableFuture.delayedExecutor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .execute(this::drop);
    }

    /** Ends it at once. */
    void drop() {
        socket.thenAccept(WebSocket::abort);
        ear.over(this, ABNORMAL);
    }

    private interface Write {
        CompletableFuture<WebSocket> to(WebSocket opened);
    }

    /** One after the other, as the socket asks for. */
    private synchronized void write(Write write) {
        sent = sent.thenCompose(previous -> write.to(socket.join())).whenComplete((done, failure) -> {
            if (failure != null) {
                drop();
            }
        });
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            ear.frame(this, text.toString());
            text.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        ear.over(this, code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        ear.over(this, ABNORMAL);
    }
}
