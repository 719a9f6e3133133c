package io.touchline.bootstrap.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands before a server and counts round trips, not commands: what a client writes at once is one, however many
 * commands it is.
 */
public final class CountingProxy {
    private static final int BUFFER = 256 * 1024;

    private final ServerSocket server;
    private final int target;
    private final AtomicLong roundTrips = new AtomicLong();

    private CountingProxy(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** Before a server on this machine. */
    public static CountingProxy before(int port) {
        try {
            CountingProxy proxy = new CountingProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
            start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    public long roundTrips() {
        return roundTrips.get();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            Socket behind = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            behind.setTcpNoDelay(true);
            start(() -> pass(client, behind, roundTrips::incrementAndGet));
            start(() -> pass(behind, client, () -> {}));
        }
    }

    private static void pass(Socket from, Socket to, Runnable seen) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (from;
                to) {
            var in = from.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                seen.run();
                to.getOutputStream().write(buffer, 0, n);
            }
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void start(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // one of the two is gone, and so is the connection
                    }
                },
                "counting-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
