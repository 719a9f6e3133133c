package io.touchline.core.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What a lane costs a lone item, its work and the way to another thread left out. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LaneBenchmark {
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private final Lane<String, String> lane =
            new Lane<>("benchmark", 1_000, 100, Runnable::run, Function.<List<String>>identity());

    @Benchmark
    public String call() {
        return lane.call("item", DEADLINE);
    }

    @Benchmark
    public void submit(Blackhole hole) {
        lane.submit("item", (result, failure) -> hole.consume(result));
    }
}
