package io.touchline.core.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The threads of the core: daemons with names that tell whose they are. */
public final class Threads {
    private static final long STOP_SECONDS = 5;
    private static final long POLL_NANOS = 5_000_000;

    private Threads() {}

    /** Threads for lanes: as many as there are lanes at work, which their owners bound. */
    public static ExecutorService workers(String name) {
        return Executors.newCachedThreadPool(named(name));
    }

    /** Timers; once shut down they drop what was scheduled. */
    public static ScheduledExecutorService scheduler(String name, int threads) {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(threads, named(name));
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return scheduler;
    }

    /** Lets work that is under way end, for a few seconds at most. */
    public static void stop(ExecutorService executor) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** Repeats work until the scheduler is shut down, also after it failed, by an error too, which is told. */
    public static void repeat(
            ScheduledExecutorService scheduler, Runnable work, Duration period, Consumer<RuntimeException> failed) {
        Runnable guarded = () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                failed.accept(e);
            } catch (Error e) { // thrown on, it would end the repeating for good
                failed.accept(new IllegalStateException("work that repeats failed", e));
            }
        };
        ScheduledFuture<?> unused =
                scheduler.scheduleWithFixedDelay(guarded, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Does something later, unless the scheduler is shut down before. */
    public static void after(ScheduledExecutorService scheduler, Duration delay, Runnable work) {
        ScheduledFuture<?> unused = scheduler.schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits, but not for ever. */
    public static void await(CountDownLatch latch, Duration limit) {
        try {
            boolean unused = latch.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until something is so, but not for ever. */
    static void await(BooleanSupplier condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
