package io.touchline.bootstrap.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * Sends as the contract asks: what was not answered, or answered 503, is sent again with the same client message id, at
 * the next API node, until it is answered. Used by one thread.
 */
public final class Sender {
    private static final Duration GIVE_UP = Duration.ofSeconds(40);

    private final String channel;
    private final List<Rest> ways;
    private final List<JsonNode> answered = new ArrayList<>();
    private int mostTries;

    /** @param nodes in the order in which they are tried, round and round */
    public Sender(String user, String channel, List<Node> nodes) {
        this.channel = channel;
        this.ways = nodes.stream().map(node -> node.as(user)).toList();
    }

    public String channel() {
        return channel;
    }

    /** Everything that was answered, in order. */
    public List<JsonNode> answered() {
        return List.copyOf(answered);
    }

    /** How often the most stubborn message had to be sent. */
    public int mostTries() {
        return mostTries;
    }

    /** Sends a message until it is answered; the event. */
    public JsonNode send(String content) {
        String id = UUID.randomUUID().toString();
        int[] tries = {0};
        Await.until(channel + " to take a message", GIVE_UP, () -> trySend(content, id, tries[0]++));
        mostTries = Math.max(mostTries, tries[0]);
        return answered.get(answered.size() - 1);
    }

    private boolean trySend(String content, String id, int number) {
        try {
            Answer answer = ways.get(number % ways.size()).trySend(channel, content, id);
            if (answer.status() == 503) {
                return false;
            }
            assertThat(answer.status()).as(answer.text()).isIn(200, 201);
            answered.add(answer.json());
            return true;
        } catch (UncheckedIOException e) {
            return false; // it is gone, or was just going
        }
    }
}
