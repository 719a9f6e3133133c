package io.touchline.bootstrap.history;

import io.touchline.bootstrap.history.Violation.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whatever anybody was given, by frame, by catching up or by reading, is in the log as he got it and of one of his
 * periods. Signals are no events and belong to nobody's log.
 */
final class SightCheck {
    private final Facts facts;
    private final Violations violations = new Violations();
    private final Map<String, Set<Long>> acknowledged = new HashMap<>();

    SightCheck(Facts facts) {
        this.facts = facts;
    }

    List<Violation> violations() {
        facts.history()
                .all(Entry.Sent.class)
                .filter(sent -> sent.event() != null)
                .forEach(sent -> acknowledged
                        .computeIfAbsent(sent.channel(), channel -> new HashSet<>())
                        .add(sent.event().sequence()));
        facts.history().entries().forEach(this::look);
        return violations.found();
    }

    private void look(Entry entry) {
        if (entry instanceof Entry.Frame frame && frame.event() != null) {
            see(frame.user(), "a frame", frame.event());
        } else if (entry instanceof Entry.Synced synced) {
            synced.events().forEach(event -> see(synced.user(), "catching up", event));
        } else if (entry instanceof Entry.Loaded loaded) {
            loaded.events().forEach(event -> see(loaded.user(), "reading", event));
        } else if (entry instanceof Entry.Reset reset) {
            reset.newest().forEach(event -> see(reset.user(), "reading", event));
        }
    }

    private void see(String user, String how, Event event) {
        ChannelFacts channel = facts.channel(event.channel());
        Event logged = channel.event(event.sequence());
        if (logged == null) {
            boolean lost = acknowledged.getOrDefault(event.channel(), Set.of()).contains(event.sequence());
            violations.unless(lost, Kind.INVENTED, "%s got %s by %s, which is not in the log", user, event, how);
            return;
        }
        violations.unless(event.sameAs(logged), Kind.CHANGED, "%s got %s by %s, not %s", user, event, how, logged);
        violations.unless(channel.covers(user, event.sequence()), Kind.LEAKED, "%s got %s by %s", user, event, how);
    }
}
