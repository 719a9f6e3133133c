package io.touchline.bootstrap.bench;

import io.touchline.bootstrap.harness.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Measures the real jars on real backends, with a thousand users connected: how many messages a second small channels
 * take, how many deliveries a second come out of a big one, and how long a message takes when there is little to do.
 *
 * <p>System properties: {@code touchline.bench.flags} for the JVMs of the nodes, and {@code touchline.bench.keep} to
 * append the figures to those that are kept with the documents.
 */
final class Benchmark {
    private static final Path KEPT = Path.of("..", "docs", "performance", "benchmark.jsonl");
    private static final int USERS = 1_000;
    private static final int CHANNELS = 200;
    private static final int MEMBERS = 10;
    private static final double LOW_RATE = 50;
    private static final double WARM_UP_RATE = 200;
    private static final double FIRST_STEP = 1.5;
    private static final double LAST_STEP = 1.06;
    private static final double STEP_BACK = 0.9;
    private static final Duration JVM_WARM_UP = Duration.ofSeconds(30);
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final Duration PROBE = Duration.ofSeconds(4);
    private static final Duration MEASURED = Duration.ofSeconds(12);

    private final Generator generator;

    private Benchmark(Generator generator) {
        this.generator = generator;
    }

    public static void main(String[] arguments) throws IOException {
        List<String> flags = Pattern.compile(" ")
                .splitAsStream(System.getProperty("touchline.bench.flags", ""))
                .filter(flag -> !flag.isEmpty())
                .toList();
        try (Servers servers = new Servers(flags);
                Generator generator = new Generator(servers.api(), servers.socket(), USERS, servers::cpuTime)) {
            List<Figures> results = new Benchmark(generator).measure();
            print(results);
            if (Boolean.getBoolean("touchline.bench.keep")) {
                keep(flags, results);
            }
        }
        System.exit(0); // what ends with this JVM
    }

    private List<Figures> measure() {
        Channels small = generator.create(CHANNELS, MEMBERS);
        Channels big = generator.create(1, USERS);
        tell(generator.run("warm-up", small, WARM_UP_RATE, Duration.ZERO, JVM_WARM_UP));
        Figures most = highest(CHANNELS + " channels of " + MEMBERS, small, WARM_UP_RATE);
        Figures wide = highest("one channel of " + USERS, big, 20);
        String little = CHANNELS + " channels, quiet";
        return List.of(most, wide, tell(generator.run(little, small, LOW_RATE, WARM_UP, MEASURED)));
    }

    /** The highest rate that the nodes keep up with. They go on warming up, so what failed once is tried again. */
    private Figures highest(String what, Channels where, double from) {
        double rate = from;
        boolean good = false;
        for (double step = FIRST_STEP; step > LAST_STEP; ) {
            if (keepsUp(what, where, rate * step)) {
                rate *= step;
                good = true;
            } else {
                step = Math.sqrt(step);
                rate = good ? rate : rate / 2;
            }
        }
        Figures figures = tell(generator.run(what, where, rate, WARM_UP, MEASURED));
        while (!figures.good() && rate > 1) {
            rate *= STEP_BACK;
            figures = tell(generator.run(what, where, rate, WARM_UP, MEASURED));
        }
        return figures;
    }

    private boolean keepsUp(String what, Channels where, double rate) {
        return tell(generator.run(what, where, rate, WARM_UP, PROBE)).good()
                || tell(generator.run(what, where, rate, WARM_UP, PROBE)).good();
    }

    private static Figures tell(Figures figures) {
        System.out.printf(
                Locale.ROOT,
                "%s at %,.0f/s: p99 %.1f ms, lost %d, failed %d, closed %d%s%n",
                figures.what(),
                figures.rate(),
                figures.p99(),
                figures.lost(),
                figures.failed(),
                figures.closed(),
                figures.hopeless() ? ", given up" : "");
        return figures;
    }

    private static void print(List<Figures> results) {
        System.out.printf(
                "%n%-20s %10s %12s %7s %7s %7s %5s %8s %10s %12s %10s%n",
                USERS + " users",
                "messages/s",
                "deliveries/s",
                "p50 ms",
                "p99 ms",
                "max ms",
                "lost",
                "repeated",
                "disordered",
                "CPU/delivery",
                "generator");
        for (Figures figures : results) {
            System.out.printf(
                    Locale.ROOT,
                    "%-20s %,10.0f %,12.0f %7.1f %7.1f %7.1f %5d %8d %10d %9.1f µs %4.2f cores%n",
                    figures.what(),
                    figures.rate(),
                    figures.deliveries(),
                    figures.p50(),
                    figures.p99(),
                    figures.max(),
                    figures.lost(),
                    figures.repeated(),
                    figures.disordered(),
                    figures.serverMicros(),
                    figures.generatorCores());
        }
    }

    private static void keep(List<String> flags, List<Figures> results) throws IOException {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        line.put("java", System.getProperty("java.vm.version"));
        line.put("cores", Runtime.getRuntime().availableProcessors());
        line.put("flags", flags);
        line.put("results", results);
        Files.writeString(KEPT, Json.write(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
