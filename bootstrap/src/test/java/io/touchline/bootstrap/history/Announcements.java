package io.touchline.bootstrap.history;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was announced to which device when, as far as the push service took it. */
final class Announcements {
    private final Map<List<String>, TreeMap<Long, Long>> accepted = new HashMap<>();

    Announcements(History history) {
        history.all(Entry.Pushed.class)
                .filter(Entry.Pushed::accepted)
                .forEach(pushed -> accepted.computeIfAbsent(
                                List.of(pushed.device(), pushed.channel()), device -> new TreeMap<>())
                        .putIfAbsent(pushed.sequence(), pushed.at()));
    }

    /** When the device was first told of news up to that event, {@link ChannelFacts#NEVER} if it was not. */
    long firstUpTo(String device, Event event) {
        TreeMap<Long, Long> times = accepted.get(List.of(device, event.channel()));
        if (times == null) {
            return ChannelFacts.NEVER;
        }
        return times.tailMap(event.sequence()).values().stream()
                .mapToLong(Long::longValue)
                .min()
                .orElse(ChannelFacts.NEVER);
    }
}
