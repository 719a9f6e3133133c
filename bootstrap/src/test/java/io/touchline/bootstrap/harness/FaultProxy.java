package io.touchline.bootstrap.harness;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A line to a server on this machine that can be cut, delayed, or turned into a black hole, and healed, as often as one
 * likes; each takes effect before the call returns. Until told otherwise it passes everything.
 *
 * <p>It counts round trips, not commands: what a client writes at once is one, however many commands it is.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int BUFFER = 256 * 1024;
    private static final int BACKLOG = 200;

    /** One more is closed at once. Each has two threads. */
    private static final int MAX_CONNECTIONS = 2_000;

    private final int[] targets;
    private final AtomicInteger next = new AtomicInteger();
    private final int port = FreePorts.next();
    private final AtomicLong roundTrips = new AtomicLong();
    private final Set<Line> lines = new HashSet<>();
    private ServerSocket server;
    private Thread accepting;
    private boolean holding;
    private volatile long delayNanos;

    private FaultProxy(int... targets) {
        this.targets = targets;
        this.server = listen();
    }

    /** Before a server on this machine, which need not run yet. */
    public static FaultProxy before(int port) {
        return new FaultProxy(port);
    }

    /** Before several that do the same: each connection goes to the next one that is there, as a load balancer has it. */
    public static FaultProxy balancing(int... ports) {
        return new FaultProxy(ports.clone());
    }

    /** Where to connect to instead of the server; the same after a cut. */
    public int port() {
        return port;
    }

    public long roundTrips() {
        return roundTrips.get();
    }

    /** Closes every connection and refuses new ones. */
    public void cut() {
        Thread last;
        synchronized (this) {
            close(server);
            Set.copyOf(lines).forEach(Line::close);
            last = accepting;
        }
        end(last); // until then the port is still open
    }

    private static void end(Thread accepting) {
        try {
            accepting.join(Await.SOON.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Takes connections and keeps them open, but carries nothing in either direction, the end of a connection neither.
     * What was sent meanwhile arrives after the healing, as it does when a network loses packets.
     */
    public synchronized void blackHole() {
        holding = true;
    }

    /** What is sent from now on, either way, takes so much longer at least. */
    public void delay(Duration delay) {
        delayNanos = delay.toNanos();
    }

    /** Passes everything again, at once. */
    public synchronized void heal() {
        delayNanos = 0;
        holding = false;
        notifyAll();
        if (server.isClosed()) {
            server = listen();
        }
    }

    /** Cut for good. */
    @Override
    public void close() {
        cut();
        synchronized (this) {
            holding = false;
            notifyAll();
        }
    }

    private ServerSocket listen() {
        try {
            ServerSocket listening = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
            accepting = start(() -> accept(listening));
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket listening) throws IOException {
        while (true) {
            Line line = new Line(listening, listening.accept());
            if (line.isAdmitted()) {
                start(line::open);
            } else {
                line.close();
            }
        }
    }

    private int target() {
        int first = next.getAndIncrement();
        return IntStream.range(first, first + targets.length)
                .map(number -> targets[Math.floorMod(number, targets.length)])
                .filter(each -> targets.length == 1 || isThere(each))
                .findFirst()
                .orElse(targets[0]);
    }

    private static boolean isThere(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private synchronized void awaitPassing() {
        try {
            while (holding) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitDelay() {
        long end = System.nanoTime() + delayNanos;
        for (long left = delayNanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** One client's connection, and the one that stands for it at the server. */
    private final class Line {
        private final ServerSocket listening;
        private final Socket client;
        private final Socket behind = new Socket();

        Line(ServerSocket listening, Socket client) {
            this.listening = listening;
            this.client = client;
        }

        boolean isAdmitted() {
            synchronized (FaultProxy.this) {
                return !listening.isClosed() && lines.size() < MAX_CONNECTIONS && lines.add(this);
            }
        }

        void open() throws IOException {
            try {
                client.setTcpNoDelay(true);
                awaitPassing();
                behind.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target()));
                behind.setTcpNoDelay(true);
            } catch (IOException e) {
                close();
                throw e;
            }
            start(() -> pass(behind, client, () -> {}));
            pass(client, behind, roundTrips::incrementAndGet);
        }

        private void pass(Socket from, Socket to, Runnable seen) throws IOException {
            byte[] buffer = new byte[BUFFER];
            try {
                var in = from.getInputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    seen.run();
                    awaitDelay();
                    awaitPassing();
                    to.getOutputStream().write(buffer, 0, n);
                }
            } finally {
                awaitPassing();
                close();
            }
        }

        void close() {
            FaultProxy.close(client);
            FaultProxy.close(behind);
            synchronized (FaultProxy.this) {
                lines.remove(this);
            }
        }
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static Thread start(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // one of the two is gone, and so is the connection
                    }
                },
                "fault-proxy");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
