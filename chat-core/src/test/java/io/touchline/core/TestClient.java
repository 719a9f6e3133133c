package io.touchline.core;

import io.touchline.core.port.ClientSocket;
import io.touchline.core.port.Frame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client's socket that remembers what it was sent, and takes nothing while it is stalled. */
final class TestClient implements ClientSocket {
    private final List<String> frames = new ArrayList<>();
    private final List<Integer> closes = new ArrayList<>();
    private @Nullable Consumer<@Nullable Throwable> stuck;
    private boolean stalled;
    private int pings;
    private boolean terminated;
    private int writes;

    synchronized void stall() {
        stalled = true;
    }

    void goOn() {
        Consumer<@Nullable Throwable> waiting;
        synchronized (this) {
            stalled = false;
            waiting = stuck;
            stuck = null;
        }
        if (waiting != null) {
            waiting.accept(null);
        }
    }

    @Override
    public void send(List<Frame> batch, Consumer<@Nullable Throwable> done) {
        synchronized (this) {
            writes++;
            batch.forEach(frame -> frames.add(new String(frame.bytes(), StandardCharsets.UTF_8)));
            if (stalled) {
                stuck = done;
                return;
            }
        }
        done.accept(null);
    }

    @Override
    public synchronized void ping() {
        pings++;
    }

    @Override
    public synchronized void close(int code, String reason) {
        closes.add(code);
    }

    @Override
    public synchronized void terminate() {
        terminated = true;
    }

    synchronized List<String> frames() {
        return List.copyOf(frames);
    }

    synchronized List<Integer> closes() {
        return List.copyOf(closes);
    }

    synchronized int pings() {
        return pings;
    }

    synchronized int writes() {
        return writes;
    }

    synchronized boolean isTerminated() {
        return terminated;
    }
}
