package io.touchline.bootstrap.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.embedded.RedisServer;

/** A real Redis server that keeps nothing: it can be emptied, killed, and started again on the same port. */
public final class Redis {
    private final int port = FreePorts.next();
    private Process process;

    private Redis() {
        process = launch();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
    }

    /** A new server; it ends with this JVM. */
    public static Redis start() {
        return new Redis();
    }

    public int port() {
        return port;
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Kills the server with -9. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(Await.SOON.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Starts the killed server again, empty, and waits until it answers. */
    public void restart() {
        process = launch();
    }

    /** Makes the server forget everything. */
    public void flush() {
        String answer = ask("FLUSHALL");
        if (!answer.equals("+OK")) {
            throw new IllegalStateException("Redis answered " + answer);
        }
    }

    private Process launch() {
        try {
            List<String> command = RedisServer.newRedisServer()
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("save \"\"")
                    .setting("daemonize no")
                    .buildCommandArgs();
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Await.until("Redis to answer", Await.SOON, () -> !started.isAlive() || answers());
            if (!started.isAlive()) {
                throw new IllegalStateException("Redis ended with " + started.exitValue());
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        try {
            return ask("PING").equals("+PONG");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** What it answers to a command, the first line. */
    String ask(String command) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) Await.SOON.toMillis());
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return String.valueOf(
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                            .readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
