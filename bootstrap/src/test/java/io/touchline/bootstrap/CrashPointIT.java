package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Answer;
import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.Client;
import io.touchline.bootstrap.harness.CrashPoint;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Sender;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * An API node dies at every place on the way of a message, each time in a process of its own, and nothing is lost. The
 * rounds run side by side, since most of each is waiting for the others to take over.
 */
class CrashPointIT {
    private static final int REPETITIONS = Integer.getInteger("touchline.rounds.crash");
    private static final int AT_ONCE = 8;
    private static final int SENDERS = 3;
    private static final int BURST = 3;
    private static final int LONG_BURST = 50;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(40);

    private static final FaultyCluster CLUSTER = FaultyCluster.shared();
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(AT_ONCE);
    private static final ExecutorService SENDING = Executors.newCachedThreadPool();
    private static final Semaphore STARTS = new Semaphore(2);
    private static final AtomicLong SLOWEST = new AtomicLong();
    private static final Map<Round, CompletableFuture<Void>> ROUNDS = new LinkedHashMap<>();

    /** What happens after the crash, before others take over. */
    private enum Aftermath {
        NOTHING,
        A_RECEIVER_LEAVES,
        SOMEBODY_JOINS
    }

    private record Round(CrashPoint point, Aftermath aftermath, int repetition) {
        /** Not always the first time, but where the node has to be lucky to come there at all. */
        int nth() {
            boolean once = point.isDrain() || point == CrashPoint.RECEIPTS_TAKEN;
            return once ? 1 : 1 + (point.ordinal() + repetition) % 3;
        }

        /** Receipts are brought to whoever asks next: that is to be the one that goes on sending. */
        int burst() {
            return point == CrashPoint.RECEIPTS_TAKEN ? LONG_BURST : BURST;
        }

        @Override
        public String toString() {
            return point + (aftermath == Aftermath.NOTHING ? "" : " then " + aftermath) + " #" + repetition;
        }
    }

    @BeforeAll
    static void beginAllRounds() {
        rounds().forEach(round -> ROUNDS.put(round, CompletableFuture.runAsync(new Conversation(round)::run, THREADS)));
    }

    @AfterAll
    static void stop() {
        THREADS.shutdownNow();
        SENDING.shutdownNow();
        System.out.printf(
                "API nodes died at %d places, %d times each; whoever was connected had everything within %d ms%n",
                CrashPoint.values().length, REPETITIONS, SLOWEST.get());
    }

    static Stream<Round> rounds() {
        return IntStream.range(0, REPETITIONS)
                .boxed()
                .flatMap(repetition -> Arrays.stream(CrashPoint.values())
                        .flatMap(point -> aftermaths(point).map(then -> new Round(point, then, repetition))));
    }

    private static Stream<Aftermath> aftermaths(CrashPoint point) {
        return point == CrashPoint.AFTER_COMMIT
                ? Stream.of(Aftermath.A_RECEIVER_LEAVES, Aftermath.SOMEBODY_JOINS)
                : Stream.of(Aftermath.NOTHING);
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void nothingIsLostWhenAnApiNodeDies(Round round) {
        ROUNDS.get(round).join();
    }

    /** Three people write, each in a channel of his own; two listen, one is offline, one reads and says so by REST. */
    private static final class Conversation {
        private final Round round;
        private final String id = UUID.randomUUID().toString().substring(0, 8);
        private final String carol = "carol-" + id;
        private final String dave = "dave-" + id;
        private final String eve = "eve-" + id;
        private final String fred = "fred-" + id;
        private final Node dying = CLUSTER.newApi();
        private final Path proof = dying.directory().resolve("proof");
        private final List<Sender> senders = IntStream.range(0, SENDERS)
                .mapToObj(i -> new Sender(
                        "alice-" + i + "-" + id, "c-" + i + "-" + id, List.of(dying, CLUSTER.api(0), CLUSTER.api(1))))
                .toList();
        private final Client bobsClient = Client.of("bob-" + id, CLUSTER.api(0));
        private final Client carolsClient = Client.of(carol, CLUSTER.api(1));
        private long died;

        Conversation(Round round) {
            this.round = round;
        }

        void run() {
            try (dying;
                    bobsClient;
                    carolsClient) {
                start();
                createChannels();
                converse();
                assertThat(dying.hasEnded(Await.SOON)).as("%s died", dying).isTrue();
                assertThat(dying.awaitExit()).isEqualTo(CrashPoint.STATUS);
                assertThat(proof).hasContent(round.point.name());
                died = System.nanoTime();
                happenAfterwards();
                check();
            }
        }

        private void start() {
            STARTS.acquireUninterruptibly();
            try {
                dying.start();
            } finally {
                STARTS.release();
            }
        }

        private void createChannels() {
            CLUSTER.api(0).as(dave).registerDevice(dave);
            for (int i = 0; i < SENDERS; i++) {
                CLUSTER.api(0)
                        .as("alice-" + i + "-" + id)
                        .createChannel(senders.get(i).channel(), List.of("bob-" + id, carol, dave, fred));
            }
            bobsClient.connect(CLUSTER.socket(0));
            carolsClient.connect(CLUSTER.socket(1));
            dying.instrument(round.point.rules(proof, id, round.nth()));
        }

        /** Goes on, with ever longer pauses, until the node is dead. */
        private void converse() {
            Duration pause = FIRST_PAUSE;
            do {
                List<CompletableFuture<Void>> bursts = senders.stream()
                        .map(sender -> CompletableFuture.runAsync(() -> burst(sender), SENDING))
                        .toList();
                bursts.forEach(CompletableFuture::join);
                acknowledge();
                if (round.point.isDrain()) {
                    dying.beginStop();
                }
                pause = pause.multipliedBy(3).dividedBy(2);
            } while (!dying.hasEnded(pause) && pause.compareTo(LONGEST_PAUSE) < 0);
        }

        /** Ends with the node, so that no later event tells a receiver that he missed the last one. */
        private void burst(Sender sender) {
            int sent = 0;
            do {
                sender.send("message " + sender.answered().size());
            } while (++sent < round.burst() && !dying.hasEnded(Duration.ZERO));
        }

        private void acknowledge() {
            Map<String, Long> delivered = new LinkedHashMap<>();
            senders.forEach(sender -> delivered.put(sender.channel(), last(sender)));
            Await.until(
                    "receipts to be taken",
                    Await.SOON,
                    () -> Stream.of(dying, CLUSTER.api(0)).anyMatch(node -> isTaken(delivered, node)));
        }

        private boolean isTaken(Map<String, Long> delivered, Node node) {
            try {
                Answer answer = node.as(fred).post("/receipts", Map.of("delivered", delivered));
                return answer.status() == 204;
            } catch (UncheckedIOException e) {
                return false;
            }
        }

        private static long last(Sender sender) {
            List<JsonNode> answered = sender.answered();
            return answered.get(answered.size() - 1).get("sequence").asLong();
        }

        private void happenAfterwards() {
            for (Sender sender : senders) {
                String participants = "/channels/" + sender.channel() + "/participants/";
                switch (round.aftermath) {
                    case NOTHING -> {}
                    case A_RECEIVER_LEAVES ->
                        CLUSTER.api(1).as(carol).delete(participants + carol).expect(204);
                    case SOMEBODY_JOINS ->
                        CLUSTER.api(1)
                                .as(fred)
                                .put(participants + eve, Map.of())
                                .expect(204);
                }
            }
        }

        private void check() {
            for (Sender sender : senders) {
                bobsClient.awaitAll(sender.channel(), last(sender), timeLeft());
                carolsClient.awaitAll(sender.channel(), last(sender), timeLeft());
            }
            SLOWEST.accumulateAndGet(
                    FaultyCluster.COMPLETE_WITHIN.minus(timeLeft()).toMillis(), Math::max);
            for (Sender sender : senders) {
                List<JsonNode> log = CLUSTER.api(0).as(fred).events(sender.channel(), 0);
                assertThat(log)
                        .extracting(event -> event.get("sequence").asLong())
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, log.size()).boxed().toList());
                assertThat(log)
                        .filteredOn(event -> event.get("type").asString().equals("message"))
                        .containsExactlyElementsOf(sender.answered());
                for (JsonNode event : sender.answered()) {
                    long sequence = event.get("sequence").asLong();
                    assertThat(bobsClient.event(sender.channel(), sequence)).isEqualTo(event);
                    assertThat(carolsClient.event(sender.channel(), sequence)).isEqualTo(event);
                }
                Await.until(
                        dave + " to be announced to",
                        SETTLED_WITHIN,
                        () -> FaultyCluster.isAnnounced(dave, sender.channel(), last(sender)));
            }
            List<String> channels = senders.stream().map(Sender::channel).toList();
            Await.until(
                    channels + " to owe nothing",
                    SETTLED_WITHIN,
                    () -> !CLUSTER.database().owes(channels));
            if (round.aftermath == Aftermath.SOMEBODY_JOINS) {
                senders.forEach(this::eveSeesWhatCameAfterHer);
            }
        }

        private Duration timeLeft() {
            return FaultyCluster.COMPLETE_WITHIN.minusNanos(System.nanoTime() - died);
        }

        private void eveSeesWhatCameAfterHer(Sender sender) {
            List<JsonNode> seen = CLUSTER.api(0).as(eve).events(sender.channel(), 0);
            assertThat(seen).extracting(event -> event.get("type").asString()).containsExactly("participant.joined");
        }
    }
}
