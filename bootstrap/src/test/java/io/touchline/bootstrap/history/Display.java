package io.touchline.bootstrap.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a device shows of its user's channels: each log in order, without repeats, up to the first gap. What comes
 * behind a gap waits. Used by one thread.
 */
final class Display {
    private final String user;
    private final Map<String, Long> heads = new HashMap<>();
    private final Map<String, TreeMap<Long, Event>> waiting = new HashMap<>();

    Display(String user) {
        this.user = user;
    }

    /** Takes what a frame brought; the sequences that are shown now and were not before. */
    List<Long> take(Event event) {
        String channel = event.channel();
        if (!heads.containsKey(channel) && event.begins(user)) {
            heads.put(channel, event.sequence() - 1);
        }
        if (event.sequence() > head(channel)) {
            waiting.computeIfAbsent(channel, c -> new TreeMap<>()).put(event.sequence(), event);
        }
        return closeUp(channel);
    }

    /**
     * Takes what the log has after the head that was asked with, or after an earlier one, with nothing left out: numbers
     * that are skipped here are not the user's to read.
     */
    List<Long> takeAll(String channel, List<Event> page) {
        List<Long> shown = new ArrayList<>();
        for (Event event : page) {
            if (event.sequence() > head(channel)) {
                heads.put(channel, event.sequence());
                shown.add(event.sequence());
            }
        }
        shown.addAll(closeUp(channel));
        return shown;
    }

    /** Goes on after that sequence, whatever is missing before. */
    List<Long> jump(String channel, long to) {
        heads.merge(channel, to, Math::max);
        return closeUp(channel);
    }

    private List<Long> closeUp(String channel) {
        TreeMap<Long, Event> rest = waiting.getOrDefault(channel, new TreeMap<>());
        rest.headMap(head(channel), true).clear();
        List<Long> shown = new ArrayList<>();
        while (heads.containsKey(channel) && rest.remove(head(channel) + 1) != null) {
            shown.add(heads.merge(channel, 1L, Long::sum));
        }
        return shown;
    }

    /** Up to where everything of a channel is shown; 0 for one that is not known. */
    long head(String channel) {
        return heads.getOrDefault(channel, 0L);
    }

    /** Those of all channels that are known. */
    Map<String, Long> heads() {
        return Map.copyOf(heads);
    }

    /** Channels of which something has come and something before it has not. */
    Set<String> gaps() {
        return waiting.entrySet().stream()
                .filter(channel -> !channel.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    void forget() {
        heads.clear();
        waiting.clear();
    }
}
