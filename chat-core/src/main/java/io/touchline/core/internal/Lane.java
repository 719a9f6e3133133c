package io.touchline.core.internal;

import io.touchline.core.port.UnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Batches whatever is waiting, in front of a port. While one batch is under way, what arrives meanwhile waits and becomes
 * the next: nothing waits for a timer, a lone item goes at once, and under load the batches grow by themselves.
 *
 * <p>One batch is under way at a time, and items are worked on in the order of their arrival. The queue is bounded: one
 * item more is refused with {@link UnavailableException}. If the work fails, it fails for every item of that batch.
 *
 * @param <T> an item of a batch
 * @param <R> its result
 */
final class Lane<T, R> {
    private static final Duration EVER = Duration.ofDays(36_500);

    private record Entry<T, R>(T item, long since, Duration atMost, CompletableFuture<R> result) {
        Entry(T item, Duration atMost) {
            this(item, System.nanoTime(), atMost, new CompletableFuture<>());
        }

        boolean isLate(long now) {
            return now - since >= atMost.toNanos();
        }
    }

    private final String name;
    private final int capacity;
    private final int maxBatch;
    private final Executor executor;
    private final Function<List<T>, List<R>> work;
    private final Queue<Entry<T, R>> waiting = new ArrayDeque<>();
    private List<Entry<T, R>> underWay = List.of();
    private boolean busy;

    /**
     * @param executor runs the work of items that were submitted; it must have a thread to spare for each lane
     * @param work answers a result for each item, in the same order
     */
    Lane(String name, int capacity, int maxBatch, Executor executor, Function<List<T>, List<R>> work) {
        this.name = name;
        this.capacity = capacity;
        this.maxBatch = maxBatch;
        this.executor = executor;
        this.work = work;
    }

    /**
     * Has the item worked on by another thread.
     *
     * @param done told the result, or what went wrong, by the thread that did the work
     */
    void submit(T item, BiConsumer<? super @Nullable R, ? super @Nullable Throwable> done) {
        submit(item, EVER, done);
    }

    /**
     * Has the item worked on by another thread, but not for longer than that.
     *
     * @param atMost until when, as with {@link #call}; what {@link #giveUpLate} comes across later has failed
     * @param done told the result, or what went wrong, by the thread that did the work, or by the one that gave it up
     */
    void submit(T item, Duration atMost, BiConsumer<? super @Nullable R, ? super @Nullable Throwable> done) {
        Entry<T, R> entry = new Entry<>(item, atMost);
        CompletableFuture<R> unused = entry.result.whenComplete(done);
        if (!add(entry)) {
            entry.result.completeExceptionally(full());
        } else if (takeLead()) {
            goOn();
        }
    }

    /**
     * Has the item worked on, and waits for it. On an idle lane the caller itself does the work, so that a lone item is
     * never handed to another thread; then it waits as long as the work takes.
     *
     * @param atMost how long to wait for others' work; an item whose turn has not come by then is taken out again
     */
    R call(T item, Duration atMost) {
        Entry<T, R> entry = new Entry<>(item, EVER); // whoever waits looks at the clock himself
        if (!add(entry)) {
            throw full();
        }
        if (takeLead()) {
            runBatch();
            leaveLead();
        }
        try {
            return entry.result.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            remove(entry);
            throw late(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while waiting for " + name, e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new CompletionException(e.getCause());
        }
    }

    /**
     * Gives up what was submitted to be done by now, and takes it out again if its turn has not come. To be called often: a timer for
     * each item costs more than the item.
     */
    void giveUpLate() {
        long now = System.nanoTime();
        List<Entry<T, R>> late = new ArrayList<>();
        synchronized (this) {
            waiting.removeIf(entry -> entry.isLate(now) && late.add(entry));
            underWay.stream().filter(entry -> entry.isLate(now)).forEach(late::add);
        }
        late.forEach(entry -> entry.result.completeExceptionally(late(entry.atMost)));
    }

    synchronized boolean isIdle() {
        return !busy && waiting.isEmpty();
    }

    /** How many items wait for their turn. */
    synchronized int waiting() {
        return waiting.size();
    }

    private synchronized boolean add(Entry<T, R> entry) {
        return waiting.size() < capacity && waiting.add(entry);
    }

    private synchronized void remove(Entry<T, R> entry) {
        waiting.remove(entry);
    }

    private synchronized boolean takeLead() {
        if (busy || waiting.isEmpty()) {
            return false;
        }
        busy = true;
        return true;
    }

    private void leaveLead() {
        endBatch();
        if (takeLead()) {
            goOn();
        }
    }

    private void goOn() {
        try {
            executor.execute(this::runUntilEmpty);
        } catch (RejectedExecutionException e) {
            failWaiting(new UnavailableException(name + " is closed", e));
        } catch (OutOfMemoryError e) {
            failWaiting(new UnavailableException(name + " got no thread", e)); // a later item may get one
        }
    }

    private void runUntilEmpty() {
        do {
            runBatch();
            endBatch();
        } while (takeLead());
    }

    private synchronized void endBatch() {
        underWay = List.of();
        busy = false;
    }

    private void runBatch() {
        List<Entry<T, R>> batch = next();
        try {
            List<R> results = work.apply(batch.stream().map(Entry::item).toList());
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).result.complete(results.get(i));
            }
        } catch (RuntimeException | Error e) {
            batch.forEach(entry -> entry.result.completeExceptionally(e));
        }
    }

    private synchronized List<Entry<T, R>> next() {
        List<Entry<T, R>> batch = new ArrayList<>(Math.min(waiting.size(), maxBatch));
        while (batch.size() < maxBatch && !waiting.isEmpty()) {
            batch.add(waiting.remove());
        }
        underWay = batch;
        return batch;
    }

    private void failWaiting(UnavailableException closed) {
        List<Entry<T, R>> left;
        synchronized (this) {
            left = new ArrayList<>(waiting);
            waiting.clear();
            busy = false;
        }
        left.forEach(entry -> entry.result.completeExceptionally(closed));
    }

    private UnavailableException late(Duration atMost) {
        return new UnavailableException(name + " did not answer within " + atMost.toMillis() + " ms", null);
    }

    private UnavailableException full() {
        return new UnavailableException(name + ": " + capacity + " are waiting already", null);
    }
}
