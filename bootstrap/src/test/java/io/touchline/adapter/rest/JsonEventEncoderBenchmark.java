package io.touchline.adapter.rest;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Frame;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to write a message of 100 bytes, once for all who receive it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JsonEventEncoderBenchmark {
    private final JsonEventEncoder encoder = new JsonEventEncoder();
    private final Event event = new Event(
            new ChannelId("a-channel"),
            4_711,
            new UserId("a-user"),
            Instant.parse("2026-11-23T00:55:01.297Z"),
            Event.Message.of("x".repeat(100), "a-client-message-id"));

    @Benchmark
    public Frame encode() {
        return encoder.encode(event);
    }
}
