package io.touchline.bootstrap.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands before a chat node and understands its requests, to lose and to repeat them at random: a repeated one reaches the
 * node twice; of a lost one the answer is thrown away, and with it the receipts that it brought.
 */
final class LossyLine implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final int BAD_GATEWAY = 502;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(DEADLINE)
            .build();
    private final ExecutorService threads = Executors.newCachedThreadPool(LossyLine::daemon);
    private final Random random;
    private final int target;
    private final HttpServer server;
    private volatile double share;

    private LossyLine(int target, long seed, HttpServer server) {
        this.target = target;
        this.random = new Random(seed);
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Before a port of this machine. */
    static LossyLine before(int target, long seed) {
        try {
            return new LossyLine(
                    target, seed, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** From now on, such a share of all requests is repeated, and such a share of all answers is lost. */
    void lose(double ofEach) {
        share = ofEach;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            HttpResponse<byte[]> answer = send(exchange, body);
            if (hits()) {
                answer = send(exchange, body);
            }
            boolean lost = hits();
            exchange.sendResponseHeaders(lost ? BAD_GATEWAY : answer.statusCode(), lost ? -1 : length(answer.body()));
            if (!lost) {
                exchange.getResponseBody().write(answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpResponse<byte[]> send(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + target + exchange.getRequestURI()))
                .timeout(DEADLINE)
                .header("Authorization", exchange.getRequestHeaders().getFirst("Authorization"))
                .header("Content-Type", exchange.getRequestHeaders().getFirst("Content-Type"))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        return client.send(request, BodyHandlers.ofByteArray());
    }

    private static long length(byte[] body) {
        return body.length == 0 ? -1 : body.length;
    }

    private boolean hits() {
        synchronized (random) {
            return random.nextDouble() < share;
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "lossy-line");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
