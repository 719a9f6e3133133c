package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.touchline.bootstrap.harness.Cluster;
import io.touchline.bootstrap.harness.FaultProxy;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The JavaScript client under Node's test runner, on real nodes. The tests are in {@code cluster.test.js}; what they want
 * cut, stopped or started they ask of this one, by a call.
 */
class JavaScriptClientIT {
    private static final Duration AT_MOST = Duration.ofMinutes(4);
    private static final Path TESTS = Path.of("src", "test", "javascript");
    private static final Path OUTPUT = Path.of("target", "javascript.log");

    private final Cluster cluster = Cluster.shared();
    private final Node api = cluster.api(0);
    private final FaultProxy apiLine = FaultProxy.before(api.uri().getPort());
    private final FaultProxy socketLine =
            FaultProxy.before(cluster.socket(0).uri().getPort());
    private final Node node = cluster.newSocket().unpacked(); // or most of the time would be spent on its start
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        node.close();
        apiLine.close();
        socketLine.close();
        threads.shutdown();
    }

    @Test
    void itsTestsPassOnRunningNodes() throws IOException, InterruptedException {
        assumeTrue(
                hasNodeJs() || "true".equals(System.getenv("CI")),
                "there is no node here to run the JavaScript client's tests");
        HttpServer control = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        control.setExecutor(threads);
        control.createContext("/", this::answer);
        control.start();
        node.launch();
        try {
            assertThat(runTests(control.getAddress().getPort()))
                    .as(() -> output())
                    .isZero();
        } finally {
            control.stop(0);
        }
    }

    private static boolean hasNodeJs() throws InterruptedException {
        try {
            return new ProcessBuilder("node", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private int runTests(int controlPort) throws IOException, InterruptedException {
        ProcessBuilder command = new ProcessBuilder(
                        "node", "--experimental-websocket", "--test", "--test-reporter=spec", "cluster.test.js")
                .directory(TESTS.toFile())
                .redirectErrorStream(true)
                .redirectOutput(OUTPUT.toFile());
        command.environment()
                .putAll(Map.of(
                        "TOUCHLINE_API", "http://127.0.0.1:" + apiLine.port(),
                        "TOUCHLINE_SOCKET", "ws://127.0.0.1:" + socketLine.port() + "/ws",
                        "TOUCHLINE_NODE", node.socketUri().toString(),
                        "TOUCHLINE_UNCUT", api.uri().toString(),
                        "TOUCHLINE_CONTROL", "http://127.0.0.1:" + controlPort));
        Process tests = command.start();
        if (!tests.waitFor(AT_MOST.toSeconds(), TimeUnit.SECONDS)) {
            tests.destroyForcibly();
            throw new AssertionError("the tests have not ended within " + AT_MOST + "\n" + output());
        }
        return tests.exitValue();
    }

    private static String output() {
        try {
            return Files.readString(OUTPUT);
        } catch (IOException e) {
            return "no output: " + e;
        }
    }

    private void answer(HttpExchange call) throws IOException {
        byte[] answer;
        int status = 200;
        try {
            answer = obey(call.getRequestURI().getPath().split("/")).getBytes(StandardCharsets.UTF_8);
        } catch (RuntimeException | AssertionError e) {
            answer = e.toString().getBytes(StandardCharsets.UTF_8);
            status = 500;
        }
        call.sendResponseHeaders(status, answer.length);
        try (var body = call.getResponseBody()) {
            body.write(answer);
        }
    }

    /** {@code /what/does} or {@code /what/does/howMuch}. */
    private String obey(String[] words) {
        switch (words[1]) {
            case "token" -> {
                return Tokens.of(words[2], Duration.ofSeconds(Long.parseLong(words[3])));
            }
            case "api" -> obey(apiLine, words);
            case "socket" -> obey(socketLine, words);
            case "node" -> obey(words[2]);
            default -> throw new IllegalArgumentException(words[1]);
        }
        return "";
    }

    private static void obey(FaultProxy line, String[] words) {
        switch (words[2]) {
            case "cut" -> line.cut();
            case "hold" -> line.blackHole();
            case "delay" -> line.delay(Duration.ofMillis(Long.parseLong(words[3])));
            case "heal" -> line.heal();
            default -> throw new IllegalArgumentException(words[2]);
        }
    }

    private void obey(String what) {
        switch (what) {
            case "ready" -> node.awaitReady();
            case "stop" -> node.stop();
            default -> throw new IllegalArgumentException(what);
        }
    }
}
