package io.touchline.adapter.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client by java.net.http that keeps what it is sent. */
final class TestClient implements WebSocket.Listener {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long PATIENCE_SECONDS = 20;

    final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final StringBuilder part = new StringBuilder();
    private WebSocket socket;

    /** Connects as a program would. */
    static TestClient connect(RunningNode node, String token) throws Exception {
        return connect(node, HTTP.newWebSocketBuilder().header("Authorization", "Bearer " + token));
    }

    static WebSocket.Builder builder() {
        return HTTP.newWebSocketBuilder();
    }

    /** Connects as a browser would. */
    static TestClient connectByProtocol(RunningNode node, String... protocols) throws Exception {
        List<String> more = new ArrayList<>(List.of(protocols));
        return connect(node, HTTP.newWebSocketBuilder().subprotocols(more.remove(0), more.toArray(String[]::new)));
    }

    static TestClient connect(RunningNode node, WebSocket.Builder builder) throws Exception {
        TestClient client = new TestClient();
        client.socket = builder.buildAsync(URI.create("ws://localhost:" + node.port() + "/ws"), client)
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return client;
    }

    /** Connects and waits until it is ready. */
    static TestClient ready(RunningNode node, String token) throws Exception {
        TestClient client = connect(node, token);
        assertThat(client.text()).startsWith("{\"type\":\"ready\"");
        return client;
    }

    String protocol() {
        return socket.getSubprotocol();
    }

    String text() throws Exception {
        String text = texts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(text).as("a frame, closed with " + closeCode).isNotNull();
        return text;
    }

    List<String> texts(int count) throws Exception {
        List<String> got = new ArrayList<>();
        while (got.size() < count) {
            got.add(text());
        }
        return got;
    }

    void send(String text) throws Exception {
        socket.sendText(text, true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    void sendBinary(byte[] bytes) throws Exception {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    void close() throws Exception {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    void abort() {
        socket.abort();
    }

    int closeCode() throws Exception {
        return closeCode.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            texts.add(part.toString());
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closeCode.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closeCode.complete(1006);
    }
}
