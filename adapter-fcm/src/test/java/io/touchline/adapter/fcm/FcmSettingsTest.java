package io.touchline.adapter.fcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FcmSettingsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void theTitleCounts() {
        assertThat(FcmSettings.defaults().title(1)).isEqualTo("New message");
        assertThat(FcmSettings.defaults().title(12)).isEqualTo("12 new messages");
    }

    @Test
    void nonsenseIsRefused() {
        refused(0, 1, SECOND, SECOND, "one");
        refused(1, 0, SECOND, SECOND, "one");
        refused(1, 1, Duration.ZERO, SECOND, "one");
        refused(1, 1, SECOND, Duration.ofMillis(999), "one");
        refused(1, 1, SECOND, SECOND, " ");
        refused(1, 1, SECOND, SECOND, "x".repeat(61));
    }

    private static void refused(int concurrency, int queue, Duration call, Duration batch, String title) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FcmSettings(concurrency, queue, call, batch, title, "many"));
    }
}
