package io.touchline.core.internal;

import io.touchline.core.port.ClientSocket;
import io.touchline.core.port.Frame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to one connection: one write at a time, in order, bounded in bytes. Frames that wait together
 * are written together. Adding never blocks and never waits for the client.
 */
public final class Outbox {
    private static final int MAX_WRITE_BYTES = 64 * 1024;
    private static final int MAX_WRITE_FRAMES = 128;

    private final ClientSocket socket;
    private final int maxBytes;
    private final Runnable tooSlow;

    private @Nullable Queue<Frame> waiting; // an idle connection, and most are idle, keeps no queue
    private int waitingBytes;
    private State state = State.NOT_YET_OPEN;
    private boolean writing;
    private boolean sending;
    private long writingSince;

    private enum State {
        NOT_YET_OPEN,
        OPEN,
        CLOSED
    }

    /** @param tooSlow called when the bound is passed, once, without a lock held */
    public Outbox(ClientSocket socket, int maxBytes, Runnable tooSlow) {
        this.socket = socket;
        this.maxBytes = maxBytes;
        this.tooSlow = tooSlow;
    }

    /** Writes the first frame, and then what was added before. */
    public void open(Frame first) {
        synchronized (this) {
            if (state != State.NOT_YET_OPEN) {
                return;
            }
            state = State.OPEN;
            Queue<Frame> before = waiting;
            waiting = new ArrayDeque<>();
            waiting.add(first);
            waitingBytes += first.length();
            if (before != null) {
                waiting.addAll(before);
            }
        }
        write();
    }

    /** Queues a frame, to be written as soon as the client takes it; after closing it is dropped. */
    public void add(Frame frame) {
        queue(frame);
        write();
    }

    /**
     * Queues a frame that the next {@link #write} begins to write, together with others that are queued by then; no later
     * than when they fill one write.
     */
    public void queue(Frame frame) {
        boolean full = false;
        boolean enough = false;
        synchronized (this) {
            if (state == State.CLOSED) {
                return;
            }
            if (waitingBytes + frame.length() > maxBytes) {
                full = true;
                state = State.CLOSED;
                forget();
            } else {
                if (waiting == null) {
                    waiting = new ArrayDeque<>(4);
                }
                waiting.add(frame);
                waitingBytes += frame.length();
                enough = waitingBytes >= MAX_WRITE_BYTES;
            }
        }
        if (full) {
            tooSlow.run();
        } else if (enough) {
            write();
        }
    }

    /** Writes what is waiting if nothing is being written, and takes no more. */
    public void close() {
        write();
        synchronized (this) {
            state = State.CLOSED;
            forget();
        }
    }

    /** Whether a write has been under way for longer than the deadline. */
    public synchronized boolean isStuck(long nanoTime, Duration deadline) {
        return writing && nanoTime - writingSince > deadline.toNanos();
    }

    /** Begins to write what is queued, unless a write is under way, which goes on with it. */
    public void write() {
        while (true) {
            List<Frame> batch = next();
            if (batch.isEmpty()) {
                return;
            }
            socket.send(batch, this::written);
            synchronized (this) {
                sending = false;
                if (writing) {
                    return; // the callback goes on
                }
            }
        }
    }

    private synchronized List<Frame> next() {
        if (writing || state != State.OPEN || waiting == null) {
            return List.of();
        }
        List<Frame> batch = new ArrayList<>(Math.min(waiting.size(), MAX_WRITE_FRAMES));
        int bytes = 0;
        for (Frame frame = waiting.peek(); frame != null; frame = waiting.peek()) {
            if (!batch.isEmpty() && (bytes + frame.length() > MAX_WRITE_BYTES || batch.size() == MAX_WRITE_FRAMES)) {
                break;
            }
            batch.add(waiting.remove());
            bytes += frame.length();
        }
        waitingBytes -= bytes;
        if (waiting.isEmpty()) {
            waiting = null;
        }
        writing = !batch.isEmpty();
        sending = writing;
        writingSince = System.nanoTime();
        return batch;
    }

    private void written(@Nullable Throwable failure) {
        synchronized (this) {
            writing = false;
            if (failure != null) {
                state = State.CLOSED; // the socket tells its connection that it is gone
                forget();
            }
            if (sending) {
                return; // still inside send: its caller goes on, so that the stack does not grow
            }
        }
        write();
    }

    private void forget() {
        waiting = null;
        waitingBytes = 0;
    }
}
