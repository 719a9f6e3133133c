package io.touchline.core.internal;

import io.touchline.core.port.AppendResult;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.Draft;
import io.touchline.core.port.MessageStore;
import io.touchline.core.port.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

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
    private final ExecutorService workers = Threads.workers("touchline-store");
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
            throw new UnavailableException("this API node goes down", null);
        }
        long start = System.nanoTime();
        try {
            return appendOnce(draft);
        } catch (UnavailableException e) {
            if (!(draft instanceof Draft.Send) || System.nanoTime() - start > RETRY_WITHIN.toNanos()) {
                throw e;
            }
            return appendOnce(draft); // its client message id tells whether the first try took effect
        }
    }

    /** Takes no more drafts, but refuses them as if the store were away; those under way end. */
    @Override
    public void close() {
        closed = true;
        Threads.stop(workers);
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
