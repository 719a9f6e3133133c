package io.touchline.bootstrap.history;

import io.touchline.bootstrap.harness.Json;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a receiver still has to say about how far it is. Said about once a second; what came again is said again. */
final class Receipts {
    private static final long EVERY = Duration.ofSeconds(1).toNanos();

    private final Display display;
    private final Set<String> unsaid = new HashSet<>();
    private long saidAt;

    Receipts(Display display) {
        this.display = display;
    }

    void note(String channel) {
        unsaid.add(channel);
    }

    /** What was said on an earlier connection may have been lost with it. */
    void noteAll() {
        unsaid.addAll(display.heads().keySet());
    }

    /** What to say now, empty for nothing. */
    Map<String, Long> due(long now) {
        unsaid.removeIf(channel -> display.head(channel) == 0);
        if (unsaid.isEmpty() || now - saidAt < EVERY) {
            return Map.of();
        }
        saidAt = now;
        Map<String, Long> delivered = unsaid.stream().collect(Collectors.toMap(Function.identity(), display::head));
        unsaid.clear();
        return delivered;
    }

    static String frame(Map<String, Long> delivered) {
        return Json.write(Map.of("type", "receipt", "delivered", delivered));
    }
}
