package io.touchline.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.touchline.core.port.UnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LaneTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<List<String>> batches = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private final Lane<String, String> lane = new Lane<>("test", 4, 3, tasks::add, this::work);

    private List<String> work(List<String> batch) {
        batches.add(batch);
        if (batch.contains("bad")) {
            throw new UnavailableException("away", null);
        }
        return batch.stream().map(String::toUpperCase).toList();
    }

    private void submit(String item) {
        lane.submit(item, (result, failure) -> done.add(failure == null ? result : failure.getMessage()));
    }

    private void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Test
    void worksOnALoneItemInTheCallersThread() {
        assertThat(lane.call("a", PATIENCE)).isEqualTo("A");
        assertThat(tasks).isEmpty();
        assertThat(lane.isIdle()).isTrue();
    }

    @Test
    void aCallersOwnWorkIsNeverGivenUp() {
        AtomicReference<Lane<String, String>> self = new AtomicReference<>();
        self.set(new Lane<>("test", 4, 3, tasks::add, batch -> {
            self.get().giveUpLate();
            return batch;
        }));

        assertThat(self.get().call("a", Duration.ZERO)).isEqualTo("a");
    }

    @Test
    void givesUpOnOthersWorkInTimeAndTakesTheItemOutAgain() {
        submit("a"); // whose work nobody begins

        assertThatThrownBy(() -> lane.call("b", Duration.ofMillis(1)))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("1 ms");
        runAll();

        assertThat(batches).containsExactly(List.of("a"));
    }

    @Test
    void tellsInTimeThatOthersWorkDidNotEndAndTakesTheItemOutAgain() {
        submit("a"); // whose work nobody begins
        CompletableFuture<Throwable> told = new CompletableFuture<>();

        lane.submit("b", Duration.ZERO, (result, failure) -> told.complete(failure));
        lane.giveUpLate();
        assertThat(told.getNow(null)).isInstanceOf(UnavailableException.class).hasMessageContaining("0 ms");
        runAll();

        assertThat(batches).containsExactly(List.of("a"));
    }

    @Test
    void tellsInTimeThatTheWorkItselfDoesNotEnd() {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        AtomicReference<Lane<String, String>> self = new AtomicReference<>();
        self.set(new Lane<>("test", 4, 3, tasks::add, batch -> {
            self.get().giveUpLate(); // while it is under way
            assertThat(told).isDone();
            return batch;
        }));

        self.get().submit("a", Duration.ZERO, (result, failure) -> told.complete(failure));
        runAll();

        assertThat(told.getNow(null)).isInstanceOf(UnavailableException.class).hasMessageContaining("0 ms");
        assertThat(self.get().isIdle()).isTrue();
    }

    @Test
    void makesABatchOfWhatCameMeanwhile() {
        List.of("a", "b", "c", "d").forEach(this::submit);
        runAll();

        assertThat(batches).containsExactly(List.of("a", "b", "c"), List.of("d"));
        assertThat(done).containsExactly("A", "B", "C", "D");
        assertThat(lane.isIdle()).isTrue();
    }

    @Test
    void asksForOneThreadHoweverManyItemsWait() {
        List.of("a", "b", "c").forEach(this::submit);

        assertThat(tasks).hasSize(1);
    }

    @Test
    void handsOnToAnotherThreadWhatCameWhileACallerWorked() {
        List<String> seen = new ArrayList<>();
        AtomicReference<Lane<String, String>> self = new AtomicReference<>();
        self.set(new Lane<>("test", 4, 3, tasks::add, batch -> {
            if (batch.contains("first")) {
                self.get().submit("second", (result, failure) -> seen.add(result));
            }
            return batch;
        }));

        assertThat(self.get().call("first", PATIENCE)).isEqualTo("first");
        assertThat(seen).isEmpty();
        runAll();
        assertThat(seen).containsExactly("second");
    }

    @Test
    void refusesOneItemMoreThanItsBound() {
        List.of("a", "b", "c", "d", "e").forEach(this::submit);

        assertThat(done).containsExactly("test: 4 are waiting already");
        assertThatThrownBy(() -> lane.call("f", PATIENCE)).isInstanceOf(UnavailableException.class);
        runAll();
        assertThat(done).hasSize(5);
    }

    @Test
    void failsOnlyTheBatchThatFailed() {
        List.of("a", "bad", "c", "d").forEach(this::submit);
        runAll();

        assertThat(done).containsExactly("away", "away", "away", "D");
        assertThatThrownBy(() -> lane.call("bad", PATIENCE))
                .isInstanceOf(UnavailableException.class)
                .hasMessage("away");
        assertThat(lane.call("e", PATIENCE)).isEqualTo("E");
    }

    @Test
    void refusesEverythingOnceItsThreadsAreStopped() {
        ExecutorService stopped = Executors.newSingleThreadExecutor();
        stopped.shutdown();
        Lane<String, String> closed = new Lane<>("test", 4, 3, stopped, this::work);

        closed.submit(
                "a", (result, failure) -> done.add(String.valueOf(failure == null ? result : failure.getMessage())));

        assertThat(done).containsExactly("test is closed");
        assertThat(closed.isIdle()).isTrue();
    }

    @Test
    void goesOnAfterTheSystemHadNoThreadToSpare() {
        AtomicReference<Boolean> spare = new AtomicReference<>(false);
        Lane<String, String> starved = new Lane<>(
                "test",
                4,
                3,
                task -> {
                    if (!spare.get()) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    task.run();
                },
                this::work);
        starved.submit("a", (result, failure) -> done.add(failure == null ? result : failure.getMessage()));
        spare.set(true);
        starved.submit("b", (result, failure) -> done.add(failure == null ? result : failure.getMessage()));

        assertThat(done).containsExactly("test got no thread", "B");
    }

    @Test
    void givesEveryCallerItsOwnResultInBatchesThatAreSmallerInNumber() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(16);
        ExecutorService worker = Executors.newSingleThreadExecutor();
        try {
            List<Integer> sizes = new ArrayList<>();
            Lane<Integer, Integer> busy = new Lane<>("test", 10_000, 256, worker, batch -> {
                sizes.add(batch.size());
                return batch.stream().map(i -> i * 2).toList();
            });
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                int item = i;
                results.add(callers.submit(() -> busy.call(item, PATIENCE)));
            }
            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).get()).isEqualTo(i * 2);
            }
            assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(2_000);
        } finally {
            callers.shutdown();
            worker.shutdown();
        }
    }
}
