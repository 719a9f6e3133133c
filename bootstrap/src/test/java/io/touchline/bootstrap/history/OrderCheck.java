package io.touchline.bootstrap.history;

import io.touchline.bootstrap.history.ChannelFacts.MessageId;
import io.touchline.bootstrap.history.Violation.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Real-time order: what was answered before another was begun has the lower sequence. */
final class OrderCheck {
    private final Facts facts;
    private final Violations violations = new Violations();

    OrderCheck(Facts facts) {
        this.facts = facts;
    }

    List<Violation> violations() {
        Map<String, Map<MessageId, Entry.Sent>> sent = new HashMap<>();
        facts.history()
                .all(Entry.Sent.class)
                .forEach(each -> sent.computeIfAbsent(each.channel(), channel -> new HashMap<>())
                        .put(MessageId.of(each), each));
        facts.channels().forEach(channel -> check(channel, sent.getOrDefault(channel.name(), Map.of())));
        return violations.found();
    }

    /** From the end of the log to its beginning, with the earliest answer so far. */
    private void check(ChannelFacts channel, Map<MessageId, Entry.Sent> sent) {
        Entry.Sent earliest = null;
        List<Event> log = List.copyOf(channel.log());
        for (int i = log.size() - 1; i >= 0; i--) {
            Event event = log.get(i);
            Entry.Sent own = event.clientMessageId() == null
                    ? null
                    : sent.get(new MessageId(event.sender(), event.clientMessageId()));
            if (own == null || own.event() != null && own.event().sequence() != event.sequence()) {
                continue; // a repeat, which is found elsewhere
            }
            violations.unless(
                    earliest == null || earliest.ended() >= own.at(),
                    Kind.DISORDERED,
                    "%s was begun after %s was answered",
                    event,
                    earliest);
            if (own.event() != null && (earliest == null || own.ended() < earliest.ended())) {
                earliest = own;
            }
        }
    }
}
