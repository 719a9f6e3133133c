package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.Draft;
import io.touchline.core.port.MessageStore;
import io.touchline.core.port.UnavailableException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LogWriterTest {
    private static final UserId ALICE = new UserId("alice");

    /** What a store answers that was not told otherwise. */
    private static final AppendResult REFUSED = new AppendResult.Refused(AppendResult.Reason.NO_CHANNEL);

    private final InMemoryStorage storage = new InMemoryStorage(Clock.systemUTC());
    private final List<Appended> delivered = new ArrayList<>();
    private final Queue<Supplier<AppendResult>> answers = new ConcurrentLinkedQueue<>();
    private final LogWriter held = new LogWriter(answering(answers), delivered::add, new ChatObserver() {});
    private final LogWriter log = new LogWriter(storage.messages(), delivered::add, new ChatObserver() {});

    @Test
    void storesNothingOnceItIsClosedThoughNobodyWaits() {
        assertThat(log.append(create("before"))).isInstanceOf(Appended.class);
        log.close();

        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> log.append(create("after")));

        assertThat(delivered).hasSize(1);
        assertThat(storage.channels().channel(ALICE, new ChannelId("after"))).isEmpty();
    }

    @Test
    void tellsOfWhatNobodyWaitsForWhenItIsStored() {
        Appended appended = (Appended) join(log.append(create("tea"), refusing()));

        assertThat(delivered).containsExactly(appended);
        assertThat(storage.channels().channel(ALICE, new ChannelId("tea"))).isPresent();
        log.close();
        assertThat(failure(log.append(create("after"), refusing()))).isInstanceOf(UnavailableException.class);
    }

    @Test
    void waitsForAHeldChannelInAThreadOfTheCallersChoice() {
        answers.add(AppendResult.Busy::new);

        assertThat(failure(held.append(message(), refusing()))).isInstanceOf(UnavailableException.class);
        answers.add(AppendResult.Busy::new);
        assertThat(join(held.append(message(), ForkJoinPool.commonPool()))).isEqualTo(REFUSED);
    }

    @Test
    void triesOnceMoreWhatMayHaveBeenStored() {
        answers.add(LogWriterTest::away);
        assertThat(join(held.append(message(), ForkJoinPool.commonPool()))).isEqualTo(REFUSED);

        answers.add(LogWriterTest::away);
        answers.add(LogWriterTest::away);
        assertThat(failure(held.append(message(), ForkJoinPool.commonPool()))).hasMessage("away");
        answers.add(LogWriterTest::away);
        assertThat(failure(held.append(create("tea"), ForkJoinPool.commonPool())))
                .hasMessage("away");
        assertThat(answers).isEmpty();
    }

    @Test
    void answersInTimeThoughTheStoreHangs() {
        CountDownLatch back = new CountDownLatch(1);
        answers.add(() -> {
            Threads.await(back, Duration.ofSeconds(30));
            return REFUSED;
        });

        assertThat(failure(held.append(message(), refusing())))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("1800 ms");
        assertThat(back.getCount()).isEqualTo(1);
        back.countDown();
    }

    private static AppendResult away() {
        throw new UnavailableException("away", null);
    }

    private static Draft message() {
        return new Draft.Send(new ChannelId("tea"), ALICE, Instant.EPOCH, "hello", "id", true);
    }

    private static AppendResult join(CompletableFuture<AppendResult> appended) {
        return appended.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static Throwable failure(CompletableFuture<AppendResult> appended) {
        return assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> join(appended))
                .actual()
                .getCause();
    }

    private static Executor refusing() {
        return task -> {
            throw new RejectedExecutionException("full");
        };
    }

    private static MessageStore answering(Queue<Supplier<AppendResult>> answers) {
        return (MessageStore) Proxy.newProxyInstance(
                LogWriterTest.class.getClassLoader(),
                new Class<?>[] {MessageStore.class},
                (store, method, arguments) -> {
                    Supplier<AppendResult> next = answers.poll();
                    return List.of(next == null ? REFUSED : next.get());
                });
    }

    private static Draft create(String channel) {
        return new Draft.Create(new ChannelId(channel), ALICE, Instant.EPOCH, null, List.of(ALICE));
    }
}
