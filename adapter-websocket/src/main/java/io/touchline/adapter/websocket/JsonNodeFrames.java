package io.touchline.adapter.websocket;

import io.touchline.core.model.UserId;
import io.touchline.core.port.Frame;
import io.touchline.core.port.NodeFrames;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The node's own frames as the contract has them. */
final class JsonNodeFrames implements NodeFrames {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Frame SYNC = constant("sync");
    private static final Frame PONG = constant("pong");

    @Override
    public Frame ready(UserId user, String connection, String node, Duration heartbeat) {
        return frame("ready", out -> {
            out.writeStringProperty("user", user.value());
            out.writeStringProperty("connection", connection);
            out.writeStringProperty("node", node);
            out.writeNumberProperty("heartbeat", heartbeat.toSeconds());
        });
    }

    @Override
    public Frame sync() {
        return SYNC;
    }

    @Override
    public Frame pong() {
        return PONG;
    }

    @Override
    public Frame expiring(Instant at) {
        return frame(
                "expiring",
                out -> out.writeStringProperty(
                        "at", at.truncatedTo(ChronoUnit.MILLIS).toString()));
    }

    @Override
    public Frame goodbye(Duration reconnectAfter) {
        return frame("goodbye", out -> out.writeNumberProperty("reconnectAfter", reconnectAfter.toMillis()));
    }

    private static Frame constant(String type) {
        return new Frame(("{\"type\":\"" + type + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    private static Frame frame(String type, Consumer<JsonGenerator> members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(160);
        try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            out.writeStartObject();
            out.writeStringProperty("type", type);
            members.accept(out);
            out.writeEndObject();
        }
        return new Frame(bytes.toByteArray());
    }
}
