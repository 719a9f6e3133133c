package io.touchline.core.testkit;

import static org.junit.jupiter.api.Assertions.fail;

import io.touchline.core.port.ClientSocket;
import io.touchline.core.port.Frame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client that takes everything at once and remembers it; the first frame is the node's {@code ready}. */
final class RecordingSocket implements ClientSocket {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    private final List<String> texts = new ArrayList<>();
    private final List<Integer> closes = new ArrayList<>();
    private Runnable leaving = () -> {};

    @Override
    public void send(List<Frame> frames, Consumer<@Nullable Throwable> done) {
        synchronized (this) {
            frames.forEach(frame -> texts.add(new String(frame.bytes(), StandardCharsets.UTF_8)));
            notifyAll();
        }
        done.accept(null);
    }

    @Override
    public void ping() {}

    @Override
    public synchronized void close(int code, String reason) {
        closes.add(code);
    }

    @Override
    public void terminate() {}

    /** With which codes the node has closed it: none, or one. */
    synchronized List<Integer> closes() {
        return List.copyOf(closes);
    }

    void onLeaving(Runnable tellTheNode) {
        leaving = tellTheNode;
    }

    void leave() {
        leaving.run();
    }

    void awaitReady() {
        await(1);
    }

    /** What came after {@code ready}: all of it, once it is as much as is expected. */
    List<String> texts(int expected) {
        await(expected + 1);
        synchronized (this) {
            return List.copyOf(texts.subList(1, texts.size()));
        }
    }

    private synchronized void await(int count) {
        long end = System.nanoTime() + PATIENCE;
        try {
            while (texts.size() < count) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    fail("expected " + count + " frames, got " + texts);
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail("interrupted", e);
        }
    }
}
