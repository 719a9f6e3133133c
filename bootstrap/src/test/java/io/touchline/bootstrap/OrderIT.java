package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Cluster;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Rest;
import io.touchline.bootstrap.harness.Tokens;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Fifty senders in twenty channels at once leave logs without gap or repeat. */
class OrderIT {
    private static final int CHANNELS = 20;
    private static final int SENDERS = 50;
    private static final int MESSAGES = 2_000;

    private final String id = UUID.randomUUID().toString().substring(0, 8);

    @Test
    void sequencesAreWithoutGapOverTwoApiNodesOnPostgreSql() {
        Cluster cluster = Cluster.shared();
        List<Rest> callers = IntStream.range(0, SENDERS)
                .mapToObj(sender -> cluster.api(sender % 2).as(user(sender)))
                .toList();
        sequencesAreWithoutGap(callers);
    }

    @Test
    void sequencesAreWithoutGapInOneProcessOnH2() {
        try (Node node = new Node(Node.Kind.STANDALONE, "order").set("touchline.jwt.secret", Tokens.SECRET)) {
            node.start();
            List<Rest> callers = IntStream.range(0, SENDERS)
                    .mapToObj(sender -> node.as(user(sender)))
                    .toList();
            sequencesAreWithoutGap(callers);
        }
    }

    private void sequencesAreWithoutGap(List<Rest> callers) {
        List<String> channels = Senders.channels(CHANNELS, id, callers.get(0), Senders.users(SENDERS, id));
        List<List<JsonNode>> answered = Senders.send(
                SENDERS,
                MESSAGES,
                (sender, number) -> callers.get(sender)
                        .trySend(channels.get(number % CHANNELS), "message " + number, "m-" + number));

        Map<String, Map<Long, JsonNode>> expected = new HashMap<>();
        answered.stream()
                .flatMap(Collection::stream)
                .forEach(event -> expected.computeIfAbsent(channel(event), channel -> new HashMap<>())
                        .put(sequence(event), event));
        for (String channel : channels) {
            List<JsonNode> log = callers.get(1).events(channel, 0);
            assertThat(log)
                    .extracting(OrderIT::sequence)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, 1 + MESSAGES / CHANNELS)
                            .boxed()
                            .toList());
            assertThat(log.subList(1, log.size()))
                    .allSatisfy(event ->
                            assertThat(event).isEqualTo(expected.get(channel).get(sequence(event))));
        }
        answered.forEach(OrderIT::whatWasAnsweredEarlierComesFirst);
    }

    private static void whatWasAnsweredEarlierComesFirst(List<JsonNode> events) {
        Map<String, Long> last = new HashMap<>();
        for (JsonNode event : events) {
            Long before = last.put(channel(event), sequence(event));
            assertThat(sequence(event)).isGreaterThan(before == null ? 0 : before);
        }
    }

    private String user(int sender) {
        return Senders.users(SENDERS, id).get(sender);
    }

    private static String channel(JsonNode event) {
        return event.get("channel").asString();
    }

    private static long sequence(JsonNode event) {
        return event.get("sequence").asLong();
    }
}
