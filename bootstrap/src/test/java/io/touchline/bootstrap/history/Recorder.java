package io.touchline.bootstrap.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Takes down what happens, on any thread. */
final class Recorder {
    private final long origin = System.nanoTime();
    private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledged = new AtomicLong();

    /** Nanoseconds since the recording began. */
    long now() {
        return System.nanoTime() - origin;
    }

    void add(Entry entry) {
        entries.add(entry);
        if (entry instanceof Entry.Sent sent && sent.event() != null) {
            acknowledged.incrementAndGet();
        }
    }

    /** How many messages have been acknowledged. */
    long acknowledged() {
        return acknowledged.get();
    }

    /** What was recorded until now, the end included. */
    List<Entry> untilNow() {
        List<Entry> all = new ArrayList<>();
        all.add(new Entry.Ended(now()));
        all.addAll(entries);
        return all;
    }

    static History history(List<Entry> recorded, Collection<? extends Entry> atTheEnd) {
        List<Entry> all = new ArrayList<>(recorded);
        all.addAll(atTheEnd);
        return new History(all);
    }
}
