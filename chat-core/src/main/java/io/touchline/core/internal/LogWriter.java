package io.touchline.core.internal;

import io.touchline.core.port.AppendResult;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.Draft;
import io.touchline.core.port.MessageStore;
import io.touchline.core.port.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Appends drafts to the log, in batches, one after the other: two under way at once would each be half as large, and cost
 * the database nearly as much as a whole one. What is appended goes on to be delivered before its caller learns of it, in the order of the log.
 */
public final class LogWriter implements AutoCloseable {
    /** For those that wait for a lock, so that a held channel holds up a few others at most. */
    private static final int PATIENT_LANES = 4;

    private static final int MAX_WAITING = 10_000;
    private static final int MAX_BATCH = 256;

    /** So often a channel that another transaction holds goes into the next batch. */
    private static final int SKIPS = 3;

    /** Then it gets transactions that wait for the lock, until the store has cut off whoever stopped inside of one. */
    private static final Duration LOCK_WAIT = Duration.ofMillis(1_500);

    private static final Duration PATIENCE = Duration.ofMillis(3_600);

    /** Else a caller is answered within two seconds, whatever has become of the store. */
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(1_800);

    /** A commit whose answer was lost is tried again, unless the store took so long that it is away. */
    private static final Duration RETRY_WITHIN = Duration.ofMillis(200);

    private final MessageStore store;
    private final Consumer<AppendResult.Appended> deliver;
    private final ChatObserver observer;
    private static final Duration GIVE_UP_LATE_EVERY = Duration.ofMillis(50);

    private final ExecutorService workers = Threads.workers("touchline-store");
    private final ScheduledExecutorService timer = Threads.scheduler("touchline-store-timer", 1);
    private final Lane<Draft, AppendResult> lane = lane("store", Duration.ZERO);
    private final List<Lane<Draft, AppendResult>> patient = new ArrayList<>();
    private volatile boolean closed;

    /** @param deliver told of every new event, in order within its channel; must return at once */
    public LogWriter(MessageStore store, Consumer<AppendResult.Appended> deliver, ChatObserver observer) {
        this.store = store;
        this.deliver = deliver;
        this.observer = observer;
        for (int i = 0; i < PATIENT_LANES; i++) {
            patient.add(lane("patient store", LOCK_WAIT));
        }
        Threads.repeat(timer, lane::giveUpLate, GIVE_UP_LATE_EVERY, observer::defect);
    }

    private Lane<Draft, AppendResult> lane(String name, Duration lockWait) {
        return new Lane<>(name, MAX_WAITING, MAX_BATCH, workers, drafts -> append(drafts, lockWait));
    }

    /**
     * Appends a draft.
     *
     * @throws UnavailableException if the store is away, too much is waiting, the channel stays held, or it is closed
     */
    public AppendResult append(Draft draft) {
        if (closed) {
            throw goesDown();
        }
        return append(draft, System.nanoTime());
    }

    private AppendResult append(Draft draft, long start) {
        try {
            return appendOnce(draft);
        } catch (UnavailableException e) {
            if (!isTriedAgain(draft, e, start)) {
                throw e;
            }
            return appendOnce(draft);
        }
    }

    /**
     * Appends a draft like {@link #append(Draft)}, while no thread waits for it.
     *
     * @param patient has the threads that wait after all, where the channel is held, or the draft is tried again
     * @return fails with {@link UnavailableException} where the other throws it; completed by the thread that did the work
     */
    public CompletableFuture<AppendResult> append(Draft draft, Executor patient) {
        if (closed) {
            return CompletableFuture.failedFuture(goesDown());
        }
        long start = System.nanoTime();
        CompletableFuture<AppendResult> appended = new CompletableFuture<>();
        lane.submit(draft, ANSWER_WITHIN, (result, failure) -> {
            if (result instanceof AppendResult.Busy) {
                later(() -> append(draft, start), ANSWER_WITHIN, patient, appended);
            } else if (failure != null && isTriedAgain(draft, failure, start)) {
                later(() -> appendOnce(draft), RETRY_WITHIN, patient, appended);
            } else if (failure != null) {
                appended.completeExceptionally(failure);
            } else {
                appended.complete(result);
            }
        });
        return appended;
    }

    /** Unless no thread is free by then. */
    private static void later(
            Supplier<AppendResult> work, Duration within, Executor patient, CompletableFuture<AppendResult> appended) {
        long asked = System.nanoTime();
        try {
            patient.execute(() -> {
                try {
                    if (System.nanoTime() - asked > within.toNanos()) {
                        throw new UnavailableException("no thread was free in time", null);
                    }
                    appended.complete(work.get());
                } catch (RuntimeException | Error e) {
                    appended.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            appended.completeExceptionally(new UnavailableException("too much is waiting", e));
        }
    }

    /** The client message id of what is sent tells whether the first try took effect. */
    private static boolean isTriedAgain(Draft draft, Throwable failure, long start) {
        return failure instanceof UnavailableException
                && draft instanceof Draft.Send
                && System.nanoTime() - start <= RETRY_WITHIN.toNanos();
    }

    private static UnavailableException goesDown() {
        return new UnavailableException("this API node goes down", null);
    }

    /** Takes no more drafts, but refuses them as if the store were away; those under way end. */
    @Override
    public void close() {
        closed = true;
        Threads.stop(workers);
        Threads.stop(timer);
    }

    private AppendResult appendOnce(Draft draft) {
        for (int i = 0; i < SKIPS; i++) {
            AppendResult result = lane.call(draft, ANSWER_WITHIN);
            if (!(result instanceof AppendResult.Busy)) {
                return result;
            }
        }
        return appendPatiently(draft);
    }

    private AppendResult appendPatiently(Draft draft) {
        Lane<Draft, AppendResult> waiting =
                patient.get(Math.floorMod(draft.channel().hashCode(), PATIENT_LANES));
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (long left = PATIENCE.toNanos(); left > 0; left = end - System.nanoTime()) {
            AppendResult result = waiting.call(draft, Duration.ofNanos(left));
            if (!(result instanceof AppendResult.Busy)) {
                return result;
            }
        }
        throw new UnavailableException("the channel is held by another transaction", null);
    }

    private List<AppendResult> append(List<Draft> drafts, Duration lockWait) {
        List<AppendResult> results = store.append(drafts, lockWait);
        observer.appended(drafts.size());
        for (AppendResult result : results) {
            if (result instanceof AppendResult.Appended appended) {
                deliver.accept(appended);
            }
        }
        return results;
    }
}
