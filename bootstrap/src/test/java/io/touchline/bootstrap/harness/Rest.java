package io.touchline.bootstrap.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One user's REST calls to one node. Safe for many threads. */
public final class Rest {
    static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final int PAGE = 500;

    private final String base;
    private final @Nullable String token;

    /** @param token null for a caller without one */
    public Rest(URI node, @Nullable String token) {
        this.base = node + "/api/v1";
        this.token = token;
    }

    /** A call outside the API, without a token. */
    public static Answer plain(String method, URI uri, String body) {
        return call(request(method, uri, body).build());
    }

    public Answer get(String path) {
        return call("GET", path, "");
    }

    public Answer post(String path, Object body) {
        return call("POST", path, Json.write(body));
    }

    public Answer put(String path, Object body) {
        return call("PUT", path, Json.write(body));
    }

    public Answer patch(String path, Object body) {
        return call("PATCH", path, Json.write(body));
    }

    public Answer delete(String path) {
        return call("DELETE", path, "");
    }

    /** Makes a channel of the caller and these. */
    public void createChannel(String channel, List<String> participants) {
        post("/channels", Map.of("id", channel, "participants", participants)).expect(201);
    }

    /** Registers a device whose token has the same name. */
    public void registerDevice(String device) {
        put("/devices/" + device, Map.of("platform", "android", "token", device))
                .expect(204);
    }

    /** Sends a message, which must be accepted; the event. */
    public JsonNode send(String channel, String content) {
        return trySend(channel, content, null).expect(201).json();
    }

    public Answer trySend(String channel, String content, @Nullable String clientMessageId) {
        return call("POST", "/channels/" + channel + "/messages", message(content, clientMessageId));
    }

    /** The same without waiting. */
    public CompletableFuture<Answer> sendAsync(String channel, String content, @Nullable String clientMessageId) {
        HttpRequest request = request("POST", "/channels/" + channel + "/messages", message(content, clientMessageId));
        return HTTP.sendAsync(request, BodyHandlers.ofString())
                .thenApply(response -> new Answer(response.statusCode(), response.body(), response));
    }

    /** How a channel shows one of its first fifty participants. */
    public JsonNode participant(String channel, String user) {
        for (JsonNode participant :
                get("/channels/" + channel + "/participants").expect(200).json().get("items")) {
            if (participant.get("user").asString().equals(user)) {
                return participant;
            }
        }
        throw new AssertionError(user + " is not in " + channel);
    }

    /** The whole log of a channel after a sequence, as it is read page by page. */
    public List<JsonNode> events(String channel, long after) {
        List<JsonNode> events = new ArrayList<>();
        long last = after;
        JsonNode items;
        do {
            items = get("/channels/" + channel + "/events?limit=" + PAGE + "&after=" + last)
                    .expect(200)
                    .json()
                    .get("items");
            for (JsonNode event : items) {
                events.add(event);
                last = event.get("sequence").asLong();
            }
        } while (items.size() == PAGE);
        return events;
    }

    private static String message(String content, @Nullable String clientMessageId) {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("content", content);
        if (clientMessageId != null) {
            body.put("clientMessageId", clientMessageId);
        }
        return Json.write(body);
    }

    private Answer call(String method, String path, String body) {
        return call(request(method, path, body));
    }

    private HttpRequest request(String method, String path, String body) {
        HttpRequest.Builder request = request(method, URI.create(base + path), body);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request.build();
    }

    private static HttpRequest.Builder request(String method, URI uri, String body) {
        return HttpRequest.newBuilder(uri)
                .timeout(DEADLINE)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }

    private static Answer call(HttpRequest request) {
        try {
            var response = HTTP.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(request + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
