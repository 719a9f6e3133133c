package io.touchline.core.internal;

import io.touchline.core.port.ClientSocket;
import io.touchline.core.port.Frame;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a frame costs on its way to a socket that is idle and takes it at once. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OutboxBenchmark {
    private final Frame frame = new Frame(new byte[250]);
    private final Outbox outbox = new Outbox(new TakesAtOnce(), 1_000_000, () -> {});

    public OutboxBenchmark() {
        outbox.open(frame);
    }

    @Benchmark
    public void add() {
        outbox.add(frame);
    }

    private static final class TakesAtOnce implements ClientSocket {
        @Override
        public void send(List<Frame> frames, Consumer<@Nullable Throwable> done) {
            done.accept(null);
        }

        @Override
        public void ping() {}

        @Override
        public void close(int code, String reason) {}

        @Override
        public void terminate() {}
    }
}
