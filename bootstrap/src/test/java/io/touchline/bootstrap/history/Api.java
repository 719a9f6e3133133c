package io.touchline.bootstrap.history;

import io.touchline.bootstrap.harness.Answer;
import io.touchline.bootstrap.harness.Json;
import io.touchline.bootstrap.harness.Tokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One user's REST calls, to one API node after the other in turn, as a load balancer would spread them. */
final class Api {
    static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private static final Duration DEADLINE = Duration.ofSeconds(4);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Set<Integer> TRY_AGAIN = Set.of(0, 429, 500, 502, 503, 504);

    private final String user;
    private final Places places;
    private final Recorder recorder;
    private final AtomicInteger turn =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(1_000));

    Api(String user, Places places, Recorder recorder) {
        this.user = user;
        this.places = places;
        this.recorder = recorder;
    }

    /**
     * What insisting led to.
     *
     * @param answer the last, null if there was none that settles anything
     */
    record Outcome(List<Entry.Attempt> attempts, @Nullable Answer answer) {
        boolean is(Integer... statuses) {
            return answer != null && Set.of(statuses).contains(answer.status());
        }
    }

    /** Calls until the answer settles it, or until there is no point any more. */
    Outcome insist(String method, String path, @Nullable Object body, BooleanSupplier pointless) {
        List<Entry.Attempt> attempts = new ArrayList<>();
        Duration pause = FIRST_PAUSE;
        while (true) {
            URI node = nextNode();
            long begun = recorder.now();
            try {
                Answer answer = call(node, method, path, body).join();
                attempts.add(new Entry.Attempt(begun, recorder.now(), node.toString(), answer.status(), null));
                if (!TRY_AGAIN.contains(answer.status())) {
                    return new Outcome(attempts, answer);
                }
            } catch (CompletionException e) {
                String why = String.valueOf(e.getCause());
                attempts.add(new Entry.Attempt(begun, recorder.now(), node.toString(), 0, why));
            }
            if (pointless.getAsBoolean()) {
                return new Outcome(attempts, null);
            }
            LockSupport.parkNanos(pause.toNanos());
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    /** Calls the next node once. */
    CompletableFuture<Answer> call(String method, String path, @Nullable Object body) {
        return call(nextNode(), method, path, body);
    }

    private CompletableFuture<Answer> call(URI node, String method, String path, @Nullable Object body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node + "/api/v1" + path))
                .timeout(DEADLINE)
                .header("Authorization", "Bearer " + Tokens.of(user))
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(Json.write(body)))
                .build();
        return HTTP.sendAsync(request, BodyHandlers.ofString())
                .thenApply(response -> new Answer(response.statusCode(), response.body(), response))
                .orTimeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private URI nextNode() {
        List<URI> nodes = places.apis().get();
        return nodes.get(Math.floorMod(turn.getAndIncrement(), nodes.size()));
    }

    /** A message as it is sent. */
    static Map<String, String> message(String content, String clientMessageId) {
        return Map.of("content", content, "clientMessageId", clientMessageId);
    }
}
