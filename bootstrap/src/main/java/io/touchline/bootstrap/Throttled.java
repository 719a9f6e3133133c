package io.touchline.bootstrap;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Says the same thing once in ten seconds, so that an outage does not fill the log. */
final class Throttled {
    private static final long EVERY = TimeUnit.SECONDS.toNanos(10);
    private static final int MAX_TOPICS = 1_000;

    private final Map<String, Long> last = new ConcurrentHashMap<>();

    void run(String topic, Runnable complaint) {
        long now = System.nanoTime();
        if (last.size() > MAX_TOPICS) {
            last.clear();
        }
        Long before = last.get(topic);
        if (before == null || now - before > EVERY) {
            last.put(topic, now);
            complaint.run();
        }
    }
}
