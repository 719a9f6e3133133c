package io.touchline.adapter.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {
    @Test
    void aPlaceIsReadBackAsItWas() {
        Cursor.Activity place = new Cursor.Activity(Instant.parse("2026-03-01T12:00:00.001Z"), "tea");
        assertThat(Cursor.activity(Cursor.of(place))).isEqualTo(place);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 253_402_214_400_001L, Long.MAX_VALUE})
    void aTimeThatNoChannelHasIsNoCursor(long millis) {
        String forged = Cursor.of(new Cursor.Activity(Instant.ofEpochMilli(millis), "tea"));
        assertThatIllegalArgumentException().isThrownBy(() -> Cursor.activity(forged));
    }
}
