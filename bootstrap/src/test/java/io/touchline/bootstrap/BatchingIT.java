package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Client;
import io.touchline.bootstrap.harness.Cluster;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Rest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Under load what waits travels together: each hop behind an API node costs less than one call a message. */
class BatchingIT {
    private static final int CHANNELS = 20;
    private static final int SENDERS = 64;
    private static final int MEMBERS = 5;
    private static final int WARM_UP = 1_500;
    private static final int MESSAGES = 4_000;
    private static final double MOST = 0.7;

    private final Cluster cluster = Cluster.shared();
    private final Node api = cluster.api(0);
    private final String id = UUID.randomUUID().toString().substring(0, 8);

    private record Reading(long transactions, long statements, long roundTrips, double forwards, long nanoTime) {}

    @Test
    void aMessageTakesLessThanOneTransactionOneRedisRoundTripAndOneForward() {
        List<List<Rest>> callers = channels().mapToObj(this::createChannel).toList();
        List<Client> clients = channels()
                .boxed()
                .flatMap(channel -> members(channel).stream())
                .map(user -> Client.of(user, api).connect(cluster.socket(0)))
                .toList();
        Senders.Turn turn = (sender, number) -> callers.get(number % CHANNELS)
                .get(sender % MEMBERS)
                .trySend(channel(number % CHANNELS), "message " + number, null);

        Senders.send(SENDERS, WARM_UP, turn);
        awaitAll(clients, WARM_UP);
        Reading before = read();
        Senders.send(SENDERS, MESSAGES, turn);
        Reading sent = read();
        awaitAll(clients, WARM_UP + MESSAGES);
        Reading after = read();
        clients.forEach(Client::close);

        double transactions = (after.transactions - before.transactions) / (double) MESSAGES;
        double roundTrips = (after.roundTrips - before.roundTrips) / (double) MESSAGES;
        double forwards = (after.forwards - before.forwards) / MESSAGES;
        System.out.printf(
                Locale.ROOT,
                "A message took %.3f transactions (%.3f statements), %.3f Redis round trips and %.3f forwards;"
                        + " %d senders sent %d in %d ms%n",
                transactions,
                (after.statements - before.statements) / (double) MESSAGES,
                roundTrips,
                forwards,
                SENDERS,
                MESSAGES,
                Duration.ofNanos(sent.nanoTime - before.nanoTime).toMillis());
        assertThat(transactions).isPositive().isLessThan(MOST);
        assertThat(roundTrips).isPositive().isLessThan(MOST);
        assertThat(forwards).isPositive().isLessThan(MOST);
    }

    private static IntStream channels() {
        return IntStream.range(0, CHANNELS);
    }

    /** As its members see it. */
    private List<Rest> createChannel(int channel) {
        List<Rest> callers = members(channel).stream().map(api::as).toList();
        callers.get(0).createChannel(channel(channel), members(channel));
        return callers;
    }

    private List<String> members(int channel) {
        return IntStream.range(0, MEMBERS)
                .mapToObj(member -> "member-" + channel + "-" + member + "-" + id)
                .toList();
    }

    private String channel(int number) {
        return "channel-" + number + "-" + id;
    }

    private void awaitAll(List<Client> clients, int messages) {
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).awaitAll(channel(i / MEMBERS), 1 + messages / CHANNELS);
        }
    }

    private Reading read() {
        return new Reading(
                cluster.database().transactions(),
                cluster.database().statements(),
                cluster.redis().roundTrips(),
                api.metric("touchline_forward_requests_total"),
                System.nanoTime());
    }
}
