package io.touchline.adapter.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult.Forwarded;
import io.touchline.core.port.ForwardResult.Unreachable;
import io.touchline.core.port.Frame;
import io.touchline.core.testkit.ForwardingRouter;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server's end, against clients that misbehave. */
@Timeout(60)
class NodeServerTest {
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final AtomicInteger TAKEN = new AtomicInteger();
    private static final NodeServer SERVER = server(
            (node, deliveries) -> {
                TAKEN.incrementAndGet();
                return new Forwarded(Set.of(), List.of());
            },
            "the secret",
            0,
            null,
            Duration.ofMillis(300));

    private static NodeServer server(
            ForwardingRouter node, String secret, int port, SSLContext tls, Duration readDeadline) {
        return new NodeServer(node, Set::of, () -> {}, secret, port, tls, readDeadline);
    }

    private static NodeServer server(ForwardingRouter node, String secret, int port) {
        return new NodeServer(node, Set::of, () -> {}, secret, port);
    }

    private static final byte[] GOOD = DeliveryCodec.encode(DeliveryCodec.Request.forward(
            "api", "life", List.of(new Delivery(new Frame(new byte[10]), List.of(new UserId("alice"))))));

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        SERVER.start();
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void deliveriesWithTheSecretAreTaken() throws Exception {
        int before = TAKEN.get();

        HttpResponse<byte[]> answer =
                client.send(post("/internal/deliveries", GOOD).build(), BodyHandlers.ofByteArray());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).containsExactly(3, 0, 0, 0);
        assertThat(answer.headers().map().keySet()).containsExactlyInAnyOrder("content-length", "content-type");
        assertThat(TAKEN).hasValue(before + 1);
    }

    @Test
    void anyOtherSecretIsRefused() throws Exception {
        assertRefused(401, post("/internal/deliveries", GOOD).setHeader("Authorization", "Bearer the secret2"));
        assertRefused(401, post("/internal/deliveries", GOOD).setHeader("Authorization", "Bearer another"));
        assertRefused(401, post("/internal/deliveries", GOOD).setHeader("Authorization", ""));
        assertRefused(401, HttpRequest.newBuilder(uri("/internal/deliveries")).POST(BodyPublishers.ofByteArray(GOOD)));
    }

    @Test
    void noOtherPathIsAnswered() throws Exception {
        for (String path : List.of(
                "/",
                "/ws",
                "/actuator/health",
                "/internal",
                "/internal/deliveries/",
                "/internal/deliveries?x=1",
                "/internal/deliveries;x=1",
                "/internal/../internal/deliveries",
                "/internal/%64eliveries")) {
            assertRefused(404, post(path, GOOD));
        }
    }

    @Test
    void noOtherMethodIsAnswered() throws Exception {
        assertRefused(405, post("/internal/deliveries", GOOD).GET());
        assertRefused(405, post("/internal/deliveries", GOOD).PUT(BodyPublishers.ofByteArray(GOOD)));
        assertRefused(405, post("/internal/deliveries", GOOD).method("OPTIONS", BodyPublishers.noBody()));
    }

    @Test
    void aMalformedBodyDeliversNothing() throws Exception {
        byte[] cut = Arrays.copyOf(GOOD, GOOD.length - 1);

        assertRefused(400, post("/internal/deliveries", cut));
        assertRefused(400, post("/internal/deliveries", new byte[0]));
    }

    @Test
    void aBodyPastTheBoundIsRefusedUnread() throws Exception {
        try (Socket socket = new Socket("localhost", SERVER.port())) {
            send(
                    socket,
                    "POST /internal/deliveries HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer the secret\r\n"
                            + "Content-Length: " + (DeliveryHandler.MAX_BODY + 1) + "\r\n\r\n");

            assertThat(everythingFrom(socket)).startsWith("HTTP/1.1 413 ").endsWith("\r\n\r\n");
        }
    }

    @Test
    void aBodyOfUnknownLengthIsRefused() throws Exception {
        try (Socket socket = new Socket("localhost", SERVER.port())) {
            send(
                    socket,
                    "POST /internal/deliveries HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer the secret\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n");

            assertThat(everythingFrom(socket)).startsWith("HTTP/1.1 411 ").endsWith("\r\n\r\n");
        }
    }

    @Test
    void whatIsNotHttpGetsNoPage() throws Exception {
        try (Socket socket = new Socket("localhost", SERVER.port())) {
            send(socket, "nonsense\r\n\r\n");

            assertThat(everythingFrom(socket)).startsWith("HTTP/1.1 400 ").endsWith("\r\n\r\n");
        }
    }

    @Test
    void aPeerWhoDripsItsBodyIsCut() throws Exception {
        int before = TAKEN.get();
        try (Socket socket = new Socket("localhost", SERVER.port())) {
            send(
                    socket,
                    "POST /internal/deliveries HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer the secret\r\n"
                            + "Content-Length: 1000000\r\n\r\n");

            assertThatThrownBy(() -> dripUntilCut(socket, "x")).isInstanceOf(IOException.class);
        }
        assertThat(TAKEN).hasValue(before);
    }

    @Test
    void aPeerWhoDripsItsHeadIsCut() throws Exception {
        try (Socket socket = new Socket("localhost", SERVER.port())) {
            send(socket, "POST /internal/deliveries HTTP/1.1\r\n");

            assertThatThrownBy(() -> dripUntilCut(socket, "X: y\r\n")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aPeerWhoSaysNothingIsCut() throws Exception {
        try (Socket socket = new Socket("localhost", SERVER.port())) {
            assertThat(everythingFrom(socket)).isEmpty();
        }
    }

    @Test
    void whoIsRefusedLosesTheConnection() throws Exception {
        try (Socket socket = new Socket("localhost", SERVER.port())) {
            send(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");

            assertThat(everythingFrom(socket)).startsWith("HTTP/1.1 404 ").contains("Connection: close");
        }
    }

    @Test
    void aPortInUseIsToldByItsNumber() {
        NodeServer second = server((node, deliveries) -> null, "the secret", SERVER.port());

        assertThatThrownBy(second::start).hasMessageContaining("port " + SERVER.port());
    }

    @Test
    void aSecretThatNoHeaderCarriesIsRefused() {
        for (String secret : List.of("", " ", " x", "x ", "x\r\ny", "\u00e9")) {
            assertThatThrownBy(() -> server((node, deliveries) -> null, secret, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aDefectOfTheNodeIsAnAnswerToo() throws Exception {
        try (NodeServer server = server(
                (node, deliveries) -> {
                    throw new IllegalStateException("defect");
                },
                "the secret",
                0)) {
            server.start();

            assertThat(router(HttpClients.createMinimal())
                            .forward(NodeRef.at("http://localhost:" + server.port()), List.of()))
                    .isInstanceOfSatisfying(
                            Unreachable.class,
                            answer -> assertThat(answer.reason()).contains("it answers 500"));
        }
    }

    @Test
    void itSpeaksTlsIfToldTo(@TempDir Path folder) throws Exception {
        SSLContext tls = selfSigned(folder.resolve("keys.p12"));
        try (NodeServer server =
                server((node, deliveries) -> new Forwarded(Set.of(), List.of()), "the secret", 0, tls, DEADLINE)) {
            server.start();
            NodeRef there = NodeRef.at("https://localhost:" + server.port());

            assertThat(router(trusting(tls)).forward(there, List.of())).isEqualTo(new Forwarded(Set.of(), List.of()));
            assertThat(router(HttpClients.createMinimal()).forward(there, List.of()))
                    .isInstanceOf(Unreachable.class);
        }
    }

    private static CloseableHttpClient trusting(SSLContext tls) {
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                        .build())
                .build();
    }

    private static HttpSocketRouter router(CloseableHttpClient client) {
        return new HttpSocketRouter(client, "the secret", Duration.ofSeconds(10), HttpSocketRouter.ANY_ADDRESS);
    }

    private static SSLContext selfSigned(Path file) throws Exception {
        char[] password = "changeit".toCharArray();
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "node",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        "changeit")
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor())
                .as(new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isZero();
        KeyStore keys = KeyStore.getInstance(file.toFile(), password);
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, password);
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("node", keys.getCertificate("node"));
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(certificates);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return tls;
    }

    private void assertRefused(int status, HttpRequest.Builder request) throws Exception {
        int before = TAKEN.get();
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEmpty();
        assertThat(TAKEN).hasValue(before);
    }

    private static HttpRequest.Builder post(String path, byte[] body) {
        return HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer the secret")
                .POST(BodyPublishers.ofByteArray(body));
    }

    private static URI uri(String path) {
        return URI.create("http://localhost:" + SERVER.port() + path);
    }

    private static void send(Socket socket, String text) throws Exception {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private static String everythingFrom(Socket socket) throws Exception {
        socket.setSoTimeout(20_000);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static void dripUntilCut(Socket socket, String drop) throws Exception {
        for (int i = 0; i < 200; i++) {
            send(socket, drop);
            LockSupport.parkNanos(20_000_000); // a slow sender
        }
    }
}
