package io.touchline.adapter.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

/** Stands before Redis and can keep its answers back until all questions are asked: who waits in between fails. */
final class HoldingProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int redisPort;
    private volatile Pattern question = Pattern.compile("(?!)");
    private volatile CountDownLatch held = new CountDownLatch(0);
    private volatile long expected;

    HoldingProxy(int redisPort) throws IOException {
        this.redisPort = redisPort;
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void holdAnswersUntilAsked(String question, int times) {
        this.question = Pattern.compile(question);
        this.expected = times;
        this.held = new CountDownLatch(times);
    }

    long asked() {
        return expected - held.getCount();
    }

    private void accept() throws Exception {
        while (true) {
            Socket client = server.accept();
            Socket redis = new Socket(InetAddress.getLoopbackAddress(), redisPort);
            start(() -> forwardQuestions(client.getInputStream(), redis.getOutputStream()));
            start(() -> forwardAnswers(redis.getInputStream(), client.getOutputStream()));
        }
    }

    private void forwardQuestions(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        StringBuilder seen = new StringBuilder();
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            seen.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            count(seen);
            to.write(buffer, 0, n);
        }
    }

    private void count(StringBuilder seen) {
        var matcher = question.matcher(seen);
        int end = 0;
        while (matcher.find()) {
            held.countDown();
            end = matcher.end();
        }
        seen.delete(0, Math.max(end, seen.length() - 20));
    }

    private void forwardAnswers(InputStream from, OutputStream to) throws Exception {
        byte[] buffer = new byte[64 * 1024];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            held.await();
            to.write(buffer, 0, n);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private interface Task {
        void run() throws Exception;
    }

    private static void start(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (Exception e) {
                // The connection is closed: the test is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
