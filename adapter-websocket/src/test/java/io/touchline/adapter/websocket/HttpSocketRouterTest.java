package io.touchline.adapter.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.ForwardResult.Forwarded;
import io.touchline.core.port.ForwardResult.Unreachable;
import io.touchline.core.port.Frame;
import io.touchline.core.port.SocketRouter;
import io.touchline.core.testkit.ForwardingRouter;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client's end, against servers that misbehave. */
@Timeout(60)
class HttpSocketRouterTest {
    private static final byte[] TAKEN = {3, 0, 0, 0};
    private static final Delivery HELLO =
            new Delivery(new Frame("hello".getBytes(StandardCharsets.UTF_8)), List.of(new UserId("alice")));

    private final HttpSocketRouter router = router(Duration.ofSeconds(20), HttpSocketRouter.ANY_ADDRESS);
    private final HttpSocketRouter impatient = router(Duration.ofMillis(500), HttpSocketRouter.ANY_ADDRESS);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger connections = new AtomicInteger();
    private ServerSocket listener;

    @BeforeEach
    void listen() throws Exception {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws Exception {
        listener.close();
        threads.shutdownNow();
    }

    @Test
    void aTrickleOfAnAnswerDoesNotOutliveTheDeadline() {
        onEveryConnection((in, out) -> {
            readRequest(in);
            out.write(head(200, 1_000));
            for (int i = 0; i < 1_000; i++) {
                out.write(0);
                out.flush();
                LockSupport.parkNanos(20_000_000); // a slow sender
            }
        });

        assertThat(impatient.forward(node(), List.of(HELLO)))
                .isInstanceOfSatisfying(
                        Unreachable.class, answer -> assertThat(answer.reason()).contains("no answer within"));
    }

    @Test
    void anAnswerThatIsTooLongIsNotRead() {
        answerAlways(head(200, 1L << 40));

        assertThat(router.forward(node(), List.of(HELLO)))
                .isInstanceOfSatisfying(
                        Unreachable.class, answer -> assertThat(answer.reason()).contains("longer than"));
    }

    @Test
    void anAnswerThatMakesNoSenseIsNone() {
        answerAlways(head(200, 3), new byte[] {7, 7, 7});

        assertThat(router.forward(node(), List.of(HELLO))).isInstanceOf(Unreachable.class);
    }

    @Test
    void aRedirectIsNotFollowed() {
        answerAlways("HTTP/1.1 307 See there\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));

        assertThat(router.forward(node(), List.of(HELLO)))
                .isInstanceOfSatisfying(
                        Unreachable.class, answer -> assertThat(answer.reason()).contains("307"));
        assertThat(connections).hasValue(1);
    }

    @Test
    void aConnectionThatTheNodeClosedWhileItWasIdleCostsNothing() {
        onEveryConnection((in, out) -> {
            readRequest(in);
            out.write(head(200, TAKEN.length));
            out.write(TAKEN);
            out.flush();
            in.read(); // the next request begins
        });

        for (int i = 0; i < 5; i++) {
            assertThat(router.forward(node(), List.of(HELLO))).isEqualTo(new Forwarded(Set.of(), List.of()));
        }
        assertThat(connections).hasValueGreaterThan(1);
    }

    @Test
    void aPortWhereNobodyListensIsUnreachable() throws Exception {
        listener.close();

        assertThat(router.forward(node(), List.of(HELLO))).isInstanceOf(Unreachable.class);
    }

    @Test
    void anAddressThatIsNotTrustedIsNotCalled() {
        answerAlways(head(200, TAKEN.length), TAKEN);
        HttpSocketRouter careful = router(Duration.ofSeconds(20), Pattern.compile("http://10\\..*"));

        assertThat(careful.forward(node(), List.of(HELLO))).isInstanceOf(Unreachable.class);
        assertThat(router.forward(NodeRef.at("http://localhost:1/path?"), List.of(HELLO)))
                .isInstanceOf(Unreachable.class);
        assertThat(router.forward(NodeRef.at("ftp://localhost"), List.of(HELLO)))
                .isInstanceOf(Unreachable.class);
        assertThat(router.forward(NodeRef.at("http://\u0000[:"), List.of(HELLO)))
                .isInstanceOf(Unreachable.class);
        assertThat(connections).hasValue(0);
    }

    @Test
    void whatIsTooLargeForOneRequestGoesInSeveralAndInOrder() {
        List<Delivery> deliveries = IntStream.range(0, 21)
                .mapToObj(i -> new Delivery(new Frame(frame(i)), List.of(new UserId("alice"), new UserId("u" + i))))
                .toList();
        List<Integer> arrived = new ArrayList<>();
        try (NodeServer server = new NodeServer(
                ForwardingRouter.of((node, some) -> {
                    some.forEach(delivery -> arrived.add((int) delivery.frame().bytes()[0]));
                    return new Forwarded(Set.of(some.get(0).receivers().get(1)), List.of());
                }),
                Set::of,
                () -> {},
                "secret",
                0)) {
            server.start();

            ForwardResult answer = router.forward(NodeRef.at("http://localhost:" + server.port()), deliveries);

            assertThat(arrived).isEqualTo(IntStream.range(0, 21).boxed().toList());
            assertThat(answer)
                    .isInstanceOfSatisfying(
                            Forwarded.class,
                            forwarded -> assertThat(forwarded.absent())
                                    .contains(new UserId("u0"))
                                    .hasSizeGreaterThan(1));
        }
    }

    @Test
    void receiptsThatCameWithAPartOfWhatFailedComeWithTheNextAnswer() {
        List<Delivery> deliveries = IntStream.range(0, 20)
                .mapToObj(i -> new Delivery(new Frame(frame(i)), List.of(new UserId("alice"))))
                .toList();
        Receipt receipt = new Receipt(new UserId("alice"), new ChannelId("c"), 7, 7);
        AtomicInteger requests = new AtomicInteger();
        try (NodeServer server = new NodeServer(
                ForwardingRouter.of((node, some) -> switch (requests.incrementAndGet()) {
                    case 1 -> new Forwarded(Set.of(), List.of(receipt));
                    case 2 -> throw new IllegalStateException("the second part fails");
                    default -> new Forwarded(Set.of(), List.of());
                }),
                Set::of,
                () -> {},
                "secret",
                0)) {
            server.start();
            NodeRef node = NodeRef.at("http://localhost:" + server.port());
            assertThat(router.forward(node, deliveries)).isInstanceOf(Unreachable.class);

            assertThat(router.forward(node, List.of())).isEqualTo(new Forwarded(Set.of(), List.of(receipt)));
            assertThat(router.forward(node, List.of())).isEqualTo(new Forwarded(Set.of(), List.of()));
        }
    }

    @Test
    void revocationsTooManyForOneRequestGoInSeveral() {
        Map<UserId, Instant> revocations = new HashMap<>();
        for (int i = 0; i < 300_000; i++) {
            revocations.put(new UserId("x".repeat(57) + i), Instant.ofEpochMilli(i));
        }
        List<Map<UserId, Instant>> arrived = new ArrayList<>();
        SocketRouter node = new ForwardingRouter() {
            @Override
            public ForwardResult forward(NodeRef self, List<Delivery> deliveries) {
                throw new AssertionError("nothing is to be forwarded");
            }

            @Override
            public ForwardResult revoke(NodeRef self, Map<UserId, Instant> some) {
                arrived.add(some);
                return new Forwarded(Set.of(), List.of());
            }
        };
        try (NodeServer server = new NodeServer(node, Set::of, () -> {}, "secret", 0)) {
            server.start();

            assertThat(router.revoke(NodeRef.at("http://localhost:" + server.port()), revocations))
                    .isEqualTo(new Forwarded(Set.of(), List.of()));

            assertThat(arrived).hasSize(2);
            Map<UserId, Instant> all = new HashMap<>();
            arrived.forEach(all::putAll);
            assertThat(all).isEqualTo(revocations);
        }
    }

    private static byte[] frame(int number) {
        byte[] frame = new byte[1 << 20];
        frame[0] = (byte) number;
        return frame;
    }

    private static HttpSocketRouter router(Duration deadline, Pattern trusted) {
        return new HttpSocketRouter(HttpClients.createDefault(), "secret", deadline, trusted);
    }

    private NodeRef node() {
        return NodeRef.at("http://localhost:" + listener.getLocalPort());
    }

    private interface Conversation {
        void hold(InputStream in, OutputStream out) throws Exception;
    }

    private void answerAlways(byte[]... parts) {
        onEveryConnection((in, out) -> {
            readRequest(in);
            for (byte[] part : parts) {
                out.write(part);
            }
            out.flush();
            in.read();
        });
    }

    private void onEveryConnection(Conversation conversation) {
        threads.execute(() -> {
            while (!listener.isClosed()) {
                try {
                    Socket socket = listener.accept();
                    connections.incrementAndGet();
                    threads.execute(() -> hold(socket, conversation));
                } catch (Exception e) {
                    return;
                }
            }
        });
    }

    private static void hold(Socket socket, Conversation conversation) {
        try (socket) {
            conversation.hold(socket.getInputStream(), socket.getOutputStream());
        } catch (Exception e) {
            // the client went away, as it should
        }
    }

    private static void readRequest(InputStream in) throws Exception {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        int length = Integer.parseInt(
                head.toString().toLowerCase(Locale.ROOT).replaceAll("(?s).*content-length: (\\d+).*", "$1"));
        in.readNBytes(length);
    }

    private static byte[] head(int status, long length) {
        return ("HTTP/1.1 " + status + " As it is\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
