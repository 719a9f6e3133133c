package io.touchline.bootstrap.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A channel of an imagined run: its log, who is in, and how events get to them. */
final class ImaginedChannel {
    private final Imagined run;
    private final String name;
    private final List<Event> log = new ArrayList<>();
    private final Set<String> participants = new LinkedHashSet<>();
    private final Map<String, List<Event>> readable = new TreeMap<>();

    ImaginedChannel(Imagined run, String name) {
        this.run = run;
        this.name = name;
    }

    String name() {
        return name;
    }

    boolean has(String user) {
        return participants.contains(user);
    }

    Set<String> participants() {
        return participants;
    }

    /** Who is or was in. */
    Collection<String> everybody() {
        return readable.keySet();
    }

    /** What is there of the user's periods. */
    List<Event> readable(String user) {
        return readable.getOrDefault(user, List.of());
    }

    long last() {
        return log.size();
    }

    Event lastMessage() {
        return log.stream()
                .filter(Event::isMessage)
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    void made(List<String> users) {
        participants.addAll(users);
        append(Event.CREATED, "maker", null, null, null, users);
    }

    Event message(String sender, String clientMessageId, String content) {
        return append(Event.MESSAGE, sender, null, content, clientMessageId, List.of());
    }

    void join(String user) {
        participants.add(user);
        append(Event.JOINED, "maker", user, null, null, List.of());
    }

    void leave(String user) {
        append(Event.LEFT, user, user, null, null, List.of());
        participants.remove(user);
    }

    private Event append(
            String type,
            String sender,
            @Nullable String user,
            @Nullable String content,
            @Nullable String clientMessageId,
            List<String> users) {
        Event event = new Event(
                name, log.size() + 1, type, sender, "at " + run.now(), user, content, clientMessageId, users, false);
        log.add(event);
        for (String participant : participants) {
            readable.computeIfAbsent(participant, u -> new ArrayList<>()).add(event);
            run.receivers(participant).forEach(receiver -> receiver.forward(event));
            run.pushes().owe(participant, event);
        }
        return event;
    }
}
