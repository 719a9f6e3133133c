package io.touchline.adapter.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.ChatNodeSettings;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ForwardResult.Forwarded;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said on a connection, and how it ends. */
@Timeout(60)
class ConnectionTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final UserId STUCK = new UserId("stuck");

    private RunningNode node;

    @BeforeEach
    void start() throws Exception {
        node = new RunningNode(WebSocketSettings.allowing(List.of())).started();
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    @Test
    void everyConnectionOfAUserGetsWhatIsForHim() throws Exception {
        TestClient phone = TestClient.ready(node, "alice");
        TestClient laptop = TestClient.ready(node, "alice");
        TestClient bobs = TestClient.ready(node, "bob");

        node.forward("\u6f22 \ud83d\ude00", ALICE);
        node.forward("end", ALICE, BOB);

        assertThat(phone.texts(2)).containsExactly("\u6f22 \ud83d\ude00", "end");
        assertThat(laptop.texts(2)).containsExactly("\u6f22 \ud83d\ude00", "end");
        assertThat(bobs.text()).isEqualTo("end");
    }

    @Test
    void framesOfAnySizeArriveInOrder() throws Exception {
        TestClient client = TestClient.ready(node, "alice");
        List<String> sent = IntStream.range(0, 400)
                .mapToObj(i -> i + "x".repeat(i % 7 == 0 ? 40_000 : i))
                .toList();

        sent.forEach(text -> node.forward(text, ALICE));

        assertThat(client.texts(400)).isEqualTo(sent);
    }

    @Test
    void whoHasLeftIsAbsent() throws Exception {
        TestClient polite = TestClient.ready(node, "alice");
        TestClient rude = TestClient.ready(node, "bob");

        polite.close();
        rude.abort();

        eventually(() -> node.forward("news", ALICE, BOB).equals(new Forwarded(Set.of(ALICE, BOB), List.of())));
        assertThat(node.node.connectionCount()).isZero();
    }

    @Test
    void aPingIsAnswered() throws Exception {
        TestClient client = TestClient.ready(node, "alice");

        client.send("{\"type\":\"ping\"}");

        assertThat(client.text()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void receiptsComeWithTheNextAnswer() throws Exception {
        TestClient client = TestClient.ready(node, "alice");
        ChannelId channel = ChannelId.random();

        client.send("{\"type\":\"receipt\",\"delivered\":{\"" + channel + "\":7},\"read\":{\"" + channel + "\":4}}");
        client.send("{\"type\":\"ping\"}");
        assertThat(client.text()).isEqualTo("{\"type\":\"pong\"}");

        assertThat(node.forward("news", ALICE))
                .isEqualTo(new Forwarded(Set.of(), List.of(new Receipt(ALICE, channel, 7, 4))));
        assertThat(node.forward("news", ALICE)).isEqualTo(new Forwarded(Set.of(), List.of()));
    }

    @Test
    void aTokenThatEndsIsToldAndThenClosesWith4401() throws Exception {
        Instant end = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 3);
        TestClient client = TestClient.ready(node, "alice/" + end.getEpochSecond());

        assertThat(client.text()).isEqualTo("{\"type\":\"expiring\",\"at\":\"" + end + "\"}");
        assertThat(client.closeCode()).isEqualTo(4401);
        assertThat(Instant.now()).isAfterOrEqualTo(end);
    }

    @Test
    void aRenewedTokenGoesOn() throws Exception {
        long soon = Instant.now().getEpochSecond() + 3;
        TestClient client = TestClient.ready(node, "alice/" + soon);
        assertThat(client.text()).startsWith("{\"type\":\"expiring\"");

        client.send("{\"type\":\"renew\",\"token\":\"alice/" + (soon + 1_000) + "\"}");

        TestClient other = TestClient.ready(node, "bob/" + soon);
        assertThat(other.closeCode()).isEqualTo(4401);
        node.forward("still here", ALICE);
        assertThat(client.text()).isEqualTo("still here");
    }

    @Test
    void aTokenWithoutAnEndRenewsForEver() throws Exception {
        long soon = Instant.now().getEpochSecond() + 2;
        TestClient client = TestClient.ready(node, "alice/" + soon);
        client.send("{\"type\":\"renew\",\"token\":\"alice\"}");

        TestClient other = TestClient.ready(node, "bob/" + soon);
        assertThat(other.closeCode()).isEqualTo(4401);
        client.send("{\"type\":\"ping\"}");
        String answer = client.text();
        assertThat(answer.contains("expiring") ? client.text() : answer).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void renewingWithABadOrAnothersTokenClosesWith4401() throws Exception {
        TestClient bad = TestClient.ready(node, "alice");
        TestClient others = TestClient.ready(node, "alice");

        bad.send("{\"type\":\"renew\",\"token\":\"bad\"}");
        others.send("{\"type\":\"renew\",\"token\":\"bob\"}");

        assertThat(bad.closeCode()).isEqualTo(4401);
        assertThat(others.closeCode()).isEqualTo(4401);
    }

    @Test
    void renewingWithATokenOfBeforeAnAdministratorClosedClosesWith4401() throws Exception {
        long now = Instant.now().getEpochSecond();
        String fresh = "alice/" + (now + 600) + "/" + (now + 1);
        TestClient client = TestClient.ready(node, fresh);
        node.node.revoke(node.node.self(), Map.of(ALICE, Instant.ofEpochSecond(now)));
        client.send("{\"type\":\"renew\",\"token\":\"" + fresh + "\"}");
        client.send("{\"type\":\"ping\"}");
        assertThat(client.text()).isEqualTo("{\"type\":\"pong\"}");

        client.send("{\"type\":\"renew\",\"token\":\"alice\"}");

        assertThat(client.closeCode()).isEqualTo(4401);
    }

    @Test
    void renewingWithWhatNobodyCanCheckClosesWith1013() throws Exception {
        TestClient client = TestClient.ready(node, "alice");

        client.send("{\"type\":\"renew\",\"token\":\"unknown\"}");

        assertThat(client.closeCode()).isEqualTo(1013);
    }

    @Test
    void whatIsNotOfTheContractClosesWith4400() throws Exception {
        for (String text :
                List.of("hello", "{\"type\":\"message\"}", "{\"type\":\"receipt\",\"read\":{\"a b\":1}}", "")) {
            TestClient client = TestClient.ready(node, "alice");

            client.send(text);

            assertThat(client.closeCode()).isEqualTo(4400);
            eventually(() -> node.node.connectionCount() == 0);
        }
    }

    @Test
    void binaryClosesWith1003() throws Exception {
        TestClient client = TestClient.ready(node, "alice");

        client.sendBinary(new byte[] {1, 2, 3});

        assertThat(client.closeCode()).isEqualTo(1003);
    }

    @Test
    void aMessagePastTheBoundClosesWith1009() throws Exception {
        TestClient client = TestClient.ready(node, "alice");

        client.send("x".repeat((64 << 10) + 1));

        assertThat(client.closeCode()).isEqualTo(1009);
        eventually(() -> node.node.connectionCount() == 0);
    }

    @Test
    void badUtf8ClosesWith1007() throws Exception {
        try (Socket socket = RawClient.connect(node, "alice")) {
            RawClient.send(socket, 0x81, new byte[] {(byte) 0xc3, 0x28});

            assertThat(RawClient.closeCode(socket)).isEqualTo(1007);
        }
    }

    @Test
    void anUnmaskedFrameClosesWith1002() throws Exception {
        try (Socket socket = RawClient.connect(node, "alice")) {
            socket.getOutputStream().write(new byte[] {(byte) 0x81, 1, 'x'});

            assertThat(RawClient.closeCode(socket)).isEqualTo(1002);
        }
    }

    @Test
    void aFloodClosesWith4400AndCostsNobodyElse() throws Exception {
        TestClient quiet = TestClient.ready(node, "alice");
        try (Socket flood = RawClient.connect(node, "bob")) {
            for (int i = 0; i < 1_000; i++) {
                RawClient.send(flood, 0x8a, new byte[0]); // pongs that nobody asked for count too
            }

            assertThat(RawClient.closeCode(flood)).isEqualTo(4400);
        }
        node.forward("news", ALICE);
        assertThat(quiet.text()).isEqualTo("news");
    }

    @Test
    void aCloseThatIsNotAnsweredIsCut() throws Exception {
        try (Socket socket = RawClient.connect(node, "alice")) {
            RawClient.send(socket, 0x81, "nonsense".getBytes(StandardCharsets.US_ASCII));
            assertThat(RawClient.closeCode(socket)).isEqualTo(4400);

            RawClient.awaitEnd(socket);
        }
        eventually(() -> node.node.connectionCount() == 0);
    }

    @Test
    void whoIsTurnedAwayAndDoesNotAnswerIsCut() throws Exception {
        try (Socket socket = RawClient.handshake(node, "Sec-WebSocket-Protocol: touchline.v1\r\n")) {
            assertThat(RawClient.closeCode(socket)).isEqualTo(4401);

            RawClient.awaitEnd(socket);
        }
    }

    @Test
    void goingDownSaysGoodbyeAndClosesWith1012() throws Exception {
        TestClient client = TestClient.ready(node, "alice");

        node.node.drain(Duration.ofMillis(300));

        assertThat(client.text()).matches("\\{\"type\":\"goodbye\",\"reconnectAfter\":\\d+}");
        assertThat(client.closeCode()).isEqualTo(1012);
    }

    @Test
    void oneWhoStopsReadingHoldsUpNobody() throws Exception {
        restart(RunningNode.LONG);
        try (Socket socket = RawClient.connect(node, "stuck", 4 << 10)) {
            List<TestClient> healthy = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                healthy.add(TestClient.ready(node, "alice"));
            }
            fillUp(STUCK);
            for (int i = 0; i < 200; i++) {
                node.forward("news " + i, STUCK, ALICE);
            }

            List<String> news =
                    IntStream.range(0, 200).mapToObj(i -> "news " + i).toList();
            for (TestClient client : healthy) {
                assertThat(client.texts(200)).isEqualTo(news);
            }
            assertThat(node.node.connectionCount()).isEqualTo(11);
            assertThat(socket.getInputStream().read()).isEqualTo(0x81); // it had not been reading until now
        }
    }

    @Test
    void oneWhoStopsReadingIsCutAfterTheWriteDeadline() throws Exception {
        restart(Duration.ofMillis(200));
        try (Socket socket = RawClient.connect(node, "stuck", 4 << 10)) {
            fillUp(STUCK);

            eventually(() -> node.node.connectionCount() == 0);

            assertThat(node.forward("end", STUCK)).isEqualTo(new Forwarded(Set.of(STUCK), List.of()));
            assertThat(RawClient.readToEnd(socket)).isLessThan(300L * 60_000);
        }
    }

    @Test
    void oneWhoStopsReadingAndSaysGoodbyeIsCutToo() throws Exception {
        restart(RunningNode.LONG);
        try (Socket socket = RawClient.connect(node, "stuck", 4 << 10)) {
            fillUp(STUCK);
            RawClient.send(socket, 0x88, new byte[] {3, (byte) 0xe8});

            eventually(() -> node.node.connectionCount() == 0);
            assertThat(RawClient.readToEnd(socket)).isLessThan(300L * 60_000);
        }
    }

    private void restart(Duration writeDeadline) throws Exception {
        stop();
        node = new RunningNode(
                        WebSocketSettings.allowing(List.of()),
                        new ChatNodeSettings(
                                "n1", RunningNode.LONG, Duration.ofSeconds(25), writeDeadline, 1 << 30, 20))
                .started();
    }

    /** With far more than the kernel's buffers take. */
    private void fillUp(UserId user) {
        String large = "x".repeat(60_000);
        for (int i = 0; i < 300; i++) {
            node.forward(large, user);
        }
    }

    private static void eventually(BooleanSupplier condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** A client of bytes, for what a proper one would never do. */
    private static final class RawClient {
        static Socket connect(RunningNode node, String token) throws Exception {
            return connect(node, token, 64 << 10);
        }

        static Socket connect(RunningNode node, String token, int receiveBuffer) throws Exception {
            Socket socket = handshake(node, "Authorization: Bearer " + token + "\r\n", receiveBuffer);
            int first = socket.getInputStream().read();
            int length = socket.getInputStream().read();
            assertThat(first).isEqualTo(0x81);
            if (length == 126) {
                length = socket.getInputStream().read() << 8
                        | socket.getInputStream().read();
            }
            assertThat(new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8))
                    .startsWith("{\"type\":\"ready\"");
            return socket;
        }

        static Socket handshake(RunningNode node, String headers) throws Exception {
            return handshake(node, headers, 64 << 10);
        }

        private static Socket handshake(RunningNode node, String headers, int receiveBuffer) throws Exception {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(receiveBuffer);
            socket.setSoTimeout(20_000);
            socket.connect(new InetSocketAddress("localhost", node.port()));
            socket.getOutputStream()
                    .write(("GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                    + headers + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) socket.getInputStream().read());
            }
            assertThat(head.toString()).startsWith("HTTP/1.1 101 ");
            return socket;
        }

        static void send(Socket socket, int firstByte, byte[] payload) {
            byte[] frame = new byte[6 + payload.length];
            frame[0] = (byte) firstByte;
            frame[1] = (byte) (0x80 | payload.length); // the mask is four zeros
            System.arraycopy(payload, 0, frame, 6, payload.length);
            try {
                socket.getOutputStream().write(frame);
            } catch (IOException e) {
                // cut off already: what it read before tells why
            }
        }

        static int closeCode(Socket socket) throws Exception {
            InputStream in = socket.getInputStream();
            assertThat(in.read()).isEqualTo(0x88);
            assertThat(in.read()).isBetween(2, 125);
            return in.read() << 8 | in.read();
        }

        static void awaitEnd(Socket socket) {
            readToEnd(socket);
        }

        /** How many bytes came before the end, whether that was a proper one or not. */
        static long readToEnd(Socket socket) {
            long count = 0;
            byte[] buffer = new byte[64 << 10];
            try {
                for (int n = 0; n >= 0; n = socket.getInputStream().read(buffer)) {
                    count += n;
                }
            } catch (SocketTimeoutException e) {
                throw new AssertionError("the socket is still open", e);
            } catch (IOException e) {
                return count;
            }
            return count;
        }
    }
}
