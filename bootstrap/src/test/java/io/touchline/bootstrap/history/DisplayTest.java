package io.touchline.bootstrap.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DisplayTest {
    private static final String CHANNEL = "tea";

    private final Display display = new Display("bob");

    @Test
    void whatComesInOrderIsShownAtOnce() {
        assertThat(display.take(joined(7))).containsExactly(7L);
        assertThat(display.take(message(8))).containsExactly(8L);
        assertThat(display.heads()).containsExactly(Map.entry(CHANNEL, 8L));
    }

    @Test
    void whatComesAgainIsNotShownAgain() {
        display.take(joined(1));
        display.take(message(2));
        assertThat(display.take(message(2))).isEmpty();
        assertThat(display.takeAll(CHANNEL, List.of(joined(1), message(2)))).isEmpty();
    }

    @Test
    void whatComesBehindAGapWaits() {
        display.take(joined(1));
        assertThat(display.take(message(3))).isEmpty();
        assertThat(display.gaps()).containsExactly(CHANNEL);
        assertThat(display.take(message(2))).containsExactly(2L, 3L);
        assertThat(display.gaps()).isEmpty();
    }

    @Test
    void numbersThatThePageSkipsAreNobodysToWaitFor() {
        display.take(joined(1));
        display.take(message(2));
        display.take(message(10));
        assertThat(display.takeAll(CHANNEL, List.of(joined(8), message(9)))).containsExactly(8L, 9L, 10L);
        assertThat(display.gaps()).isEmpty();
    }

    @Test
    void anUnknownChannelIsAGapUntilItIsRead() {
        assertThat(display.take(message(5))).isEmpty();
        assertThat(display.heads()).isEmpty();
        assertThat(display.gaps()).containsExactly(CHANNEL);
        assertThat(display.takeAll(CHANNEL, List.of(joined(4), message(5)))).containsExactly(4L, 5L);
        assertThat(display.gaps()).isEmpty();
    }

    @Test
    void aJumpLeavesOutWhatIsBefore() {
        display.take(joined(1));
        display.take(message(2_001));
        assertThat(display.jump(CHANNEL, 2_000)).containsExactly(2_001L);
        assertThat(display.take(message(5))).isEmpty();
        assertThat(display.gaps()).isEmpty();
    }

    @Test
    void nothingIsLeftOfWhatIsForgotten() {
        display.take(joined(1));
        display.forget();
        assertThat(display.head(CHANNEL)).isZero();
        assertThat(display.take(joined(1))).containsExactly(1L);
    }

    private static Event message(long sequence) {
        return event(sequence, Event.MESSAGE, null);
    }

    private static Event joined(long sequence) {
        return event(sequence, Event.JOINED, "bob");
    }

    private static Event event(long sequence, String type, String user) {
        return new Event(CHANNEL, sequence, type, "alice", "now", user, "text", "id", List.of(), false);
    }
}
