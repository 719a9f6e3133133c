package io.touchline.core.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.AppendResult.Busy;
import io.touchline.core.port.AppendResult.Reason;
import io.touchline.core.port.AppendResult.Refused;
import io.touchline.core.port.Draft;
import io.touchline.core.port.Draft.Create;
import io.touchline.core.port.Draft.Delete;
import io.touchline.core.port.Draft.Edit;
import io.touchline.core.port.Draft.Join;
import io.touchline.core.port.Draft.Leave;
import io.touchline.core.port.Draft.Rename;
import io.touchline.core.port.Draft.Send;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the contracts of the four storage ports have in common: two API nodes on one data set, and a few people. Each
 * test has ids of its own, so the data of others may stand beside it and nothing is ever cleared.
 */
public abstract class StorageContract {
    /** Longer than any test takes. */
    static final Duration LONG_LEASE = Duration.ofMinutes(10);

    /** Over before anybody looks again, or very soon after. */
    static final Duration SHORT_LEASE = Duration.ofMillis(1);

    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration LOCK_WAIT = Duration.ofSeconds(5);

    private final String test = UUID.randomUUID().toString().substring(0, 13);

    final ChannelId channel = ChannelId.random();
    final UserId alice = user("alice");
    final UserId bob = user("bob");
    final UserId carol = user("carol");
    final UserId dave = user("dave");

    /** Two API nodes that hold what they claim for the whole test. */
    StorageUnderTest here;

    StorageUnderTest there;

    private Instant time = Instant.parse("2026-03-01T12:00:00.001Z");

    /**
     * The storage as one API node sees it, always on the same data within a test. Called before each test and in it,
     * also with new owners; what it stands on is to be ready before all tests, or by the constructor.
     *
     * @param owner names the API node, and claims for it
     * @param lease how long its claims hold, by the store's clock
     */
    protected abstract StorageUnderTest storage(String owner, Duration lease);

    @BeforeEach
    void startTwoNodes() {
        here = node("here", LONG_LEASE);
        there = node("there", LONG_LEASE);
    }

    final StorageUnderTest node(String name, Duration lease) {
        return storage(name + "-" + test, lease);
    }

    final UserId user(String name) {
        return new UserId(name + "-" + test);
    }

    /** A later millisecond at every call. */
    final synchronized Instant now() {
        time = time.plusMillis(1);
        return time;
    }

    // ---- Drafts

    final Create create(ChannelId id, UserId... participants) {
        return new Create(id, participants[0], now(), null, List.of(participants));
    }

    final Send send(UserId sender, String content) {
        return send(channel, sender, content);
    }

    final Send send(ChannelId to, UserId sender, String content) {
        return send(to, sender, content, UUID.randomUUID().toString());
    }

    final Send send(ChannelId to, UserId sender, String content, String clientMessageId) {
        return new Send(to, sender, now(), content, clientMessageId, false);
    }

    final Edit edit(UserId sender, long target, String content) {
        return new Edit(channel, sender, now(), target, content);
    }

    final Delete delete(UserId sender, long target) {
        return new Delete(channel, sender, now(), target, false);
    }

    final Delete purge(UserId administrator, long target) {
        return new Delete(channel, administrator, now(), target, true);
    }

    final Rename rename(UserId sender, String name) {
        return new Rename(channel, sender, now(), name);
    }

    final Join join(UserId sender, UserId user) {
        return new Join(channel, sender, now(), user);
    }

    final Leave leave(UserId sender, UserId user) {
        return new Leave(channel, sender, now(), user, false);
    }

    final Leave expel(UserId administrator, UserId user) {
        return new Leave(channel, administrator, now(), user, true);
    }

    // ---- Appending

    final List<AppendResult> append(Draft... drafts) {
        return append(here, List.of(drafts));
    }

    static List<AppendResult> append(StorageUnderTest node, List<? extends Draft> drafts) {
        List<AppendResult> results = node.messages().append(drafts, LOCK_WAIT);
        assertEquals(drafts.size(), results.size());
        return results;
    }

    final AppendResult appendOne(Draft draft) {
        return appendOne(here, draft);
    }

    /** Appends one draft, again and again as long as another transaction holds its channel. */
    static AppendResult appendOne(StorageUnderTest node, Draft draft) {
        List<AppendResult> last = new ArrayList<>();
        eventually("the channel is free", () -> {
            last.clear();
            last.addAll(append(node, List.of(draft)));
            return !(last.get(0) instanceof Busy);
        });
        return last.get(0);
    }

    /** Appends one draft, which is new. */
    final Event added(Draft draft) {
        return event(appendOne(draft));
    }

    static Event event(AppendResult result) {
        return assertInstanceOf(Appended.class, result).event();
    }

    static void assertRefused(Reason reason, AppendResult result) {
        assertEquals(new Refused(reason), result);
    }

    /** A channel of these people. */
    final Event open(UserId... participants) {
        return added(create(channel, participants));
    }

    /** So many messages in one batch; their sequences follow each other. */
    final List<Event> chatter(UserId sender, int messages) {
        return chatter(channel, sender, messages);
    }

    final List<Event> chatter(ChannelId to, UserId sender, int messages) {
        List<Send> drafts = LongStream.rangeClosed(1, messages)
                .mapToObj(i -> send(to, sender, "message " + i))
                .toList();
        return append(here, drafts).stream().map(StorageContract::event).toList();
    }

    // ---- Looking

    static List<Long> sequences(List<Event> events) {
        return events.stream().map(Event::sequence).toList();
    }

    static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    /** Everything of the channel that the reader may read. */
    final List<Event> log(UserId reader) {
        return log(here, channel, reader);
    }

    static List<Event> log(StorageUnderTest node, ChannelId channel, UserId reader) {
        return node.messages().events(channel, reader, 0, 10_000).orElseThrow().items();
    }

    /** The same things, in whatever order, each once. */
    static <T> void assertSame(Set<T> expected, List<T> actual) {
        assertEquals(expected, Set.copyOf(actual));
        assertEquals(expected.size(), actual.size(), () -> "something is there twice: " + actual);
    }

    // ---- Time and threads

    static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("not within " + PATIENCE + ": " + what);
            }
            Thread.onSpinWait();
        }
    }

    /** Runs tasks at the same time, each on a thread of its own. */
    static <T> List<T> together(List<Callable<T>> tasks) {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            CyclicBarrier start = new CyclicBarrier(tasks.size());
            List<Future<T>> running = tasks.stream()
                    .map(task -> threads.submit(() -> {
                        start.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                        return task.call();
                    }))
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> future : running) {
                results.add(future.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS));
            }
            return results;
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
