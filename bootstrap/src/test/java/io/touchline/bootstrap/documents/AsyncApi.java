package io.touchline.bootstrap.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Holds frames, close codes and handshakes against the AsyncAPI document, and knows what of it was not seen yet. */
public final class AsyncApi {
    private final Schemas schemas;
    private final JsonNode socket;
    private final Map<String, JsonNode> heard;
    private final Map<String, JsonNode> said;
    private final Set<String> unseen = new TreeSet<>();

    public AsyncApi(JsonNode document) {
        schemas = new Schemas(document);
        socket = document.get("channels").get("socket");
        heard = messages(document, "hear");
        said = messages(document, "say");
        socket.get("x-close-codes").propertyNames().forEach(code -> unseen.add("close " + code));
        socket.get("x-handshake").propertyNames().forEach(status -> unseen.add("handshake " + status));
    }

    private Map<String, JsonNode> messages(JsonNode document, String operation) {
        Map<String, JsonNode> messages = new HashMap<>();
        for (JsonNode each : document.get("operations").get(operation).get("messages")) {
            JsonNode message = schemas.resolve(each);
            String type = message.get("name").asString();
            messages.put(type, message.get("payload"));
            schemas.expect(type, message.get("payload"));
            unseen.add(operation + " " + type);
        }
        return messages;
    }

    /** A frame from a node. */
    public void hear(JsonNode frame) {
        judge("hear", heard, frame);
    }

    /** A frame to a node. */
    public void say(JsonNode frame) {
        judge("say", said, frame);
    }

    private void judge(String operation, Map<String, JsonNode> messages, JsonNode frame) {
        String type = frame.path("type").asString("");
        assertThat(messages).as("%s is not documented", frame).containsKey(type);
        schemas.judge(operation + " " + type, messages.get(type), frame);
        unseen.remove(operation + " " + type);
    }

    /** A node closed with this code. */
    public void closed(int code) {
        assertThat(socket.get("x-close-codes").has(Integer.toString(code)))
                .as("%s is not documented", code)
                .isTrue();
        unseen.remove("close " + code);
    }

    /** A node answered a handshake with this status. */
    public void answered(int status) {
        assertThat(socket.get("x-handshake").has(Integer.toString(status)))
                .as("%s is not documented", status)
                .isTrue();
        unseen.remove("handshake " + status);
    }

    /** What was never seen: frames, fields of frames, close codes, statuses of handshakes. */
    public Set<String> unseen() {
        Set<String> all = new TreeSet<>(unseen);
        all.addAll(schemas.unseen());
        return all;
    }
}
