package io.touchline.adapter.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.touchline.core.model.UserId;
import java.net.Socket;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may connect, and what the others are told. */
@Timeout(60)
class HandshakeTest {
    private RunningNode node;

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    @Test
    void aGoodTokenIsReady() throws Exception {
        node = new RunningNode(WebSocketSettings.allowing(List.of())).started();

        TestClient client = TestClient.connect(node, "alice");

        assertThat(client.text())
                .matches("\\{\"type\":\"ready\",\"user\":\"alice\",\"connection\":\"[-0-9a-f]{36}\","
                        + "\"node\":\"n1\",\"heartbeat\":25}");
        assertThat(client.protocol()).isEmpty();
    }

    @Test
    void aTokenAmongTheProtocolsIsAsGood() throws Exception {
        node = new RunningNode(WebSocketSettings.allowing(List.of())).started();

        TestClient client = TestClient.connectByProtocol(node, "touchline.v1", "bearer.alice");

        assertThat(client.text()).startsWith("{\"type\":\"ready\",\"user\":\"alice\"");
        assertThat(client.protocol()).isEqualTo("touchline.v1");
    }

    @Test
    void aBadTokenIs401OrClosesWith4401() throws Exception {
        node = new RunningNode(WebSocketSettings.allowing(List.of())).started();

        assertRefused(401, authorized("bad"));
        assertRefused(401, TestClient.builder());
        assertRefused(401, TestClient.builder().header("Authorization", "Basic YTpi"));
        assertRefused(401, TestClient.builder().subprotocols("bearer.bad"));
        assertClosed(4401, "touchline.v1", "bearer.bad");
        assertClosed(4401, "touchline.v1");
    }

    @Test
    void aTokenOfBeforeAnAdministratorClosedIs401OrClosesWith4401() throws Exception {
        node = new RunningNode(WebSocketSettings.allowing(List.of())).started();
        long now = Instant.now().getEpochSecond();
        String end = "/" + (now + 600) + "/";
        TestClient client = TestClient.ready(node, "alice" + end + now);

        node.node.revoke(node.node.self(), Map.of(new UserId("alice"), Instant.ofEpochSecond(now)));

        assertThat(client.closeCode()).isEqualTo(4403);
        assertRefused(401, authorized("alice" + end + now));
        assertRefused(401, authorized("alice"));
        assertClosed(4401, "touchline.v1", "bearer.alice");
        TestClient.ready(node, "alice" + end + (now + 1));
        TestClient.ready(node, "bob");
    }

    @Test
    void aTokenInTheAddressIsNone() throws Exception {
        node = new RunningNode(WebSocketSettings.allowing(List.of())).started();

        assertThat(handshake("/ws?token=alice&access_token=alice", "")).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void aTokenThatNobodyCanCheckIs503OrClosesWith1013() throws Exception {
        node = new RunningNode(WebSocketSettings.allowing(List.of())).started();

        WebSocketHandshakeException refusal = assertRefused(503, authorized("unknown"));

        assertThat(refusal.getResponse().headers().firstValue("Retry-After")).hasValue("5");
        assertClosed(1013, "touchline.v1", "bearer.unknown");
    }

    @Test
    void aNodeThatTakesNobodyIs503OrClosesWith1013() throws Exception {
        node = new RunningNode(WebSocketSettings.allowing(List.of())); // without a lease

        assertRefused(503, authorized("alice"));
        assertClosed(1013, "touchline.v1", "bearer.alice");

        node.started();
        TestClient.ready(node, "alice");
        node.node.drain(Duration.ofMillis(1));
        assertRefused(503, authorized("bob"));
    }

    @Test
    void oneConnectionMoreThanAUserMayHaveIs429OrClosesWith4429() throws Exception {
        node = new RunningNode(WebSocketSettings.allowing(List.of())).started();
        TestClient.ready(node, "alice");
        TestClient.ready(node, "alice");
        TestClient last = TestClient.ready(node, "alice");

        WebSocketHandshakeException refusal = assertRefused(429, authorized("alice"));

        assertThat(refusal.getResponse().headers().firstValue("Retry-After")).hasValue("30");
        assertClosed(4429, "touchline.v1", "bearer.alice");
        last.close();
        last.closeCode();
        eventuallyReady("alice");
    }

    @Test
    void oneConnectionMoreThanAnAddressMayHaveIs429OrClosesWith4429() throws Exception {
        node = new RunningNode(new WebSocketSettings(List.of(), 1, 50)).started();
        TestClient only = TestClient.ready(node, "alice");

        assertRefused(429, authorized("bob"));
        assertClosed(4429, "touchline.v1", "bearer.bob");

        only.close();
        eventuallyReady("bob");
    }

    @Test
    void onlyTheSameOriginMayConnectUnlessOthersAreNamed() throws Exception {
        node = new RunningNode(WebSocketSettings.allowing(List.of())).started();

        assertThat(fromOrigin("http://localhost:" + node.port())).startsWith("HTTP/1.1 101 ");
        assertThat(fromOrigin("https://localhost:" + node.port())).startsWith("HTTP/1.1 403 ");
        assertThat(fromOrigin("http://localhost")).startsWith("HTTP/1.1 403 ");
        assertThat(fromOrigin("http://evil.example")).startsWith("HTTP/1.1 403 ");
        assertThat(fromOrigin("null")).startsWith("HTTP/1.1 403 ");
        assertThat(fromOrigin("%%%")).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void namedOriginsMayConnectAndNoOthers() throws Exception {
        node = new RunningNode(WebSocketSettings.allowing(List.of("https://chat.example", "https://*.team.example")))
                .started();

        assertThat(fromOrigin("https://chat.example")).startsWith("HTTP/1.1 101 ");
        assertThat(fromOrigin("https://a.team.example")).startsWith("HTTP/1.1 101 ");
        assertThat(fromOrigin("http://chat.example")).startsWith("HTTP/1.1 403 ");
        assertThat(fromOrigin("https://chat.example.evil")).startsWith("HTTP/1.1 403 ");
        assertThat(fromOrigin("http://localhost:" + node.port())).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void anotherOriginIsClosedWith4403IfItSpeaksOurProtocol() throws Exception {
        node = new RunningNode(WebSocketSettings.allowing(List.of())).started();

        TestClient client = TestClient.connect(
                node,
                TestClient.builder()
                        .header("Origin", "http://evil.example")
                        .subprotocols("touchline.v1", "bearer.alice"));

        assertThat(client.closeCode()).isEqualTo(4403);
    }

    @Test
    void compressionIsNotAgreedTo() throws Exception {
        node = new RunningNode(WebSocketSettings.allowing(List.of())).started();

        String answer =
                handshake("/ws", "Authorization: Bearer alice\r\nSec-WebSocket-Extensions: permessage-deflate\r\n");

        assertThat(answer).startsWith("HTTP/1.1 101 ").doesNotContainIgnoringCase("extensions");
    }

    private static WebSocket.Builder authorized(String token) {
        return TestClient.builder().header("Authorization", "Bearer " + token);
    }

    private WebSocketHandshakeException assertRefused(int status, WebSocket.Builder builder) {
        ExecutionException failure =
                catchThrowableOfType(ExecutionException.class, () -> TestClient.connect(node, builder));
        WebSocketHandshakeException refusal = (WebSocketHandshakeException) failure.getCause();
        assertThat(refusal.getResponse().statusCode()).isEqualTo(status);
        return refusal;
    }

    private void assertClosed(int code, String... protocols) throws Exception {
        TestClient client = TestClient.connectByProtocol(node, protocols);
        assertThat(client.closeCode()).isEqualTo(code);
        assertThat(client.protocol()).isEqualTo("touchline.v1");
    }

    private void eventuallyReady(String user) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                TestClient.ready(node, user);
                return;
            } catch (ExecutionException refused) {
                if (System.nanoTime() > end) {
                    throw refused;
                }
            }
        }
    }

    private String fromOrigin(String origin) throws Exception {
        return handshake("/ws", "Authorization: Bearer alice\r\nOrigin: " + origin + "\r\n");
    }

    /** The first line and headers of the answer. */
    private String handshake(String path, String headers) throws Exception {
        try (Socket socket = new Socket("localhost", node.port())) {
            socket.setSoTimeout(20_000);
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost:" + node.port()
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                assertThat(next).as("after " + head).isNotNegative();
                head.append((char) next);
            }
            return head.toString();
        }
    }
}
