package io.touchline.bootstrap.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One channel: its log, as all who read it at the end read it together, and what follows from it. */
final class ChannelFacts {
    /** Nobody is known to have known of the event. */
    static final long NEVER = Long.MAX_VALUE;

    private final String name;
    private final TreeMap<Long, Event> log = new TreeMap<>();
    private final Map<Long, Long> known = new HashMap<>();
    private final Map<String, List<Period>> periods = new HashMap<>();
    private final Map<String, List<Event>> readable = new HashMap<>();
    private final Map<String, List<Event>> owed = new HashMap<>();

    /** Sequences, both ends included. */
    private record Period(long first, long last) {
        boolean covers(long sequence) {
            return first <= sequence && sequence <= last;
        }
    }

    ChannelFacts(String name) {
        this.name = name;
    }

    // ---- Putting together

    /** Adds what one reader read; what others read differently is for {@link LogCheck} to find. */
    void read(Collection<Event> events) {
        events.forEach(event -> log.putIfAbsent(event.sequence(), event));
    }

    /** By that time the event was there; to be called when the log is complete: what is not in it proves nothing. */
    void knownBy(long sequence, long at) {
        if (log.containsKey(sequence)) {
            known.merge(sequence, at, Math::min);
        }
    }

    /** To be called when the log is complete; those were in from the beginning, whoever of them the log names. */
    void conclude(Collection<String> atFirst) {
        atFirst.forEach(user -> begin(user, 1));
        for (Event event : log.values()) {
            if (event.type().equals(Event.CREATED)) {
                event.participants().forEach(user -> begin(user, event.sequence()));
            } else if (event.type().equals(Event.JOINED)) {
                begin(event.user(), event.sequence());
            } else if (event.type().equals(Event.LEFT)) {
                end(event.user(), event.sequence());
            }
        }
        long earliest = NEVER;
        for (long sequence = last(); sequence > 0; sequence--) {
            earliest = Math.min(earliest, known.getOrDefault(sequence, NEVER));
            known.put(sequence, earliest);
        }
    }

    private void begin(String user, long first) {
        List<Period> own = periods.computeIfAbsent(user, u -> new ArrayList<>());
        if (own.isEmpty() || own.get(own.size() - 1).last != NEVER) {
            own.add(new Period(first, NEVER));
        }
    }

    private void end(String user, long last) {
        List<Period> own = periods.getOrDefault(user, List.of());
        if (!own.isEmpty() && own.get(own.size() - 1).last == NEVER) {
            own.add(new Period(own.remove(own.size() - 1).first, last));
        }
    }

    // ---- Asking

    String name() {
        return name;
    }

    Collection<Event> log() {
        return log.values();
    }

    @Nullable Event event(long sequence) {
        return log.get(sequence);
    }

    /** The last sequence, 0 if there is none. */
    long last() {
        return log.isEmpty() ? 0 : log.lastKey();
    }

    /** Everybody who was ever in. */
    Collection<String> users() {
        return periods.keySet();
    }

    /** Whether the user was in at that sequence. */
    boolean covers(String user, long sequence) {
        for (Period period : periods.getOrDefault(user, List.of())) { // asked of everything that anybody saw
            if (period.covers(sequence)) {
                return true;
            }
        }
        return false;
    }

    /** What the user may read. */
    List<Event> readable(String user) {
        return readable.computeIfAbsent(
                user,
                u -> log.values().stream()
                        .filter(event -> covers(u, event.sequence()))
                        .toList());
    }

    /** What others wrote of that: only this is owed to him. */
    List<Event> owed(String user) {
        return owed.computeIfAbsent(
                user,
                u -> readable(u).stream()
                        .filter(event -> !event.sender().equals(u))
                        .toList());
    }

    /** Whether a period of the user begins there. */
    boolean begins(String user, long sequence) {
        return periods.getOrDefault(user, List.of()).stream().anyMatch(period -> period.first == sequence);
    }

    /**
     * The earliest time by which the event was certainly in the log: it was answered, or somebody got it, or one that
     * came after it.
     */
    long knownBy(long sequence) {
        return known.getOrDefault(sequence, NEVER);
    }

    /** Every message under what makes it the same one. */
    Map<MessageId, List<Event>> messages() {
        return log.values().stream()
                .filter(event -> event.isMessage() && event.clientMessageId() != null)
                .collect(Collectors.groupingBy(
                        event -> new MessageId(event.sender(), Objects.requireNonNull(event.clientMessageId()))));
    }

    /** What makes a message of a channel the same one, however often it is sent. */
    record MessageId(String sender, String clientMessageId) {
        static MessageId of(Entry.Sent sent) {
            return new MessageId(sent.sender(), sent.clientMessageId());
        }
    }
}
