package io.touchline.bootstrap.bench;

import java.time.Duration;
import java.util.stream.Stream;

/** CPU time that processes have used. */
final class Cpu {
    private Cpu() {}

    static Duration of(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** With all that it has started. */
    static Duration ofAll(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .map(Cpu::of)
                .reduce(Duration.ZERO, Duration::plus);
    }
}
