package io.touchline.adapter.websocket;

import io.touchline.adapter.websocket.DeliveryCodec.Request;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.Frame;
import java.net.ProtocolException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one message costs on its way between nodes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DeliveryCodecBenchmark {
    @Param({"10", "1000"})
    public int receivers;

    private List<Delivery> deliveries;
    private byte[] encoded;

    @Setup
    public void write() {
        List<UserId> users = IntStream.range(0, receivers)
                .mapToObj(i -> new UserId("user-" + i))
                .toList();
        deliveries = List.of(new Delivery(new Frame(new byte[250]), users));
        encoded = encode();
    }

    @Benchmark
    public byte[] encode() {
        return DeliveryCodec.encode(Request.forward("an-api-node", "an-incarnation", deliveries));
    }

    @Benchmark
    public Object decode() throws ProtocolException {
        return DeliveryCodec.decodeRequest(encoded);
    }
}
