package io.touchline.adapter.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.UserId;
import io.touchline.core.port.Frame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class JsonNodeFramesTest {
    private final JsonNodeFrames frames = new JsonNodeFrames();

    @Test
    void framesAreWrittenAsTheContractHasThem() {
        assertThat(text(frames.ready(new UserId("alice"), "c-1", "node \"1\" \u6f22", Duration.ofSeconds(25))))
                .isEqualTo("{\"type\":\"ready\",\"user\":\"alice\",\"connection\":\"c-1\","
                        + "\"node\":\"node \\\"1\\\" \u6f22\",\"heartbeat\":25}");
        assertThat(text(frames.sync())).isEqualTo("{\"type\":\"sync\"}");
        assertThat(text(frames.pong())).isEqualTo("{\"type\":\"pong\"}");
        assertThat(text(frames.expiring(Instant.parse("2026-03-01T12:00:00.123456Z"))))
                .isEqualTo("{\"type\":\"expiring\",\"at\":\"2026-03-01T12:00:00.123Z\"}");
        assertThat(text(frames.goodbye(Duration.ofMillis(2370))))
                .isEqualTo("{\"type\":\"goodbye\",\"reconnectAfter\":2370}");
    }

    private static String text(Frame frame) {
        return new String(frame.bytes(), StandardCharsets.UTF_8);
    }
}
