package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Backends;
import io.touchline.bootstrap.harness.Cluster;
import io.touchline.bootstrap.harness.Database;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Node.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A wrong configuration stops the start, and says in a sentence which property to mend. */
class ConfigurationIT {
    private static final int AT_ONCE = 2;
    private static final String SHORT = "too short";
    private static final ExecutorService STARTS = Executors.newFixedThreadPool(AT_ONCE);

    /** A node with something wrong, and what its output must name. */
    private record Wrong(Kind kind, String what, String named, UnaryOperator<Node> mistake) {
        @Override
        public String toString() {
            return kind + ": " + what;
        }
    }

    private record Outcome(int status, String output) {}

    private static final List<Wrong> MISTAKES = List.of(
            wrong(Kind.API, "no node secret", "touchline.node.secret", node -> node.unset("touchline.node.secret")),
            wrong(
                    Kind.API,
                    "no way to check tokens",
                    "touchline.jwt.secret",
                    node -> node.unset("touchline.jwt.secret")),
            wrong(Kind.API, "a short secret", "touchline.jwt.secret", node -> node.set("touchline.jwt.secret", SHORT)),
            wrong(
                    Kind.API,
                    "no database there",
                    "spring.datasource.url",
                    node -> node.set("spring.datasource.url", "jdbc:postgresql://127.0.0.1:1/none")),
            wrong(Kind.API, "no database named", "spring.datasource.url", node -> node.unset("spring.datasource.url")),
            wrong(
                    Kind.API,
                    "no credentials file",
                    "touchline.fcm.credentials",
                    node -> node.set("touchline.fcm.credentials", "/does/not/exist.json")),
            wrong(
                    Kind.API,
                    "no duration",
                    "touchline.delivery.receipt-timeout",
                    node -> node.set("touchline.delivery.receipt-timeout", "soon")),
            wrong(Kind.SOCKET, "no node secret", "touchline.node.secret", node -> node.unset("touchline.node.secret")),
            wrong(
                    Kind.SOCKET,
                    "two ways to check tokens",
                    "touchline.jwt.secret",
                    node -> node.set("touchline.jwt.jwk-set-uri", "http://127.0.0.1:1/keys")),
            wrong(
                    Kind.SOCKET,
                    "a lease of no use",
                    "touchline.node.lease",
                    node -> node.set("touchline.node.lease", "1ms")),
            wrong(
                    Kind.STANDALONE,
                    "messages of no length",
                    "touchline.message.max-bytes",
                    node -> node.set("touchline.message.max-bytes", "0")));

    private static Map<Wrong, CompletableFuture<Outcome>> outcomes = Map.of();

    private static Wrong wrong(Kind kind, String what, String named, UnaryOperator<Node> mistake) {
        return new Wrong(kind, what, named, mistake);
    }

    static Stream<Wrong> mistakes() {
        return MISTAKES.stream();
    }

    @BeforeAll
    static void startThemAll() {
        Database database = Backends.newDatabase();
        outcomes = MISTAKES.stream()
                .collect(Collectors.toMap(
                        wrong -> wrong,
                        wrong -> CompletableFuture.supplyAsync(() -> outcome(wrong, database), STARTS)));
    }

    @AfterAll
    static void stop() {
        STARTS.shutdownNow();
    }

    private static Outcome outcome(Wrong wrong, Database database) {
        Node node = new Node(wrong.kind, "wrong-" + MISTAKES.indexOf(wrong));
        switch (wrong.kind) {
            case API -> node.setAll(Cluster.apiProperties(database));
            case SOCKET -> node.setAll(Cluster.socketProperties());
            default -> {}
        }
        try (Node started = wrong.mistake.apply(node).launch()) {
            return new Outcome(started.awaitExit(), started.output());
        }
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeStopsTheStartWithASentence(Wrong wrong) {
        Outcome outcome = outcomes.get(wrong).join();
        assertThat(outcome.status).as(outcome.output).isNotZero();
        assertThat(outcome.output)
                .contains(wrong.named)
                .doesNotContain("\tat ", "Caused by", "Exception", "BeanCreation")
                .doesNotContain(SHORT);
        List<String> sentences = outcome.output
                .lines()
                .filter(line -> line.contains(wrong.named))
                .toList();
        assertThat(sentences).as(outcome.output).hasSize(1);
        assertThat(sentences.get(0)).endsWith(".");
    }
}
