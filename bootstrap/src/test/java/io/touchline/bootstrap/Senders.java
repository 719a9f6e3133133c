package io.touchline.bootstrap;

import io.touchline.bootstrap.harness.Answer;
import io.touchline.bootstrap.harness.Rest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Many senders at once, each of which sends its next message when the last was answered. */
final class Senders {
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    private Senders() {}

    /** What a sender does with its number-th message. */
    interface Turn {
        Answer send(int sender, int number);
    }

    /** Sends so many messages in all; the events of each sender in the order in which he was answered. */
    static List<List<JsonNode>> send(int senders, int messages, Turn turn) {
        ExecutorService threads = Executors.newFixedThreadPool(senders);
        AtomicInteger next = new AtomicInteger();
        try {
            List<CompletableFuture<List<JsonNode>>> all = IntStream.range(0, senders)
                    .mapToObj(
                            sender -> CompletableFuture.supplyAsync(() -> send(sender, messages, next, turn), threads))
                    .toList();
            return all.stream()
                    .map(one -> one.orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS)
                            .join())
                    .toList();
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<JsonNode> send(int sender, int messages, AtomicInteger next, Turn turn) {
        List<JsonNode> events = new ArrayList<>();
        for (int number = next.getAndIncrement(); number < messages; number = next.getAndIncrement()) {
            events.add(turn.send(sender, number).expect(201).json());
        }
        return events;
    }

    /** One user for each sender. */
    static List<String> users(int senders, String id) {
        return IntStream.range(0, senders)
                .mapToObj(sender -> "sender-" + sender + "-" + id)
                .toList();
    }

    /** Channels in which all users are. */
    static List<String> channels(int channels, String id, Rest maker, List<String> users) {
        List<String> names = IntStream.range(0, channels)
                .mapToObj(i -> "channel-" + i + "-" + id)
                .toList();
        names.forEach(name -> maker.createChannel(name, users));
        return names;
    }
}
