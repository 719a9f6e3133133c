package io.touchline.adapter.fcm;

import com.google.firebase.messaging.FirebaseMessaging;
import com.google.firebase.messaging.FirebaseMessagingException;
import io.touchline.core.model.Push;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.port.PushResult;
import io.touchline.core.port.PushResult.Accepted;
import io.touchline.core.port.PushResult.RetryLater;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pushes by Firebase Cloud Messaging, one call for each device.
 *
 * <p>Calls run on threads of its own, a bounded number at a time with a bounded queue in front, each with a deadline,
 * and the whole batch with another; one that is late is cancelled and to be tried later. {@code sendEach} is not used:
 * its queue has no bound, and one odd reply loses the results of the whole batch.
 *
 * <p>May be called by any thread; batches of several callers share the threads. {@link #close} gives them back; what is
 * pushed afterwards is to be tried later. The {@link FirebaseMessaging} stays its owner's.
 */
public final class FcmPushNotifier implements PushNotifier, AutoCloseable {
    private final FirebaseMessaging messaging;
    private final FcmSettings settings;
    private final FcmMessages messages;
    private final ThreadPoolExecutor calls;
    private final ScheduledThreadPoolExecutor alarms;

    public FcmPushNotifier(FirebaseMessaging messaging, FcmSettings settings) {
        this.messaging = messaging;
        this.settings = settings;
        messages = new FcmMessages(settings);
        calls = new ThreadPoolExecutor(
                settings.concurrency(),
                settings.concurrency(),
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.queue()),
                threads("fcm-call-"));
        calls.allowCoreThreadTimeOut(true);
        alarms = new ScheduledThreadPoolExecutor(1, threads("fcm-alarm-"));
        alarms.setRemoveOnCancelPolicy(true);
    }

    @Override
    public List<PushResult> push(List<? extends Push> pushes) {
        long end = System.nanoTime() + settings.batchDeadline().toNanos();
        List<Future<PushResult>> sent = pushes.stream().map(this::submit).toList();
        return sent.stream().map(call -> await(call, end)).toList();
    }

    /** What is under way or waiting is cancelled, to be tried later. */
    @Override
    public void close() {
        alarms.shutdownNow();
        // Without an alarm clock, to run what was waiting is to cancel it.
        calls.shutdownNow().forEach(Runnable::run);
    }

    private Future<PushResult> submit(Push push) {
        FutureTask<PushResult> call = new FutureTask<>(() -> send(push));
        try {
            calls.execute(() -> runTimed(call));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(later("too many are waiting"));
        }
        return call;
    }

    private void runTimed(FutureTask<PushResult> call) {
        ScheduledFuture<?> alarm;
        try {
            alarm = alarms.schedule(
                    () -> call.cancel(true), settings.callDeadline().toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            call.cancel(false);
            return;
        }
        call.run();
        alarm.cancel(false);
    }

    private PushResult send(Push push) {
        try {
            messaging.send(messages.of(push));
            return new Accepted();
        } catch (FirebaseMessagingException e) {
            return FcmFailures.result(e);
        }
    }

    private static PushResult await(Future<PushResult> call, long end) {
        try {
            return call.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (CancellationException e) {
            return later("no answer in time");
        } catch (TimeoutException e) {
            call.cancel(true);
            return later("no answer within the time for a batch");
        } catch (InterruptedException e) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            return later("interrupted");
        } catch (ExecutionException e) {
            // firebase-admin throws what it likes at replies that it does not understand.
            return later("an odd reply: " + FcmFailures.root(e));
        }
    }

    private static PushResult later(String reason) {
        return new RetryLater(FcmFailures.PAUSE, reason);
    }

    private static ThreadFactory threads(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
