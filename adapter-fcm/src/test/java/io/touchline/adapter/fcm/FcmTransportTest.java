package io.touchline.adapter.fcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FcmTransportTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    void anAnswerThatNeverEndsIsLeftAtTheDeadline() throws Exception {
        FcmTransport transport = new FcmTransport(null, LONG, Duration.ofSeconds(2));
        try (BegunAnswer server = new BegunAnswer(ServerSocketFactory.getDefault())) {
            assertThatThrownBy(() -> get(transport, server))
                    .isExactlyInstanceOf(SocketTimeoutException.class)
                    .hasMessage("no answer within PT2S");
            assertThat(server.left).succeedsWithin(Duration.ofSeconds(30));
        } finally {
            transport.shutdown();
        }
    }

    @Test
    void anExchangeEndsWhenItsThreadIsInterrupted() throws Exception {
        FcmTransport transport = new FcmTransport(null, LONG, LONG);
        try (BegunAnswer server = new BegunAnswer(ServerSocketFactory.getDefault())) {
            assertEnds(server, () -> get(transport, server), Thread::interrupt);
        } finally {
            transport.shutdown();
        }
    }

    @Test
    void soItDoesBehindTls(@TempDir Path folder) throws Exception {
        SSLContext tls = selfSigned(folder.resolve("keys.p12"));
        try (BegunAnswer server = new BegunAnswer(tls.getServerSocketFactory());
                CloseableHttpClient client = HttpClients.custom()
                        .setConnectionManager(new InterruptibleConnections()
                                .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                                .build())
                        .disableAutomaticRetries()
                        .build()) {
            HttpGet request = new HttpGet(server.uri("https"));

            assertEnds(
                    server,
                    () -> client.execute(
                            request, answer -> answer.getEntity().getContent().readAllBytes()),
                    Thread::interrupt);
        }
    }

    @Test
    void whatAProxySaysIsNotTakenForAnAnswer() throws Exception {
        try (BegunAnswer proxy = new BegunAnswer(ServerSocketFactory.getDefault())) {
            FcmTransport transport = new FcmTransport(
                    null,
                    LONG,
                    LONG,
                    ProxySelector.of(
                            new InetSocketAddress("127.0.0.1", proxy.uri("http").getPort())));
            proxy.answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

            assertThatThrownBy(() -> transport
                            .buildRequest("GET", "https://fcm.googleapis.com/")
                            .execute())
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("the proxy answered 400");
            transport.shutdown();
        }
    }

    @Test
    void shuttingDownEndsWhatIsUnderWay() throws Exception {
        FcmTransport transport = new FcmTransport(null, LONG, LONG);
        try (BegunAnswer server = new BegunAnswer(ServerSocketFactory.getDefault())) {
            assertEnds(server, () -> get(transport, server), thread -> transport.shutdown());
        }
    }

    private static void assertEnds(BegunAnswer server, Exchange exchange, Consumer<Thread> what) throws Exception {
        CompletableFuture<Exception> failure = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                exchange.run();
            } catch (Exception e) {
                failure.complete(e);
            }
        });
        thread.start();
        server.asked.await();

        what.accept(thread);

        assertThat(failure).succeedsWithin(Duration.ofSeconds(30)).isInstanceOf(IOException.class);
        assertThat(server.left).succeedsWithin(Duration.ofSeconds(30));
    }

    private static Object get(FcmTransport transport, BegunAnswer server) throws IOException {
        return transport.buildRequest("GET", server.uri("http").toString()).execute();
    }

    private static SSLContext selfSigned(Path file) throws Exception {
        char[] password = "changeit".toCharArray();
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "fcm",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
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
        certificates.setCertificateEntry("fcm", keys.getCertificate("fcm"));
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(certificates);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return tls;
    }

    private interface Exchange {
        Object run() throws Exception;
    }

    /** Answers one request with the beginning of a body. */
    private static final class BegunAnswer implements AutoCloseable {
        final CountDownLatch asked = new CountDownLatch(1);
        final CompletableFuture<Void> left = new CompletableFuture<>();
        volatile String answer = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx";
        private final ServerSocket server;

        BegunAnswer(ServerSocketFactory sockets) throws IOException {
            server = sockets.createServerSocket(0, 1, InetAddress.getLoopbackAddress());
            Thread thread = new Thread(this::serve);
            thread.setDaemon(true);
            thread.start();
        }

        URI uri(String scheme) {
            return URI.create(scheme + "://127.0.0.1:" + server.getLocalPort());
        }

        private void serve() {
            try (Socket socket = server.accept()) {
                socket.getInputStream().read();
                OutputStream out = socket.getOutputStream();
                out.write(answer.getBytes(StandardCharsets.US_ASCII));
                out.flush();
                asked.countDown();
                while (socket.getInputStream().read() >= 0) {}
            } catch (IOException e) {
                // As good as an end.
            }
            left.complete(null);
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
