package io.touchline.bootstrap.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    @TempDir
    Path directory;

    @Test
    void whatWasWrittenIsReadBackTheSame() {
        Path file = directory.resolve("run.jsonl");
        History history = Imagined.run(1);
        history.write(file);
        assertThat(History.read(file)).isEqualTo(history);
    }

    @Test
    void soIsWhatAnImaginedRunHasNot() {
        Path file = directory.resolve("run.jsonl");
        History history = new History(List.of(
                new Entry.Reset(1, "laptop", "bob", "tea", 7, List.of()),
                new Entry.Forgot(2, "laptop", "bob"),
                new Entry.Synced(
                        3,
                        4,
                        "laptop",
                        "bob",
                        Map.of("tea", 7L),
                        List.of(),
                        Map.of(),
                        List.of("tea"),
                        Map.of("x", 1L),
                        true),
                new Entry.Delivery(5, "tea", 7, "bob", "none", "muted"),
                new Entry.Fault(6, 9, FaultKind.REDIS_AWAY, "Redis")));
        history.write(file);
        assertThat(History.read(file)).isEqualTo(history);
    }

    @Test
    void entriesAreInTheOrderOfTheirTimes() {
        Entry early = new Entry.Forgot(1, "laptop", "bob");
        Entry late = new Entry.Ended(2);
        assertThat(new History(List.of(late, early)).entries()).containsExactly(early, late);
    }
}
