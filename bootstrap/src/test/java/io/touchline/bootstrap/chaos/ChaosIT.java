package io.touchline.bootstrap.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Backends;
import io.touchline.bootstrap.harness.Cluster;
import io.touchline.bootstrap.harness.Json;
import io.touchline.bootstrap.harness.Turns;
import io.touchline.bootstrap.history.Checker;
import io.touchline.bootstrap.history.Entry;
import io.touchline.bootstrap.history.FaultKind;
import io.touchline.bootstrap.history.Faults;
import io.touchline.bootstrap.history.History;
import io.touchline.bootstrap.history.Places;
import io.touchline.bootstrap.history.Plan;
import io.touchline.bootstrap.history.Promises;
import io.touchline.bootstrap.history.Violation;
import io.touchline.bootstrap.history.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Everything that can break does, at random and under load, and afterwards the checker reads what the clients saw. The
 * seed is in the failure and in the results; it repeats the blows, not the timing. Begun first, it goes on beside the tests
 * that mostly wait.
 */
@Order(Turns.BESIDE_OTHERS)
@Execution(ExecutionMode.CONCURRENT)
class ChaosIT {
    private static final Promises PROMISES = Promises.of(Cluster.LEASE, Cluster.GRACE, Cluster.RECEIPT_TIMEOUT);

    /** Of the forwards repeated, and of their answers lost. */
    private static final double SHARE = 0.2;

    private static final Duration SHORT_CUT = Duration.ofSeconds(5);
    private static final Duration LONG_CUT = Duration.ofSeconds(60);
    private static final Duration BETWEEN_BLOWS = Duration.ofMillis(700);

    /** In the mix, so that what starts again leaves the machine to others. */
    private static final Duration LONG_BETWEEN_BLOWS = Duration.ofSeconds(4);

    private static final Duration AFTERWARDS = Duration.ofSeconds(5);
    private static final int BLOWS_A_ROUND = 40;

    /** From the first blow to the end of the last. */
    private static final Duration MIX = Duration.ofMinutes(2);

    private static ChaosCluster cluster;
    private static final long SEED = Long.getLong("touchline.chaos.seed", System.nanoTime() & 0xffff);

    @BeforeAll
    static void start() {
        cluster = new ChaosCluster("chaos", SEED);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void aMixOfEverythingLosesRepeatsReordersAndLeavesBehindNothing() {
        List<Blow> each = new ArrayList<>(Arrays.asList(Blow.values()));
        Collections.shuffle(each, new Random(SEED));
        round(SEED, each, MIX, SHORT_CUT, Path.of("target", "chaos.jsonl"));
    }

    /** In the profile soak; takes half an hour to an hour. */
    @Test
    @Tag("soak")
    void manyBlowsOfEveryKindLoseRepeatReorderAndLeaveBehindNothing() {
        Path results = Path.of("..", "docs", "reliability", "chaos.jsonl");
        Map<Blow, Integer> counts = new EnumMap<>(Blow.class);
        Arrays.stream(Blow.values()).forEach(blow -> counts.put(blow, 10));
        counts.put(Blow.API_NODE_KILLED, 200);
        counts.put(Blow.CHAT_NODE_KILLED, 100);
        counts.put(Blow.DATABASE_KILLED, 20);
        List<Blow> blows = new ArrayList<>();
        counts.forEach((blow, count) -> blows.addAll(Collections.nCopies(count, blow)));
        Collections.shuffle(blows, new Random(SEED));
        round(SEED, List.of(Blow.CHAT_NODE_CUT_OFF), Duration.ZERO, LONG_CUT, results);
        for (int from = 0; from < blows.size(); from += BLOWS_A_ROUND) {
            List<Blow> some = blows.subList(from, Math.min(from + BLOWS_A_ROUND, blows.size()));
            round(SEED + from + 1, some, Duration.ZERO, SHORT_CUT, results);
        }
    }

    private static void round(long seed, List<Blow> planned, Duration atLeast, Duration cut, Path results) {
        Random random = new Random(seed);
        cluster.awaitAllReady();
        Places places = new Places(cluster::apiPlaces, cluster::socketPlaces, Backends.fcm());
        String id = UUID.randomUUID().toString().substring(0, 8);
        Instant begun = Instant.now();
        try (Workload workload = Workload.start(Plan.small(id), places, PROMISES)) {
            List<Blow> blows = deal(planned, atLeast, cut, random, workload.faults());
            cluster.awaitAllReady();
            workload.awaitConnected(PROMISES.settled());
            Blow.pass(AFTERWARDS);
            History history = workload.quiesce();
            List<Violation> violations = new Checker(PROMISES).check(history);
            write(results, seed, begun, blows, history, violations);
            if (!violations.isEmpty()) {
                history.write(Path.of("target", "chaos-" + seed + ".jsonl"));
            }
            assertThat(violations)
                    .as("seed %d, blows %s, history in target/chaos-%d.jsonl", seed, blows, seed)
                    .isEmpty();
            assertThat(history.count(Entry.Sent.class)).isGreaterThan(20L * blows.size());
            assertThat(history.count(Entry.Fault.class)).isGreaterThanOrEqualTo(blows.size());
        }
    }

    /** Deals all that are planned, and further ones, mostly kills, until the time is over; those that were dealt. */
    private static List<Blow> deal(List<Blow> planned, Duration atLeast, Duration cut, Random random, Faults faults) {
        List<Blow> further = new ArrayList<>(Arrays.asList(Blow.values()));
        further.addAll(Collections.nCopies(5, Blow.API_NODE_KILLED));
        further.addAll(Collections.nCopies(3, Blow.CHAT_NODE_KILLED));
        Duration between = atLeast.isZero() ? BETWEEN_BLOWS : LONG_BETWEEN_BLOWS;
        long begun = System.nanoTime();
        List<Blow> dealt = new ArrayList<>();
        while (dealt.size() < planned.size() || System.nanoTime() - begun < atLeast.toNanos()) {
            boolean lossy = dealt.size() % 2 == 1;
            Blow blow = dealt.size() < planned.size()
                    ? planned.get(dealt.size())
                    : further.get(random.nextInt(further.size()));
            if (lossy) {
                faults.during(FaultKind.LOSSY, "a fifth lost, a fifth twice", () -> {
                    cluster.lose(SHARE);
                    blow.deal(cluster, faults, random, cut);
                    Blow.pass(between);
                    cluster.lose(0);
                });
            } else {
                blow.deal(cluster, faults, random, cut);
                Blow.pass(between);
            }
            dealt.add(blow);
        }
        return dealt;
    }

    /** A line a round, with what was tried and what was found. */
    private static void write(
            Path results, long seed, Instant begun, List<Blow> blows, History history, List<Violation> violations) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("begun", begun.toString());
        line.put("seconds", Duration.between(begun, Instant.now()).toSeconds());
        line.put("seed", seed);
        Map<String, Long> counts = new LinkedHashMap<>();
        blows.forEach(blow -> counts.merge(blow.name(), 1L, Long::sum));
        line.put("blows", counts);
        line.put(
                "acknowledged",
                history.all(Entry.Sent.class)
                        .filter(sent -> sent.event() != null)
                        .count());
        line.put(
                "sentMoreThanOnce",
                history.all(Entry.Sent.class)
                        .filter(sent -> sent.attempts().size() > 1)
                        .count());
        line.put(
                "frames",
                history.all(Entry.Frame.class)
                        .filter(frame -> frame.event() != null)
                        .count());
        line.put(
                "shown",
                history.all(Entry.Shown.class)
                        .mapToLong(shown -> shown.sequences().size())
                        .sum());
        line.put("syncs", history.count(Entry.Synced.class));
        line.put("connections", history.count(Entry.Opened.class));
        line.put("announcements", history.count(Entry.Pushed.class));
        line.put("violations", violations.stream().map(Violation::toString).toList());
        try {
            Files.createDirectories(results.toAbsolutePath().getParent());
            Files.writeString(results, Json.write(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
