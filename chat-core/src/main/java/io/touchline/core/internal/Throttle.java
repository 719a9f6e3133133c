package io.touchline.core.internal;

import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lets each key pass once in a period. Bounded: if so many passed within one, no other does. Any thread. */
final class Throttle<K> {
    private final long period;
    private final int capacity;
    private final Map<K, Long> passed = new LinkedHashMap<>(); // the longest ago comes first

    Throttle(Duration period, int capacity) {
        this.period = period.toNanos();
        this.capacity = capacity;
    }

    /** @param nanoTime now */
    synchronized boolean pass(K key, long nanoTime) {
        Iterator<Long> times = passed.values().iterator();
        while (times.hasNext() && nanoTime - times.next() >= period) {
            times.remove();
        }
        return passed.size() < capacity && passed.putIfAbsent(key, nanoTime) == null;
    }

    /** These may pass again at once. */
    synchronized void forget(Collection<K> keys) {
        keys.forEach(passed::remove);
    }
}
